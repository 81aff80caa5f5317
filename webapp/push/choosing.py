"""Changing how one is told: what was chosen goes into the membership, the trail says what kind of thing changed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from webapp import events
from webapp.db import session
from webapp.people.models import Membership
from webapp.people.permissions import Actor

from . import wishes
from .quiet import Quiet
from .wishes import Wishes


def of(by: Actor) -> Wishes:
    """How the actor is told in their organization."""
    return wishes.read(session.get_one(Membership, by.membership_id).notify or {}, by.zone)


def choose(by: Actor, chosen: Wishes) -> bool:
    """Keep what was chosen; answers whether anything changed."""
    member, before = session.get_one(Membership, by.membership_id), of(by)
    parts = [name for name in vars(before) if _part(before, name) != _part(chosen, name)]
    if not parts:
        return False
    member.notify = wishes.stored(chosen, by.zone)
    events.record("member.notify_changed", member, by=by, parts=parts)
    return True


def _part(of_: Wishes, name: str) -> Any:
    value = getattr(of_, name)
    return dict(value) if isinstance(value, Mapping) else value


def choose_quiet(by: Actor, quiet: Quiet) -> bool:
    """Keep quiet hours alone."""
    return choose(by, replace(of(by), quiet=quiet))

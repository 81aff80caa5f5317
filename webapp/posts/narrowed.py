"""What a list is narrowed to, in words: one chip a filter, so that whatever an address says is seen and can go."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from webapp.channels.models import Channel
from webapp.db import session
from webapp.i18n import N_, _
from webapp.people.models import Membership, Person, Region
from webapp.people.permissions import Actor, scope

from . import lifecycle
from .labels.models import Campaign, Label
from .lifecycle import State
from .queries import GROUPS, Filters

KINDS = {
    "region": N_("Region"),
    "channel": N_("Channel"),
    "person": N_("Written by"),
    "label": N_("Label"),
    "campaign": N_("Campaign"),
}


@dataclass(frozen=True)
class Narrowed:
    """One filter that is on. `name`: its parameter; `kind`: what it is about, if its words do not say so."""

    name: str
    kind: str
    words: str


def of(wanted: Filters, actor: Actor, without: Collection[str] = ()) -> list[Narrowed]:
    """Every filter that is on but those `without`. What is not there, or not seen, is said to be unknown."""
    found = [Narrowed(name, _(KINDS[name]), _named(name, wanted, actor)) for name in KINDS if getattr(wanted, name)]
    if wanted.paid:
        found.append(Narrowed("paid", "", _("Only paid posts")))
    if wanted.q:
        found.append(Narrowed("q", _("Words"), wanted.q))
    if wanted.state:
        found.append(Narrowed("state", _("State"), state(wanted.state)))
    return [each for each in found if each.name not in without]


def state(key: str) -> str:
    """A state, or a group of them, in words."""
    return _(GROUPS[key][0]) if key in GROUPS else _(lifecycle.STATES[State(key)].label)


def _named(name: str, wanted: Filters, actor: Actor) -> str:
    return session.scalar(_queries(actor)[name].where(_OF[name].id == getattr(wanted, name))) or _("unknown")


_OF: dict[str, Any] = {"region": Region, "channel": Channel, "person": Person, "label": Label, "campaign": Campaign}


def _queries(actor: Actor) -> dict[str, Any]:
    members = sa.select(Membership.person_id).where(Membership.organization_id == actor.organization_id)
    return {
        "region": sa.select(Region.name).where(*scope(Region, actor)),
        "channel": sa.select(Channel.handle).where(*scope(Channel, actor)),
        "person": sa.select(Person.name).where(Person.id.in_(members)),
        "label": sa.select(Label.name).where(Label.organization_id == actor.organization_id),
        "campaign": sa.select(Campaign.name).where(Campaign.organization_id == actor.organization_id),
    }

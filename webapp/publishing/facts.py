"""What publishing tells the rooms below: the state of a post's deliveries, checks before approval, a panel."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from webapp.db import session
from webapp.i18n import _
from webapp.people.permissions import Actor, Permission
from webapp.posts.checks import Check, Level, Subject
from webapp.posts.lifecycle import NOTHING, Facts, project
from webapp.posts.models import Post

from . import pauses, schedule, states
from .lifecycle import TAKEN, State
from .models import Delivery, Pause

_SILENT = (State.CANCELLED.value, State.REPLACED.value)


def facts(post: Post, known: Facts = NOTHING) -> Facts:
    """States of what goes or went out, and whether a pause lies over all that is still to go."""
    if known.deliveries is not None:
        return NOTHING
    return states.facts(post, session.execute(_states().params(post=post.id)).all())


@cache
def _states() -> sa.Select[str, datetime, datetime | None, uuid.UUID | None]:
    return (
        sa.select(Delivery.state, Delivery.planned_at, Delivery.release_at, Delivery.edits_id)
        .where(Delivery.post_id == sa.bindparam("post"), Delivery.state.not_in(_SILENT))
        .order_by(Delivery.id)
    )


def story(post: Post) -> Iterable[uuid.UUID]:
    """Ids of its deliveries, whose events belong to the story of the post."""
    yield from session.scalars(sa.select(Delivery.id).where(Delivery.post_id == post.id))


def project_scope(pause: Pause) -> None:
    """After a pause began or ended: bring the states of the posts in its scope along."""
    ids = sa.select(Delivery.post_id).where(Delivery.state == State.SCHEDULED.value, *pauses.touched(pause))
    for post in session.scalars(sa.select(Post).where(Post.id.in_(ids)).order_by(Post.id)).unique():
        project(post)


def checks(subject: Subject, _by: Actor | None) -> list[Check]:
    """A part of the post that is with a network, or whose outcome is unknown, must be settled before anything new."""
    if session.scalars(_taken().params(post=subject.post.id)).first() is None:
        return []
    detail = _("Wait until it is sent, or say whether it is there.")
    url = f"/posts/{subject.post.id}#deliveries"
    return [Check("delivery", Level.BLOCK, _("A network may have it already"), detail, "", _("Look"), url)]


@cache
def _taken() -> sa.Select[str]:
    taken = Delivery.state.in_([state.value for state in TAKEN])
    return sa.select(Delivery.state).where(Delivery.post_id == sa.bindparam("post"), taken).limit(1)


def panel(post: Post, actor: Actor) -> dict[str, Any] | None:
    """The deliveries of a post, with every attempt, for its page."""
    rows = [row for row in schedule.of_post(post.id) if row.state not in _SILENT]
    if not rows:
        return None
    may = actor.may(Permission.RELEASE, post)
    return {"template": "publishing/_deliveries.html", "deliveries": _newest(rows), "may_release": may}


def _newest(rows: Iterable[Delivery]) -> list[Delivery]:
    return sorted(rows, key=lambda row: (row.channel.handle.casefold(), row.id))

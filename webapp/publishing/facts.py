"""What publishing tells the rooms below: the state of a post's deliveries, checks before approval, a panel."""

import uuid
from collections.abc import Iterable
from functools import cache
from typing import Any

import sqlalchemy as sa

from webapp import networks
from webapp.approvals.around import Around
from webapp.db import session
from webapp.i18n import _, ngettext
from webapp.networks.base import Editable
from webapp.people.permissions import Actor, Permission
from webapp.posts import revisions
from webapp.posts.checks import Check, Level, Subject
from webapp.posts.lifecycle import NOTHING, Facts, project
from webapp.posts.models import Post

from . import pauses, schedule, states
from .lifecycle import TAKEN, State
from .models import Delivery, Pause

AROUND = (
    Around(Delivery, "post_id", "post_id"),
    Around(Pause, "organization_id", "organization_id", (Pause.ended_at.is_(None),)),
)
"""What is mostly not there around a submission: `schedule.known` and `pauses.known` look before they ask."""
_SILENT = (State.CANCELLED.value, State.REPLACED.value)


def facts(post: Post, known: Facts = NOTHING) -> Facts:
    """States of what goes or went out, and whether a pause lies over all that is still to go."""
    if known.deliveries is not None:
        return NOTHING
    return states.facts(post, session.execute(_states(), {"post": post.id}).all())


@cache
def _states() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Delivery.state,
            Delivery.planned_at,
            Delivery.release_at,
            Delivery.edits_id,
            Delivery.part,
            Delivery.deleted_at,
        )
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
    """What is with a network, or whose outcome is unknown, must be settled before anything new; so must a thread of
    which only some parts are out. One that is out whole keeps its number of parts."""
    rows = [row for row in schedule.known(subject.post.id) if _counts(row)]
    if any(row.state in TAKEN for row in rows):
        return [
            _block(subject, _("A network may have it already"), _("Wait until it is sent, or say whether it is there."))
        ]
    if any(row.state != State.PUBLISHED for row in rows):
        detail = _("Send the rest, or delete there what is out. A copy of the post can go out anew.")
        return [_block(subject, _("Only some of its parts are out"), detail)]
    return [each for row in rows for each in _as_many(subject, row.channel_id, max(row.part, 1))]


def _block(subject: Subject, title: str, detail: str) -> Check:
    url = f"/posts/{subject.post.id}#deliveries"
    return Check("delivery", Level.BLOCK, title, detail, "", _("Look"), url)


def _as_many(subject: Subject, channel_id: uuid.UUID, out: int) -> Iterable[Check]:
    """What is out is changed part by part."""
    for channel, entry in subject.entries:
        can = isinstance(networks.network(channel.network), Editable)
        if channel.id == channel_id and can and out != 1 + len(revisions.further_of(entry)):
            title = ngettext("It is out in %(n)s part there", "It is out in %(n)s parts there", out)
            yield _block(subject, title, _("Their words can be changed, not their number."))


def _counts(row: Any) -> bool:
    """Whether it is with a network, is out, or is a thread that stopped on the way."""
    stopped = row.part > 0 and row.edits_id is None and row.state not in _SILENT
    return row.deleted_at is None and (row.state in TAKEN or row.state == State.PUBLISHED or stopped)


def panel(post: Post, actor: Actor) -> dict[str, Any] | None:
    """The deliveries of a post, with every attempt, for its page."""
    rows = [row for row in schedule.of_post(post.id) if row.state not in _SILENT]
    if not rows:
        return None
    may = actor.may(Permission.RELEASE, post)
    return {"template": "publishing/_deliveries.html", "deliveries": _newest(rows), "may_release": may}


def _newest(rows: Iterable[Delivery]) -> list[Delivery]:
    return sorted(rows, key=lambda row: (row.channel.handle.casefold(), row.id))

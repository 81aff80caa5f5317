"""After a pause: what it held is released or moved together, by a named person who saw the list first.

Nothing of this happens by itself. A list is made (`release_plan`, `move_plan`), read, and then carried out as it was
read, all of it or nothing. What cannot go along says why.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from webapp import times
from webapp.approvals import clearance
from webapp.db import session
from webapp.errors import Conflict, Invalid
from webapp.i18n import _
from webapp.people.models import Organization
from webapp.people.permissions import Actor, Permission
from webapp.posts.checks import time_problem

from . import pauses, queries, release, retry
from .lifecycle import State
from .models import Delivery, Pause

MOST = 50
"""How many are decided together."""
SHOWN = timedelta(minutes=10)
"""How long a list that was shown may be carried out as it stands."""


@dataclass(frozen=True)
class Item:
    """A held delivery. `block`: why it cannot be released with others (a sentence), or nothing. `late`: beyond what
    the organization lets go out by itself."""

    delivery: Delivery
    late: bool
    block: str = ""


@dataclass(frozen=True)
class Step:
    """What becomes of one delivery, or of one post with several: at which instant, or why not."""

    deliveries: list[Delivery] = field(default_factory=list)
    at: datetime | None = None
    problem: str = ""

    @property
    def delivery(self) -> Delivery:
        return self.deliveries[0]


def items(pause: Pause, actor: Actor) -> tuple[list[Item], int]:
    """What a pause held and this person may decide about, oldest slot first; at most `MOST`, and how many in all."""
    query = queries.left_by(pause).where(Delivery.region_id.in_(actor.regions(Permission.RELEASE)))
    total = session.scalar(sa.select(sa.func.count()).select_from(query.with_only_columns(Delivery.id).subquery())) or 0
    rows = list(session.scalars(query.order_by(Delivery.planned_at, Delivery.id).limit(MOST)).unique())
    return _items(rows), total


def _items(rows: Sequence[Delivery]) -> list[Item]:
    if not rows:
        return []
    now, organization_id = times.now(), rows[0].organization_id
    minutes = session.scalars(sa.select(Organization.late_minutes).where(Organization.id == organization_id)).one()
    cleared = clearance.cleared((row.post_id, row.revision_id) for row in rows)
    paused = pauses.active([organization_id])
    return [
        Item(
            row,
            retry.late(now, row.planned_at, None, minutes),
            _block(row, cleared[row.post_id, row.revision_id], pauses.stops(paused, row)),
        )
        for row in rows
    ]


def _block(row: Delivery, cleared: bool, pause: Pause | None) -> str:
    if row.channel.removed_at is not None:
        return _("The channel was removed from Nod.")
    if not cleared:
        return _("Its approvals are not complete. Send the post for approval again.")
    if row.channel.health == "reconnect":
        return _("The channel has to be connected again.")
    return _("Posting is paused there by another pause.") if pause else ""


def release_plan(chosen: Sequence[Item], start: datetime, minutes: int) -> list[Step]:
    """One after the other in the order of their slots, the first at `start`."""
    steps: list[Step] = []
    at = start
    for item in chosen:
        if item.block:
            steps.append(Step([item.delivery], problem=item.block))
        else:
            steps.append(Step([item.delivery], at))
            at += timedelta(minutes=minutes)
    return steps


def move_plan(chosen: Sequence[Item], by: timedelta, actor: Actor) -> list[Step]:
    """Each post later by the same wall time in its own zone, so that their spacing stays."""
    posts: dict[uuid.UUID, list[Delivery]] = {}
    for item in chosen:
        posts.setdefault(item.delivery.post_id, []).append(item.delivery)
    return [_moved(rows, by, actor) for rows in posts.values()]


def _moved(rows: list[Delivery], by: timedelta, actor: Actor) -> Step:
    try:
        planned = _planned(rows[0], by)
    except Invalid as refusal:
        return Step(rows, problem=refusal.message)
    if not actor.may(Permission.WRITE, rows[0]):
        return Step(rows, problem=_("Your role does not allow moving it."))
    if planned.at <= times.now():
        return Step(rows, problem=_("It would still be in the past."))
    return Step(rows, planned.at)


def _planned(row: Delivery, by: timedelta) -> times.Planned:
    """The new time of a post. Raises Invalid with the reason why there is none."""
    content = row.revision.content
    if content["as_soon"]:
        raise Invalid(_("It has no time of its own: it was to go out as soon as it was approved."))
    try:
        wall = times.parse_wall(content["wall"]) + by
        return times.plan(times.parse_wall(wall.isoformat(timespec="minutes")), content["zone"])
    except times.TimeError as error:
        raise Invalid(time_problem(error, content["zone"])) from None


def carry_out_release(steps: Sequence[Step], actor: Actor) -> datetime:
    """Release each at its instant; answers the instant that marks them as one decision (for `take_back`).

    Raises Conflict when one of them was decided meanwhile.
    """
    now = times.now()
    for step in sorted(_going(steps), key=lambda step: (step.delivery.post_id, step.delivery.id)):
        release.release_at(step.delivery, max(step.at or now, now), now, actor)
    return now


def carry_out_move(steps: Sequence[Step], by: timedelta, actor: Actor) -> int:
    """Move each post; answers how many. Raises Conflict, with the post named, when one cannot be moved."""
    going = sorted(_going(steps), key=lambda step: step.delivery.post_id)
    for step in going:
        try:
            release.move_to(step.delivery, _planned(step.delivery, by), actor)
        except (Conflict, Invalid) as refusal:
            words = {"post": step.delivery.post.text[:40], "why": refusal.message}
            raise Conflict(_("Nothing was moved. “%(post)s” cannot be: %(why)s", **words)) from None
    return len(going)


def _going(steps: Sequence[Step]) -> list[Step]:
    return [step for step in steps if not step.problem]


def take_back(pause: Pause, mark: datetime, actor: Actor) -> int:
    """Hold again what was released together at that instant and has not begun to be sent; answers how many."""
    query = sa.select(Delivery).where(
        *pauses.touched(pause),
        Delivery.state == State.SCHEDULED.value,
        Delivery.released_at == mark,
        Delivery.tries == 0,
        Delivery.region_id.in_(actor.regions(Permission.RELEASE)),
    )
    rows = session.scalars(query.order_by(Delivery.post_id, Delivery.id).limit(MOST)).unique().all()
    return sum(release.hold_again(row, mark, actor) for row in rows)


def fresh(start: datetime) -> bool:
    """Whether a list that began at this instant is young enough to be carried out."""
    return timedelta(minutes=-1) <= times.now() - start < SHOWN


def chosen_of(found: Sequence[Item], ids: Sequence[str]) -> list[Item]:
    """Those of the items that were ticked, in their order."""
    wanted = set(ids)
    return [item for item in found if str(item.delivery.id) in wanted]

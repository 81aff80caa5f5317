"""What a card and the page of a post show of holds, claims, earlier yeses, and what may be done about them."""

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from webapp.approvals.models import Decision
from webapp.approvals.tally import Tally
from webapp.db import session
from webapp.i18n import _
from webapp.people import reach
from webapp.people.permissions import Actor, Permission
from webapp.posts.models import Revision

from . import carrying, claims, handoffs, holds, nudges, slots


def context(counted: Tally, actor: Actor) -> dict[str, Any]:
    """Everything the menu and the path read, for this person. No query but for what is there."""
    asked = counted.submission
    waits = asked.ended_at is None and asked.cleared_at is None
    may_hold = asked.ended_at is None and holds.may_hold(counted, actor) is None
    mine = waits and not asked.held and counted.place(actor.id) is not None
    hold = holds.current(asked.post) if asked.ended_at is None and asked.held else None
    claim = claims.current(asked) if waits and not asked.held else None
    write = actor.may(Permission.WRITE, asked)
    return {
        "hold": hold,
        "may_hold": may_hold and hold is None,
        "may_lift": hold is not None and (may_hold or hold.person_id == actor.id),
        "claim": claim,
        "claimed_by_me": claim is not None and claim.person_id == actor.id,
        "may_claim": mine and claim is None,
        "may_pass": mine and bool(handoffs.could(counted, actor)),
        "may_edit": write,
        "may_nudge": nudges.may_nudge(asked, actor) and bool(counted.waiting_for()),
        "nudge_again": nudges.again_at(asked),
        "slot": slots.suggested(asked.post) if write and asked.outcome == "expired" else None,
        "earlier": [] if asked.revision.number == 1 else carrying.earlier(asked),
        "steps": [each for each in asked.steps if waits and each["do"] != "pass_on"],
    }


def names(counted: Tally, limit: int) -> list[tuple[list[str], int]]:
    """Of each stage with something outstanding: for whom it waits ("Ann for Ben" is a stand-in), and how many."""
    open_ones = [n for n, each in enumerate(counted.standings) if not each.passed]
    waits = [(n, sorted(counted.waited(n))) for n in open_ones]
    known = reach.names({name for n, all_ in waits for person in all_[:limit] for name in _both(counted, n, person)})
    return [(sorted(_named(counted, n, person, known) for person in all_[:limit]), len(all_)) for n, all_ in waits]


def _both(counted: Tally, place: int, person: uuid.UUID) -> list[uuid.UUID]:
    whom = counted.standings[place].entitled[person]
    return [person, whom] if whom else [person]


def _named(counted: Tally, place: int, person: uuid.UUID, known: dict[uuid.UUID, str]) -> str:
    whom = counted.standings[place].entitled[person]
    name = known.get(person, _("Somebody"))
    return _("%(name)s for %(whom)s", name=name, whom=known.get(whom, _("Somebody"))) if whom else name


def carried_from(decisions: Sequence[Decision]) -> dict[uuid.UUID, int]:
    """Decision id -> the number of the version it was given to, for those that were carried."""
    wanted = {each.carried_id: each.id for each in decisions if each.carried_id}
    if not wanted:
        return {}
    query = sa.select(Decision.id, Revision.number).join(Revision, Revision.id == Decision.revision_id)
    rows = session.execute(query.where(Decision.id.in_(wanted)))
    return {wanted[row.id]: row.number for row in rows}

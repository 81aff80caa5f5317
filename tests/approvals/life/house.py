"""What the tests of the life of a waiting post share: absences, workflows with limits, and people who act."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from tests.approvals import house
from tests.cast import Cast
from webapp import db, times
from webapp.approvals import asking, recount, tally
from webapp.approvals.models import Ask, Submission, Workflow, live
from webapp.db import new_id, session
from webapp.people.absence import absences
from webapp.people.absence.absences import Wanted


def workflow(cast: Cast, *stages: dict[str, Any], **more: Any) -> Workflow:
    """The organization's workflow, with these stages."""
    rows = [{"name": f"Stage {n + 1}", "permission": "approve", **stage} for n, stage in enumerate(stages)]
    made = Workflow(id=new_id(), organization_id=cast.organization.id, name="Path", stages=rows, **more)
    session.add(made)
    db.commit()
    return made


def away(cast: Cast, who: str, stand_in: str | None, first: int = 0, back: int = 8, **more: Any) -> Any:
    """Somebody is away from today on, and what waits is counted again."""
    today = times.today("Europe/Warsaw")
    chosen = cast.people[stand_in].id if stand_in else None
    wanted = Wanted(today + timedelta(days=first), today + timedelta(days=back), chosen, **more)
    row = absences.put(house.membership(cast, who), wanted, cast.actor(who))
    again()
    return row


def again() -> None:
    """Count everything open again, and commit."""
    session.flush()
    for row in session.scalars(sa.select(Submission).where(Submission.ended_at.is_(None))).unique().all():
        asking.project(tally.of(row))
    recount.some(session.scalars(sa.select(Submission).where(Submission.ended_at.is_(None))).unique().all())
    db.commit()


def asked(cast: Cast, row: Submission) -> dict[str, str]:
    """Who is asked, and for whom ("" for themselves), by name in the cast."""
    names = {person.id: name for name, person in cast.people.items()}
    session.rollback()
    rows = session.scalars(sa.select(Ask).where(Ask.submission_id == row.id, live())).all()
    return {names[ask.person_id]: names[ask.for_id] if ask.for_id else "" for ask in rows}

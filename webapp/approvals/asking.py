"""Who is asked now, written down: the queue, its counts and messages read it, and no decision is made from it.

Made anew wherever what is outstanding may have changed, in that transaction; whatever was missed is swept.
"""

import uuid
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from webapp import db, times
from webapp.db import new_id, session

from .guests import calling
from .models import NEVER, OVER, Ask, Submission
from .tally import Tally

Row = tuple[uuid.UUID | None, int]
"""For whom, and the index of the stage."""


def nobody(submission: Submission) -> None:
    """Nobody is asked any more: it is cleared, or over. The rows go later: a decision does not wait for hundreds."""
    submission.asks_over = True


def clear_away(limit: int = 200) -> int:
    """Take away what is over; answers of how many submissions. Whoever asks again meanwhile holds the submission."""
    found = db.claim(Submission, [OVER], Submission.id, limit, asks_over=False)
    if found:
        session.execute(
            sa.delete(Ask).where(Ask.submission_id.in_([each.id for each in found])), execution_options=_UNSEEN
        )
    return len(found)


_UNSEEN: dict[str, Any] = {"synchronize_session": False}


def project(counted: Tally) -> None:
    """Write down who is asked about one submission."""
    project_all([counted])


def project_all(tallies: Sequence[Tally]) -> int:
    """Write down who is asked about many, in three statements; answers for how many posts it was wrong."""
    calling.project(tallies)
    wanted = _wanted(tallies)
    of_these = {t.submission.id: t.submission for t in tallies}
    _begin_again([of_these[each] for each, _person in wanted])
    there = _there(tallies)
    off = _off(there, wanted)
    gone = [there[key].id for key in off if key in there]
    if gone:
        session.execute(sa.delete(Ask).where(db.among(Ask.id, gone)).execution_options(**_UNSEEN))
    fresh = [_row(of_these[key[0]], key[1], wanted[key], there.get(key)) for key in off if key in wanted]
    if fresh:
        session.execute(sa.insert(Ask), fresh)
    return len({key[0] for key in off})


def differing(tallies: Sequence[Tally]) -> set[uuid.UUID]:
    """The posts of those for which it is not written down as it should be."""
    of_these = {t.submission.id: t.submission.post_id for t in tallies}
    return {of_these[key[0]] for key in _off(_there(tallies), _wanted(tallies))}


def _begin_again(asked_about: Iterable[Submission]) -> None:
    """What was over is asked again: its row is taken first, so that nothing is cleared away under it."""
    over = [each for each in asked_about if each.asks_over]
    for each in over:
        each.asks_over = False
    if over:
        session.flush()


Key = tuple[uuid.UUID, uuid.UUID]
"""A submission and a person."""


def _wanted(tallies: Sequence[Tally]) -> dict[Key, Row]:
    return {(t.submission.id, person): row for t in tallies for person, row in asked(t).items()}


def _there(tallies: Sequence[Tally]) -> dict[Key, Any]:
    submissions = [t.submission.id for t in tallies if not t.submission.asks_over]
    rows = session.execute(_rows(), {"submissions": submissions}) if submissions else ()
    return {(each.submission_id, each.person_id): each for each in rows}


def _off(there: dict[Key, Any], wanted: dict[Key, Row]) -> list[Key]:
    """What is there and should not be, is not there and should be, or is otherwise than it should be."""
    as_is = {key: (each.for_id, each.stage) for key, each in there.items()}
    return [key for key in {**as_is, **wanted} if as_is.get(key) != wanted.get(key)]


def asked(counted: Tally) -> dict[uuid.UUID, Row]:
    """Person -> for whom and where, of those whose yes is waited for now."""
    submission = counted.submission
    if submission.ended_at is not None or submission.cleared_at is not None or submission.held:
        return {}
    found = {}
    for person, place in counted.waiting_for().items():
        if person in counted.asked.guests:
            continue  # asked by mail: guests/calling.py
        standing = counted.standings[place]
        found[person] = (standing.entitled[person], standing.stage.index)
    return found


@cache
def _rows() -> sa.Select[Any]:
    columns: tuple[Any, ...] = (Ask.id, Ask.submission_id, Ask.person_id, Ask.for_id, Ask.stage, Ask.since)
    return sa.select(*columns).where(Ask.submission_id.in_(sa.bindparam("submissions", expanding=True)))


def _row(submission: Submission, person: uuid.UUID, row: Row, before: Any) -> dict[str, Any]:
    """A new row; who is only asked elsewhere now has been asked since they were first."""
    return {
        "id": new_id(),
        "organization_id": submission.organization_id,
        "region_id": submission.region_id,
        "submission_id": submission.id,
        "person_id": person,
        "for_id": row[0],
        "stage": row[1],
        "sort_at": submission.deadline or NEVER,
        "since": before.since if before and before.stage == row[1] else times.now(),
    }

"""Who may decide in somebody else's name, or since nobody answered: added to those a stage names.

A stand-in needs the right to approve there themselves: nobody gets by an absence what no role gave them. What somebody
said in another's name while they stood in goes on counting when that person is back.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import sqlalchemy as sa

from webapp.approvals.entitled import Asked, asks_client
from webapp.approvals.models import Decision, Submission
from webapp.approvals.quorum import Entitled, People
from webapp.approvals.workflows.stages import Stage
from webapp.db import session
from webapp.people.absence import covering
from webapp.people.absence.covering import Covers
from webapp.people.models import Membership
from webapp.people.permissions import Permission

from . import steps

Deputies = Mapping[uuid.UUID, uuid.UUID]
"""Person -> who acts for them when they do not answer in time."""


def extended(
    asked: Mapping[uuid.UUID, Asked],
    submissions: Sequence[Submission],
    paths: Mapping[uuid.UUID, Sequence[Stage]],
    decisions: Mapping[uuid.UUID, Sequence[Decision]],
    *,
    fresh: bool = True,
) -> dict[uuid.UUID, Asked]:
    """Who may decide on many, with stand-ins and those it was escalated to. One query for each organization."""
    covers = {org: covering.covers(org, fresh=fresh) for org in {each.organization_id for each in submissions}}
    deputies = _deputies([each for each in submissions if any(taken["do"] == "stand_in" for taken in each.steps)])
    return {
        each.id: _with(
            each,
            asked[each.id],
            paths[each.id],
            [d for d in decisions.get(each.id, ()) if d.verdict == "approve"],
            covers[each.organization_id],
            deputies.get(each.organization_id, {}),
        )
        for each in submissions
    }


def _with(
    submission: Submission,
    asked: Asked,
    path: Sequence[Stage],
    yeses: Sequence[Decision],
    covers: Covers,
    deputies: Deputies,
) -> Asked:
    able = asked.holders.with_permission(submission.region_id, Permission.APPROVE.value)
    people, excused, spare, covered, among = [], [], [], [], []
    for n, stage in enumerate(path):
        here = _Stage(submission, stage, asked.people[n], [d for d in yeses if d.stage == stage.index], able)
        here.said_for()
        here.erased(asked.erased if asks_client(stage) else frozenset())
        here.cover(covers)
        if steps.taken(submission, stage.index, "stand_in"):
            here.deputise(deputies)
        extra = _escalated(submission, stage, asked) & able
        here.escalate(extra)
        people.append(here.found)
        excused.append(frozenset(here.excused))
        spare.append(frozenset(here.spare))
        covered.append(frozenset(here.covered))
        among.append(tuple(group | extra for group in asked.among[n]) if n < len(asked.among) else ())
    return replace(
        asked,
        people=tuple(people),
        among=tuple(among),
        excused=tuple(excused),
        spare=tuple(spare),
        covered=tuple(covered),
    )


def _escalated(submission: Submission, stage: Stage, asked: Asked) -> People:
    """Holders of the roles it went on to, in the region of the post or above it."""
    roles = steps.roles(submission, stage.index)
    found = (asked.holders.with_role(submission.region_id, role, "region") for role in roles)
    return frozenset().union(*found)


class _Stage:
    """One stage while its people are put together. `found`: who may decide, and for whom.

    `excused`: who is not waited for, since somebody stands in. `spare`: who adds no seat to "all". `covered`: nor do
    these, who are away while who acts for them decides here too, until something is said in their name.
    """

    def __init__(
        self, submission: Submission, stage: Stage, people: Entitled, yeses: Sequence[Decision], able: People
    ) -> None:
        authors: People = frozenset() if stage.author_may else submission.authors
        self.submission, self.people, self.yeses = submission, people, yeses
        self.may = able - authors
        self.found: dict[uuid.UUID, uuid.UUID | None] = dict(people)
        self.excused: set[uuid.UUID] = set()
        self.spare: set[uuid.UUID] = set()
        self.covered: set[uuid.UUID] = set()

    @property
    def given(self) -> People:
        """In whose names a yes stands here."""
        return frozenset(d.for_id or d.by_id for d in self.yeses)

    def erased(self, guests: People) -> None:
        """What somebody outside said here before they were forgotten."""
        self.found |= {d.guest_id: None for d in self.yeses if d.guest_id in guests}

    def said_for(self) -> None:
        """What was said for somebody who may decide here, by somebody who still may approve."""
        for d in self.yeses:
            if d.for_id in self.people and d.person_id in self.may:
                self.found.setdefault(d.person_id, d.for_id)

    def cover(self, covers: Covers) -> None:
        """Stand-ins of those who are away; the absent may decide too, and are not waited for."""
        for absent in self._in_turn(covers):
            cover = covers[absent]
            if cover.stand_in is None or (cover.since and self.submission.at < cover.since):
                continue
            if self._put(cover.stand_in, absent):
                self.excused.add(absent)
                if cover.stand_in in self.people:
                    self.covered.add(absent)

    def deputise(self, deputies: Deputies) -> None:
        """Those who act for people who did not answer in time; the people themselves are asked on."""
        for person in self._in_turn(deputies):
            self._put(deputies[person], person)

    def escalate(self, extra: People) -> None:
        """The next role: a yes of theirs fills a place that is empty, and adds none."""
        for person in sorted(extra - self.found.keys()):
            self.found[person] = None
            self.spare.add(person)

    def _in_turn(self, among: Iterable[uuid.UUID]) -> list[uuid.UUID]:
        """Those of the stage, first those in whose name nothing was said yet."""
        return sorted(self.people.keys() & set(among), key=lambda person: (person in self.given, person))

    def _put(self, who: uuid.UUID, whom: uuid.UUID) -> bool:
        """Let somebody decide for another; answers whether they may decide at all."""
        if who not in self.may or who == whom:
            return False
        if who in self.people:
            return True
        if any(d.person_id == who and d.for_id != whom for d in self.yeses):
            return False
        return self.found.setdefault(who, whom) == whom


def _deputies(submissions: Sequence[Submission]) -> dict[uuid.UUID, dict[uuid.UUID, uuid.UUID]]:
    """Organization -> person -> who acts for them when they do not answer. No query when no step needs it."""
    found: dict[uuid.UUID, dict[uuid.UUID, uuid.UUID]] = {}
    organizations = {each.organization_id for each in submissions}
    for row in session.execute(_named(), {"organizations": list(organizations)}) if organizations else ():
        found.setdefault(row.organization_id, {})[row.person_id] = row.stand_in_id
    return found


@cache
def _named() -> sa.Select[Any]:
    columns: tuple[Any, ...] = (Membership.organization_id, Membership.person_id, Membership.stand_in_id)
    return sa.select(*columns).where(
        Membership.organization_id.in_(sa.bindparam("organizations", expanding=True)),
        Membership.stand_in_id.is_not(None),
        Membership.deactivated_at.is_(None),
    )

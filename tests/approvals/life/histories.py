"""Any history of absences, holds, claims, passing on, editing, carrying and waiting: what is cleared is looked at anew.

The verbs may refuse what they like here (the other histories say exactly what). What must hold is told from the rows
alone: nothing is cleared without the yeses it needs on that hash, and when people act it is not blocked for ever.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import combinations, product
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.posts import make
from webapp import db, events, times
from webapp.approvals import clearance, decisions, recount, submission, sweep
from webapp.approvals.life import claims, handoffs, holds, nudges
from webapp.approvals.life import sweep as life
from webapp.approvals.life.models import Hold
from webapp.approvals.models import Decision, Submission, Workflow
from webapp.db import new_id, session
from webapp.errors import DomainError
from webapp.people.absence import absences, covering
from webapp.people.absence.models import Absence
from webapp.people.models import Membership, Role
from webapp.publishing.models import Delivery

APPROVERS = ("approver", "second", "administrator")
PEOPLE = (*APPROVERS, "author", "analyst")
EVERYBODY = frozenset(APPROVERS)
ONE, TWO = frozenset({"approver"}), frozenset({"approver", "second"})
PATHS = st.sampled_from(
    [
        (("any", ONE),),
        (("any", TWO),),
        (("any", EVERYBODY),),
        (("any", ONE), ("any", TWO | {"administrator"})),
        (("any", EVERYBODY), ("any", EVERYBODY)),
        (("all", TWO),),
        (("all", EVERYBODY),),
        ((2, EVERYBODY),),
    ]
)
SOMEBODY, APPROVER = st.sampled_from(PEOPLE), st.sampled_from(APPROVERS)


def machine(cast: Any) -> type[RuleBasedStateMachine]:
    """The machine on a company; nothing it does is committed."""

    class Lives(RuleBasedStateMachine):
        @initialize(path=PATHS, carries=st.sampled_from([[], ["time"]]), author=st.sampled_from(["author", "second"]))
        def begin(self, path: Any, carries: list[str], author: str) -> None:
            session.rollback()
            self.at = times._real_now().replace(microsecond=0)
            times.clock = lambda: self.at
            self.actors = {name: cast.actor(name) for name in PEOPLE}
            self.ids = {name: person.id for name, person in cast.people.items()}
            self.path, self.carries, self.sent, self.made = path, carries, 0, []
            self.author = "author" if any(who == {author} for _needed, who in path) else author
            role = session.scalars(sa.select(Role).where(Role.key == "approver")).first()
            steps = [{"after": n, "do": do, "role": str(role.id)} for n, do in enumerate(("stand_in", "escalate"))]
            rows = [
                {
                    "id": str(n),
                    "name": f"Stage {n}",
                    "needed": needed,
                    "who": [{"kind": "person", "person": str(self.ids[name])} for name in sorted(who)],
                    "limit": 2,
                    "steps": steps,
                }
                for n, (needed, who) in enumerate(path)
            ]
            session.add(
                Workflow(id=new_id(), organization_id=cast.organization.id, name="Path", stages=rows, carries=carries)
            )
            self.post = make.post(cast, [make.channel(cast)], by=self.author, planned_at=self.at + timedelta(days=60))
            self.member("approver").stand_in_id = self.ids["second"]
            self.send(self.author, "text")

        def member(self, name: str) -> Membership:
            query = sa.select(Membership).where(Membership.person_id == self.ids[name])
            return session.scalars(query).one()

        def does(self, what: Any, *args: Any) -> Any:
            """A verb, in a savepoint; refused or not."""
            try:
                with session.begin_nested():
                    result = what(*args)
                    session.flush()
            except DomainError:
                return None
            return result

        def counted_again(self) -> None:
            """As another request would: nothing is remembered from before."""
            session.flush()
            db.forget()
            recount.some(session.scalars(sa.select(Submission).where(Submission.ended_at.is_(None))).unique().all())

        @property
        def last(self) -> Submission:
            query = sa.select(Submission).where(Submission.post_id == self.post.id).order_by(Submission.id.desc())
            return session.scalars(query.limit(1)).unique().one()

        @rule(by=st.sampled_from(["author", "administrator"]), what=st.sampled_from(["time", "time", "text"]))
        def send(self, by: str, what: str) -> None:
            self.sent += 1
            if what == "time":
                planned = times.planned_from(self.post.planned_at + timedelta(hours=1), self.post.zone)
                self.post.planned_at, self.post.wall = planned.at, planned.wall.isoformat(timespec="minutes")
            else:
                self.post.text = f"Version {self.sent}"
            session.flush()
            self.does(submission.submit, self.post, self.actors[by])

        @rule(who=st.sampled_from(["administrator", "author"]))
        def edits(self, who: str) -> None:
            self.sent += 1
            self.post.text = f"Words of {who} {self.sent}"
            events.record("post.edited", self.post, by=self.actors[who])
            session.flush()

        @rule(who=SOMEBODY, verdict=st.sampled_from(["approve"] * 5 + ["changes"]))
        def decide(self, who: str, verdict: str) -> None:
            row = self.last
            made = self.does(decisions.decide, self.post, row.revision_id, verdict, self.actors[who], (), "Because")
            if made is not None and made not in self.made:
                self.made.append(made)

        @precondition(lambda self: self.made)
        @rule(data=st.data())
        def undo(self, data: Any) -> None:
            made = self.made[data.draw(st.integers(0, len(self.made) - 1))]
            who = next(name for name, person in self.ids.items() if person == made.person_id)
            self.does(decisions.undo, made, self.actors[who])

        @rule(who=SOMEBODY, stand_in=st.none() | SOMEBODY)
        def goes_away(self, who: str, stand_in: str | None) -> None:
            """As the row may come to be, whatever the form lets through: also circles, and who has no right."""
            there = session.scalars(
                sa.select(Absence).where(Absence.person_id == self.ids[who], Absence.ended_at.is_(None))
            ).first()
            if there is not None:
                there.ended_at = times.now()
                session.flush()
            session.add(
                Absence(
                    organization_id=cast.organization.id,
                    person_id=self.ids[who],
                    stand_in_id=self.ids[stand_in] if stand_in else None,
                    set_by_id=self.ids["administrator"],
                    starts_on=self.at.date(),
                    back_on=self.at.date() + timedelta(days=300),
                    zone="Europe/Warsaw",
                    starts_at=self.at - timedelta(days=1),
                    ends_at=self.at + timedelta(days=300),
                )
            )
            self.counted_again()

        @rule(who=SOMEBODY)
        def comes_back(self, who: str) -> None:
            for row in session.scalars(sa.select(Absence).where(Absence.person_id == self.ids[who])).unique():
                row.ended_at = times.now()
            self.counted_again()

        @rule(who=SOMEBODY, yes=st.booleans())
        def answers(self, who: str, yes: bool) -> None:
            rows = sa.select(Absence).where(Absence.stand_in_id == self.ids[who], Absence.ended_at.is_(None))
            for row in session.scalars(rows).unique().all():
                self.does(absences.accept if yes else absences.decline, row, self.actors[who])
            self.counted_again()

        @rule(who=APPROVER)
        def loses_or_gets_the_right(self, who: str) -> None:
            member = self.member(who)
            member.deactivated_at = None if member.deactivated_at else times.now()
            self.counted_again()

        @rule(who=SOMEBODY, hours=st.integers(1, 60))
        def hold(self, who: str, hours: int) -> None:
            self.does(holds.hold, self.post, "Wait", times.now() + timedelta(hours=hours), self.actors[who])

        @rule(who=SOMEBODY)
        def lift(self, who: str) -> None:
            self.does(holds.lift, self.post, self.actors[who])

        @rule(who=APPROVER)
        def claim(self, who: str) -> None:
            self.does(claims.take, self.post, self.actors[who])

        @rule(who=APPROVER, to=SOMEBODY)
        def pass_on(self, who: str, to: str) -> None:
            self.does(handoffs.pass_on, self.post, self.ids[to], self.actors[who])

        @rule()
        def nudge(self) -> None:
            self.does(nudges.nudge, self.post, self.actors["author"])

        @rule(hours=st.sampled_from([1, 30, 80]))
        def time_passes(self, hours: int) -> None:
            self.at += timedelta(hours=hours)
            self.soundly()
            self.does(life.turn)
            self.does(sweep.expire_due)

        @precondition(lambda self: getattr(self, "sent", 9) < 9)
        @rule()
        def everybody_acts(self) -> None:
            """The hold is lifted and everybody says yes who will be heard: then it is cleared, or over."""
            with session.begin_nested() as wish:
                for name in APPROVERS:
                    self.member(name).deactivated_at = None
                self.counted_again()
                self.does(holds.lift, self.post, self.actors["approver"])
                self.does(holds.lift, self.post, self.actors["administrator"])
                row = self.last
                for _round, name in product(range(3), APPROVERS):
                    self.does(decisions.decide, self.post, row.revision_id, "approve", self.actors[name])
                session.flush()
                over = row.ended_at is not None or (row.deadline and row.deadline <= times.now())
                assert over or cleared(row) or not enough(self), "blocked although everybody acted"
                wish.rollback()
            session.expire_all()
            db.forget()

        @invariant()
        def soundly(self) -> None:
            """What is cleared has what it needs; what is planned is what is cleared."""
            if not hasattr(self, "path"):
                return
            session.flush()
            rows = session.scalars(sa.select(Submission).where(Submission.post_id == self.post.id)).unique().all()
            for row in rows:
                sound = cleared(row)
                if sound:
                    check(self, row)
                assert sound == bool(row.cleared_at and not row.held), "cleared, and then not"
            for carried in session.scalars(sa.select(Decision).where(Decision.carried_id.is_not(None))).unique():
                check_carried(self, carried)
            planned = sa.select(Delivery.revision_id).where(Delivery.state == "scheduled")
            assert set(session.scalars(planned)) <= {row.revision_id for row in rows if row.cleared_at}

        def teardown(self) -> None:
            session.rollback()
            times.clock = times._real_now

    return Lives


def cleared(row: Submission) -> bool:
    return clearance.is_cleared(row.post_id, row.revision_id)


def holders(house: Any) -> frozenset[uuid.UUID]:
    """Who has the right to approve now: the approvers who are active members."""
    query = sa.select(Membership.person_id).where(
        Membership.person_id.in_([house.ids[name] for name in APPROVERS]), Membership.deactivated_at.is_(None)
    )
    return frozenset(session.scalars(query))


def barred(row: Submission) -> frozenset[uuid.UUID]:
    """Whose own work it is, told from the trail and not from what was stored for it."""
    about = sa.select(events.Event).where(events.Event.subject_id == row.post_id).order_by(events.Event.id)
    since: list[set[uuid.UUID]] = [set()]
    for event in session.scalars(about):
        if event.kind == "post.submitted":
            since.append(set())
        elif event.kind == "post.edited" and event.person_id:
            since[-1].add(event.person_id)
    changed = since[row.revision.number - 1] if row.revision.number <= len(since) else set()
    return frozenset({row.post.author_id, row.person_id, *changed})


def check(house: Any, row: Submission) -> None:
    """One cleared submission, from its rows alone."""
    assert row.ended_at is None
    assert row.held_until is None or row.held_until <= times.now(), "cleared while on hold"
    assert house.post.current_id == row.revision_id, "an older version is cleared"
    able, own = holders(house), barred(row)
    query = sa.select(Decision).where(Decision.submission_id == row.id, Decision.undone_at.is_(None))
    yeses = [d for d in session.scalars(query.order_by(Decision.id)).unique() if d.verdict == "approve"]
    held = session.scalar(sa.select(Hold.id).where(Hold.submission_id == row.id).order_by(Hold.id.desc()).limit(1))
    for d in yeses:
        assert d.revision_id == row.revision_id, "a yes for another version"
        assert held is None or d.id > held, "a yes from before the hold"
    fit = [good(house, row, n, needed, who, yeses, able, own) for n, (needed, who) in enumerate(house.path)]
    assert any(apart(choice) for choice in product(*fit)), "not enough yeses of different people in different names"


Yes = tuple[Decision, ...]


def good(
    house: Any,
    row: Submission,
    n: int,
    needed: Any,
    who: frozenset[str],
    yeses: Sequence[Decision],
    able: frozenset[uuid.UUID],
    own: frozenset[uuid.UUID],
) -> list[Yes]:
    """Every choice of yeses that would be enough for a stage."""
    named = {house.ids[name] for name in who}
    next_role = _next_role(row, n, house)
    here = [
        d
        for d in yeses
        if d.stage == n
        and d.person_id in able
        and d.person_id not in own
        and (
            d.person_id in named | next_role or (d.for_id in named and d.for_id not in own and d.for_id != d.person_id)
        )
    ]
    if needed == "all":
        return [
            tuple(some)
            for k in range(1, len(here) + 1)
            for some in combinations(here, k)
            if full(row, some, named, able, own, next_role)
        ]
    wanted = 1 if needed == "any" else needed
    return [tuple(some) for some in combinations(here, wanted)]


def _next_role(row: Submission, n: int, house: Any) -> frozenset[uuid.UUID]:
    """Whom the stage went on to: approvers of Warsaw."""
    if any(step["stage"] == n and step["do"] == "escalate" for step in row.steps):
        return frozenset({house.ids["approver"], house.ids["second"]})
    return frozenset()


def full(
    row: Submission,
    some: Yes,
    named: set[uuid.UUID],
    able: frozenset[uuid.UUID],
    own: frozenset[uuid.UUID],
    next_role: frozenset[uuid.UUID],
) -> bool:
    """Whether everybody of a stage who is needed is heard, or is away while one of the stage stands in."""
    names = {d.for_id or d.person_id for d in some}
    covers = covering.covers(row.organization_id)
    silent = (named & able) - own - names
    spare = {p for p in silent if p in covers and covers[p].stand_in in named & able - own}
    extra = [d for d in some if d.person_id in next_role - named]
    return len(silent - spare) <= len(extra)


def apart(choice: Iterable[Yes]) -> bool:
    """Whether no person and no name is used twice, over all stages."""
    used: list[uuid.UUID] = []
    for d in (each for some in choice for each in some):
        used += {d.person_id, d.for_id or d.person_id}
    return len(used) == len(set(used))


def check_carried(house: Any, row: Decision) -> None:
    """A carried yes stands for one that stood on the version before, across a change of time and nothing else."""
    old = session.get_one(Decision, row.carried_id)
    assert "time" in house.carries, "carried although the workflow names nothing"
    assert (old.person_id, old.for_id, old.stage, old.verdict) == (row.person_id, row.for_id, row.stage, "approve")
    before, after = old.submission, row.submission
    assert before.revision.number == after.revision.number - 1
    assert before.outcome in ("superseded", "expired", "withdrawn")
    texts = [[part for c in s.revision.content["channels"] for part in c["parts"]] for s in (before, after)]
    assert texts[0] == texts[1], "carried across other words"


def enough(house: Any) -> bool:
    """Whether there are people enough for every stage, each in one, when all who may are here."""
    own = barred(house.last)
    groups = [(needed, {house.ids[name] for name in who} - own) for needed, who in house.path]
    free = [len(people) for _needed, people in groups]
    wanted = [1 if needed in ("any", "all") else needed for needed, _people in groups]
    everybody = set().union(*(people for _needed, people in groups))
    return all(a >= b for a, b in zip(free, wanted, strict=True)) and len(everybody) >= sum(wanted)


NO, YES = "changes", "approve"
ANYBODY, BOTH, APART = (("any", EVERYBODY),), ((2, EVERYBODY),), frozenset({"approver", "administrator"})
Told = tuple[Any, list[str], tuple[tuple[Any, ...], ...]]
TOLD: tuple[Told, ...] = (
    ((("any", ONE),), [], (("goes_away", "approver", "analyst"), ("decide", "analyst", YES))),
    ((("any", ONE),), [], (("goes_away", "approver", "second"), ("decide", "second", YES))),
    ((("any", ONE),), [], (("goes_away", "approver", None), ("everybody_acts",))),
    (
        (("any", ONE), ("any", APART)),
        [],
        (("decide", "approver", YES), ("goes_away", "approver", "second"), ("decide", "second", YES)),
    ),
    (
        (("all", EVERYBODY),),
        [],
        (("goes_away", "approver", None), ("decide", "second", YES), ("decide", "administrator", YES)),
    ),
    (ANYBODY, [], (("decide", "second", YES), ("hold", "approver", 5), ("time_passes", 30))),
    (BOTH, [], (("decide", "second", YES), ("hold", "approver", 5), ("lift", "approver"), ("decide", "approver", YES))),
    (ANYBODY, [], (("hold", "approver", 5), ("decide", "second", YES))),
    (ANYBODY, [], (("edits", "administrator"), ("send", "author", "text"), ("decide", "administrator", YES))),
    (ANYBODY, ["time"], (("decide", "second", YES), ("send", "author", "text"))),
    (ANYBODY, ["time"], (("decide", "second", YES), ("send", "author", "time"))),
    (ANYBODY, [], (("decide", "second", YES), ("send", "author", "time"))),
    (BOTH, ["time"], (("decide", "second", YES), ("decide", "approver", NO), ("send", "author", "time"))),
    ((("all", TWO),), [], (("claim", "approver"), ("everybody_acts",))),
    ((("all", TWO),), [], (("goes_away", "approver", "second"), ("everybody_acts",))),
    ((("all", TWO),), [], (("loses_or_gets_the_right", "second"), ("decide", "approver", YES), ("everybody_acts",))),
    (BOTH, [], (("pass_on", "approver", "second"), ("pass_on", "second", "administrator"), ("everybody_acts",))),
    ((("any", ONE),), [], (("time_passes", 80), ("time_passes", 80), ("time_passes", 80))),
)
"""Histories that each tell one rule: stages, what is carried, steps. The author is the author."""


def play(cast: Any, path: Any, carries: list[str], steps: tuple[tuple[Any, ...], ...]) -> None:
    """Live through one history that is told, looking at everything after each step."""
    house = machine(cast)()
    try:
        house.begin(path, carries, "author")
        for step in steps:
            getattr(house, step[0])(*step[1:])
            house.soundly()
    finally:
        house.teardown()

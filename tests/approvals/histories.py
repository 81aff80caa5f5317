"""Any history of sending, deciding, undoing, leaving and waiting: lived by the verbs and the reference side by side."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.approvals.guests.histories import Outsiders, addresses_of
from tests.approvals.reference import NO, Reference, Step
from tests.posts import make
from webapp import times
from webapp.approvals import clearance, decisions, recount, rerouting, submission, sweep
from webapp.approvals.models import Ask, Decision, Submission, Workflow, live
from webapp.db import new_id, session
from webapp.errors import DomainError
from webapp.events import Event
from webapp.people.models import Membership
from webapp.posts.labels import filing
from webapp.posts.labels.filing import Filing
from webapp.publishing.models import Delivery

SLOT = timedelta(days=20)
APPROVERS = ("approver", "second", "administrator")
PEOPLE = (*APPROVERS, "author", "analyst")
NAMED = st.none() | st.frozensets(st.sampled_from(("approver", "second", "analyst", "author")), min_size=1)
STEP = st.builds(
    Step,
    needed=st.sampled_from(["any", "all", 2]),
    who=NAMED,
    among=st.sampled_from([frozenset(), frozenset(), frozenset({"second"}), frozenset({"analyst"})]),
    together=st.booleans(),
    paid=st.booleans(),
)
CLIENT = st.builds(
    Step,
    needed=st.sampled_from(["any", "any", "all", 2]),
    who=st.sampled_from([None, None, frozenset({"second"})]),
    among=st.sampled_from([frozenset(), frozenset(), frozenset({"ola"})]),
    together=st.booleans(),
    paid=st.sampled_from([False, False, True]),
    client=st.sampled_from([frozenset(), frozenset(), frozenset({"ola"}), frozenset({"ola", "ben"})]),
)
PLAIN = st.sampled_from(["any", "all", 2]).map(Step)
PATHS = (
    st.lists(PLAIN, min_size=1, max_size=2)
    | st.lists(STEP, min_size=1, max_size=3)
    | st.lists(CLIENT, min_size=1, max_size=2)
    | st.lists(PLAIN | CLIENT, min_size=1, max_size=3)
)


def row_of(cast: Any, step: Step, key: str) -> dict[str, Any]:
    """A stage as it is stored."""
    who = [_who(cast, name) for name in sorted(step.who or ())]
    if step.client is not None:
        who.append({"kind": "client", "client": addresses_of(step.client)})
    plain = {"id": key, "name": f"Stage {key}", "needed": step.needed, "with_previous": step.together}
    if step.among:
        plain["among"] = [_who(cast, name) for name in sorted(step.among)]
    when = [{"key": "paid"}] if step.paid else []
    return {**plain, "when": when, **({"who": who} if who else {"permission": "approve"})}


def _who(cast: Any, name: str) -> dict[str, str]:
    if name not in cast.people:
        return {"kind": "client", "client": addresses_of({name})}
    return {"kind": "person", "person": str(cast.people[name].id)}


VERDICTS = st.sampled_from(["approve", "approve", *NO])


def machine(cast: Any) -> type[RuleBasedStateMachine]:
    """The machine on a company; nothing it does is committed."""

    class Histories(Outsiders, RuleBasedStateMachine):
        @initialize(stages=PATHS, author=st.sampled_from(["author", "administrator"]))
        def begin(self, stages: list[Step], author: str) -> None:
            session.rollback()
            self.at = self.started = times._real_now().replace(microsecond=0, second=0)
            times.clock = lambda: self.at
            self.actors = {name: cast.actor(name) for name in PEOPLE}
            self.line, self.version, self.keys = new_id(), 0, [str(n) for n in range(len(stages))]
            self.publish(stages)
            planned = times.planned_from(self.started + SLOT, "Europe/Warsaw")
            slot = {"planned_at": planned.at, "wall": planned.wall.isoformat(timespec="minutes")}
            self.post = make.post(cast, [make.channel(cast)], by=author, **slot)
            self.outside()
            self.model = Reference(list(stages), set(APPROVERS), author, {"analyst", "author"})
            self.rows: list[Submission] = []
            self.made: list[Decision] = []
            self.send(author)  # so that most histories have something to decide about

        def publish(self, steps: list[Step]) -> Workflow:
            """The workflow that applies from now on."""
            older = session.scalars(sa.select(Workflow).where(Workflow.line_id == self.line, Workflow.current)).all()
            for each in older:
                each.current = False
            session.flush()
            self.version += 1
            stored = [row_of(cast, step, key) for step, key in zip(steps, self.keys, strict=True)]
            made = Workflow(id=new_id(), line_id=self.line, organization_id=cast.organization.id, name="Path")
            made.stages, made.version = stored, self.version
            session.add(made)
            session.flush()
            return made

        def does(self, expected: str, what: Any, *args: Any) -> Any:
            """Carry out a verb in a savepoint; it must be refused exactly when the reference refuses."""
            refused, result = "", None
            try:
                with session.begin_nested():
                    result = what(*args)
                    session.flush()
            except DomainError as error:
                refused = type(error).__name__
            assert refused == expected, f"{what.__name__}: {refused or 'carried out'}, not {expected or 'carried out'}"
            return result

        @rule(by=st.sampled_from(["author", "administrator"]))
        def send(self, by: str) -> None:
            if self.model.sending and self.model.sent and not self.model.sent[-1].ended:
                return
            self.post.text = f"Version {len(self.rows)}"
            session.flush()
            row = self.does(self.model.send(by), submission.submit, self.post, self.actors[by])
            if row is not None:
                self.rows.append(row)

        @precondition(lambda self: self.rows)
        @rule(who=st.sampled_from((*APPROVERS, *PEOPLE)), verdict=VERDICTS, back=st.integers(0, 1))
        def decide(self, who: str, verdict: str, back: int) -> None:
            n = max(0, len(self.rows) - 1 - back)
            before = len(self.model.said)
            expected = self.model.decide(who, verdict, n)
            args = (self.post, self.rows[n].revision_id, verdict, self.actors[who], (), "Because")
            made = self.does(expected, decisions.decide, *args)
            if len(self.model.said) > before:
                self.made.append(made)

        @precondition(lambda self: self.made)
        @rule(data=st.data())
        def undo(self, data: Any) -> None:
            n = data.draw(st.integers(0, len(self.made) - 1))
            said = self.model.said[n]
            if said.who not in self.actors:
                return
            self.does(self.model.undo(said), decisions.undo, self.made[n], self.actors[said.who])

        @precondition(lambda self: self.rows)
        @rule()
        def withdraw(self) -> None:
            self.does(self.model.withdraw(), submission.withdraw, self.post, self.actors["author"])

        @rule(paid=st.booleans())
        def is_filed(self, paid: bool) -> None:
            names = filing.apply(self.post, Filing(paid=paid))
            if names:
                filing.changed(self.post, names, self.actors["author"])
                self.model.file(paid=paid)

        @rule(drop=st.booleans(), more=st.none() | STEP)
        def moves_to_a_new_version(self, drop: bool, more: Step | None) -> None:
            """The last stage is dropped, or another comes first; whatever is open moves along."""
            steps = list(self.model.steps)
            kept: list[int | None] = list(range(len(steps)))
            if drop and len(steps) > 1:
                steps, kept[-1] = steps[:-1], None
                self.keys = self.keys[:-1]
            if more is not None and len(steps) < 4:
                steps = [more, *steps]
                kept = [None if n is None else n + 1 for n in kept]
                self.keys = [f"v{self.version}", *self.keys]
            to = self.publish(steps)
            still = [row for row in self.rows if session.get_one(Submission, row.id).ended_at is None]
            rerouting.move(still, to, self.actors["administrator"])
            self.model.move(steps, kept)

        @rule(who=st.sampled_from(APPROVERS))
        def leaves_or_returns(self, who: str) -> None:
            member = session.scalars(sa.select(Membership).where(Membership.person_id == cast.people[who].id)).one()
            gone = who in self.model.may
            member.deactivated_at = times.now() if gone else None
            self.model.may ^= {who}
            session.flush()
            self.cleared_alike()  # The sender counts by itself, before anybody is told.
            event = Event(kind="member.deactivated", organization_id=member.organization_id, data={})
            event.subject_type, event.subject_id = "memberships", member.id
            recount.on_event(event)
            recount.page()
            self.model.recount()

        @precondition(lambda self: self.rows and self.model.sent[-1].planned and not self.model.sent[-1].ended)
        @rule()
        def sending_starts(self) -> None:
            session.execute(
                sa.update(Delivery)
                .where(Delivery.revision_id == self.rows[-1].revision_id)
                .values(state="sending", tries=1)
                .execution_options(synchronize_session="fetch")
            )
            self.model.sending = True

        @rule()
        def the_slot_comes(self) -> None:
            self.at = max(self.at, self.started + SLOT + timedelta(minutes=1))  # no clock goes back
            self.model.late, self.model.outside.day = True, SLOT.days

        @rule()
        def the_clock_sweeps(self) -> None:
            sweep.expire_due()
            self.model.expire()

        @invariant()
        def cleared_alike(self) -> None:
            if not hasattr(self, "rows"):
                return
            session.flush()
            for n, row in enumerate(self.rows):
                assert clearance.is_cleared(row.post_id, row.revision_id) == self.model.cleared(n), f"version {n + 1}"

        @invariant()
        def planned_alike(self) -> None:
            """What is planned is exactly what was cleared, and nothing that waits or ended."""
            if not hasattr(self, "rows") or self.model.sending:
                return
            planned = set(session.scalars(sa.select(Delivery.revision_id).where(Delivery.state == "scheduled")))
            wanted = {
                row.revision_id
                for n, row in enumerate(self.rows)
                if self.model.sent[n].planned and not self.model.sent[n].ended
            }
            assert planned & {row.revision_id for row in self.rows} == wanted

        @invariant()
        def asked_alike(self) -> None:
            """Who is asked is exactly whose yes would help now, each at the stage it belongs to."""
            if not hasattr(self, "rows"):
                return
            names = {person.id: name for name, person in cast.people.items()}
            for n, row in enumerate(self.rows):
                session.flush()
                query = sa.select(Ask.person_id, Ask.stage).where(Ask.submission_id == row.id, live())
                asked = {names[each.person_id]: each.stage for each in session.execute(query)}
                inside = {who: k for who, k in self.model.asked(n).items() if who in names.values()}
                assert asked == inside, f"version {n + 1}"

        @invariant()
        def ended_alike(self) -> None:
            if not hasattr(self, "rows"):
                return
            session.expire_all()
            outcomes = [session.get_one(Submission, row.id).outcome or "" for row in self.rows]
            assert outcomes == [sent.ended for sent in self.model.sent]

        def teardown(self) -> None:
            session.rollback()
            times.clock = times._real_now

    return Histories


class First:
    """Draws the first there is."""

    def draw(self, _strategy: Any) -> int:
        return 0


YES, NO_WORDS = "approve", "reject"
ONE, BOTH = [Step()], [Step(), Step()]
SIDE_BY_SIDE = [Step(who=frozenset({"approver", "second"})), Step(who=frozenset({"second"}), together=True)]
TOLD: tuple[tuple[list[Step], tuple[tuple[Any, ...], ...]], ...] = (
    (ONE, (("decide", "second", YES, 0), ("leaves_or_returns", "second"), ("leaves_or_returns", "second"))),
    (ONE, (("decide", "author", YES, 0), ("decide", "analyst", YES, 0), ("decide", "second", YES, 0))),
    (ONE, (("decide", "second", YES, 0), ("sending_starts",), ("leaves_or_returns", "second"))),
    (ONE, (("decide", "second", YES, 0), ("sending_starts",), ("undo", First()))),
    (ONE, (("decide", "second", YES, 0), ("undo", First()), ("decide", "approver", YES, 0))),
    (ONE, (("decide", "second", YES, 0), ("decide", "approver", NO_WORDS, 0))),
    (ONE, (("decide", "second", YES, 0), ("send", "author"), ("decide", "second", YES, 1))),
    (ONE, (("the_slot_comes",), ("decide", "second", YES, 0), ("the_clock_sweeps",))),
    (BOTH, (("decide", "second", YES, 0), ("decide", "second", YES, 0), ("decide", "approver", YES, 0))),
    ([Step(2)], (("decide", "second", YES, 0), ("decide", "approver", YES, 0), ("withdraw",))),
    (
        [Step("all")],
        (("decide", "approver", YES, 0), ("decide", "administrator", YES, 0), ("leaves_or_returns", "second")),
    ),
    (
        [Step(), Step("all")],
        (("decide", "approver", YES, 0), ("decide", "second", YES, 0), ("decide", "administrator", YES, 0)),
    ),
    (
        [Step(who=frozenset({"approver"})), Step(who=frozenset({"analyst"}))],
        (("decide", "analyst", YES, 0), ("decide", "approver", YES, 0), ("decide", "analyst", YES, 0)),
    ),
    (SIDE_BY_SIDE, (("decide", "second", YES, 0), ("decide", "approver", YES, 0))),
    (SIDE_BY_SIDE, (("decide", "approver", YES, 0), ("decide", "approver", NO_WORDS, 0), ("undo", First()))),
    (
        [Step(2, among=frozenset({"analyst"}))],
        (("decide", "second", YES, 0), ("decide", "approver", YES, 0), ("decide", "analyst", YES, 0)),
    ),
    (
        [Step(), Step(who=frozenset({"analyst"}), paid=True)],
        (("decide", "second", YES, 0), ("is_filed", True), ("is_filed", False), ("decide", "analyst", YES, 0)),
    ),
    ([Step(), Step(paid=True)], (("is_filed", True), ("send", "author"), ("is_filed", False), ("withdraw",))),
    ([Step(), Step(paid=True)], (("decide", "second", YES, 0), ("sending_starts",), ("is_filed", True))),
    (BOTH, (("decide", "second", YES, 0), ("moves_to_a_new_version", True, None), ("undo", First()))),
    (
        ONE,
        (
            ("decide", "second", YES, 0),
            ("moves_to_a_new_version", False, Step(who=frozenset({"analyst"}))),
            ("decide", "analyst", YES, 0),
        ),
    ),
)
"""Histories that each tell one rule: stages, then steps."""
CLIENT_ALONE, OLA_ALONE = [Step(client=frozenset())], [Step(client=frozenset({"ola"}))]
BY_LINK: tuple[tuple[list[Step], tuple[tuple[Any, ...], ...]], ...] = (
    (CLIENT_ALONE, (("everybody_acts",), ("is_invited", "ola"), ("mails_leave",), ("opens", "ola", 0))),
    (CLIENT_ALONE, (("is_invited", "ola"), ("guest_decides", "ola", YES, 0, False), ("decide", "second", YES, 0))),
    (CLIENT_ALONE, (("is_invited", "ola"), ("guest_decides", "ola", YES, 0, True), ("is_revoked", "ola"))),
    (CLIENT_ALONE, (("is_invited", "ola"), ("guest_decides", "ola", YES, 0, True), ("guest_undoes", "ola", 0))),
    (
        CLIENT_ALONE,
        (("is_invited", "ola"), ("mails_leave",), ("a_week_passes",), ("guest_decides", "ola", YES, 0, True)),
    ),
    (
        CLIENT_ALONE,
        (("is_invited", "ola"), ("guest_decides", "ola", YES, 0, True), ("send", "author"), ("mails_leave",)),
    ),
    (
        CLIENT_ALONE,
        (("is_invited", "ola"), ("guest_decides", "ola", "changes", 0, True), ("guest_undoes", "ola", 0)),
    ),
    (OLA_ALONE, (("mails_leave",), ("is_invited", "ben"), ("guest_decides", "ben", YES, 0, True), ("everybody_acts",))),
    (OLA_ALONE, (("guest_decides", "ola", YES, 0, True), ("is_erased", "ola"), ("send", "author"))),
    (
        [Step("all", client=frozenset())],
        (("is_invited", "ola"), ("is_invited", "ben"), ("guest_decides", "ben", YES, 0, True), ("is_erased", "ola")),
    ),
    (
        [Step(), *OLA_ALONE],
        (("mails_leave",), ("decide", "second", YES, 0), ("mails_leave",), ("guest_decides", "ola", YES, 0, True)),
    ),
    (
        [Step(), Step(client=frozenset({"ola"}), paid=True)],
        (("is_invited", "ola"), ("mails_leave",), ("is_filed", True), ("decide", "second", YES, 0), ("mails_leave",)),
    ),
    (ONE, (("moves_to_a_new_version", False, OLA_ALONE[0]), ("mails_leave",), ("everybody_acts",))),
)
"""The same with somebody outside."""


def play(cast: Any, stages: list[Step], steps: tuple[tuple[Any, ...], ...]) -> None:
    """Live through one history that is told, with every comparison after each step."""
    house = machine(cast)()
    try:
        house.begin(stages, "author")
        for step in (("cleared_alike",), *steps):
            getattr(house, step[0])(*step[1:])
            house.invited_alike()
            house.cleared_alike()
            house.planned_alike()
            house.asked_alike()
            house.ended_alike()
    finally:
        house.teardown()

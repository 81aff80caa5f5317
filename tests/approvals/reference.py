"""What approvals must do, written out as plainly as possible: the yardstick of the histories.

No tables, no projections: a list of what was sent, a list of what was said, and everything counted anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from tests.approvals.guests.reference import Outside, address

NO = {"changes": "sent_back", "reject": "rejected"}


@dataclass(frozen=True)
class Step:
    """A stage. `who`: by name, or whoever holds the right to approve. `among`: of whom one must be among the yeses.

    `together`: asked at the same time as the one before. `paid`: only for posts that are paid. `client`: the addresses
    outside that are asked, beside those named; none of them: whoever was invited.
    """

    needed: object = "any"
    who: frozenset[str] | None = None
    among: frozenset[str] = frozenset()
    together: bool = False
    paid: bool = False
    client: frozenset[str] | None = None


@dataclass
class Said:
    """One decision. `step`: the stage it was made in; None when that stage is gone."""

    who: str
    verdict: str
    sending: int
    step: int | None
    standing: bool = True


@dataclass
class Sent:
    """One version sent for approval, along some of the steps. `ended`: how, or nothing while it is open."""

    by: str
    steps: list[Step]
    path: list[int]
    ended: str = ""
    planned: bool = False


@dataclass
class Count:
    """One version counted anew. All by the number of the step: who said yes, how many lack, whose yes would help."""

    allowed: dict[int, set[str]] = field(default_factory=dict)
    yes: dict[int, list[str]] = field(default_factory=dict)
    missing: dict[int, int] = field(default_factory=dict)
    asked: dict[int, set[str]] = field(default_factory=dict)


@dataclass
class Reference:
    """`may`: who holds the right to approve now. `here`: who may be named and is here, whatever they hold."""

    steps: list[Step]
    may: set[str]
    author: str
    here: set[str]
    outside: Outside = field(default_factory=Outside)
    sent: list[Sent] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    late: bool = False
    sending: bool = False
    paid: bool = False

    @property
    def last(self) -> int:
        return len(self.sent) - 1

    def applying(self, steps: list[Step]) -> list[int]:
        """The steps that a post goes along as it is filed now; the first, when there would be none."""
        return [n for n, step in enumerate(steps) if self.paid or not step.paid] or [0]

    def count(self, n: int, without: Said | None = None) -> Count:
        """Everything about a version. Everybody counts once on the whole path."""
        sent, found, used = self.sent[n], Count(), set[str]()
        for k in sent.path:
            found.allowed[k] = self.allowed(n, k, without) - {self.author, sent.by}
            said = [s for s in self.said if s is not without and s.standing and s.verdict == "approve"]
            names = [s.who for s in said if (s.sending, s.step) == (n, k) and s.who in found.allowed[k] - used]
            found.yes[k] = list(dict.fromkeys(names))
            used |= set(found.yes[k])
        for k in sent.path:
            step, yes = sent.steps[k], set(found.yes[k])
            left = found.allowed[k] - (used - yes)
            want = {"any": 1, "all": max(1, len(left))}.get(str(step.needed)) or int(str(step.needed))
            lacks = bool(step.among) and not any(address(who) in step.among for who in yes - self.outside.erased)
            found.missing[k] = max(0, want - len(yes), int(lacks))
            free = found.allowed[k] - used
            among = {who for who in free if address(who) in step.among}
            found.asked[k] = among if lacks and found.missing[k] == 1 else free
        return found

    def allowed(self, n: int, k: int, without: Said | None = None) -> set[str]:
        """Who may decide in a step, but for the author: the right to approve, the names, the guests of this version."""
        step, guests = self.sent[n].steps[k], self.outside.of(n)
        people = set(self.may) if step.who is None and step.client is None else self.named(step.who or (), guests)
        if step.client is not None:
            people |= {g for g in guests if not step.client or address(g) in step.client}
        if step.needed != "all":
            people |= self.named(step.among, guests)
        yes = [s for s in self.said if s is not without and s.standing and s.verdict == "approve"]
        gone = {s.who for s in yes if (s.sending, s.step) == (n, k) and s.who in self.outside.erased & guests}
        return people - self.outside.erased | gone

    def named(self, names: Iterable[str], guests: set[str]) -> set[str]:
        """Those of the names who are here, or were invited."""
        return set(names) & (self.may | self.here) | {g for g in guests if address(g) in names}

    def wants(self, n: int) -> set[str]:
        """The addresses outside that a version's steps name."""
        steps = [self.sent[n].steps[k] for k in self.sent[n].path]
        return {a for step in steps for a in (*(step.client or ()), *step.among) if a in self.outside.addresses}

    def looks(self, guest: str, n: int) -> bool:
        """Whether a guest is only shown a version: no step asks for them."""
        steps = [self.sent[n].steps[k] for k in self.sent[n].path]
        anybody = any(step.client == frozenset() for step in steps)
        return not anybody and address(guest) not in self.wants(n)

    def outstanding(self, n: int, without: Said | None = None) -> int | None:
        """The first step that lacks a yes, or None."""
        counted = self.count(n, without)
        return next((k for k in self.sent[n].path if counted.missing[k]), None)

    def group(self, n: int, k: int) -> int:
        """Which steps run at the same time: those with the same number."""
        return sum(not step.together for step in self.sent[n].steps[1 : k + 1])

    def open(self, n: int) -> list[int]:
        """What is asked at the same time now."""
        first, counted = self.outstanding(n), self.count(n)
        if first is None:
            return []
        mine = [k for k in self.sent[n].path if self.group(n, k) == self.group(n, first)]
        return [k for k in mine if counted.missing[k]]

    def asked(self, n: int) -> dict[str, int]:
        """Whose yes is waited for, and where: where the fewest others could give it."""
        if self.sent[n].ended or self.sent[n].planned:
            return {}
        counted, found = self.count(n), dict[str, tuple[int, int]]()
        for k in self.open(n):
            for who in counted.asked[k]:
                rank = (len(counted.asked[k]) - counted.missing[k], k)
                found[who] = min(found.get(who, rank), rank)
        return {who: k for who, (_others, k) in found.items()}

    def reached(self, who: str, n: int) -> int | None:
        """The last step somebody decides in that is open or through: where a no of theirs belongs."""
        first, counted, path = self.outstanding(n), self.count(n), self.sent[n].path
        most = self.group(n, path[-1] if first is None else first)
        return next((k for k in reversed(path) if self.group(n, k) <= most and who in counted.allowed[k]), None)

    def cleared(self, n: int) -> bool:
        """Whether version n may be sent."""
        return n == self.last and not self.sent[n].ended and self.outstanding(n) is None

    def own(self, who: str) -> Said | None:
        return next((s for s in reversed(self.said) if s.who == who and s.standing and s.sending == self.last), None)

    def send(self, by: str) -> str:
        """The author changed something and sends it."""
        if self.late:
            return "Invalid"
        if self.sent and not self.sent[self.last].ended:
            self.sent[self.last].ended = "superseded"
        self.sent.append(Sent(by, self.steps, self.applying(self.steps)))
        self.sending = False
        self.outside.follow(self.last, self.wants(self.last))
        return ""

    def withdraw(self) -> str:
        if not self.sent or self.sent[self.last].ended or self.sending:
            return "Conflict"
        self.sent[self.last].ended = "withdrawn"
        return ""

    def decide(self, who: str, verdict: str, n: int) -> str:
        """Somebody decides on version n; the name of the error, or nothing."""
        if n != self.last:
            return "Conflict"
        own, now = self.own(who), self.sent[n]
        if own and own.verdict == verdict:
            return ""
        if now.ended == "expired":
            return "Gone"
        if now.ended or (now.planned and verdict == "approve"):
            return "Conflict"
        places = self.asked(n)
        step = places.get(who) if verdict == "approve" or who in places else self.reached(who, n)
        if step is None:
            return "Forbidden"
        if verdict == "approve" and self.late:
            return "Gone"
        if verdict in NO and now.planned and self.sending:
            return "Conflict"
        if own:
            own.standing = False
            step = self.asked(n).get(who, self.reached(who, n))
        self.said.append(Said(who, verdict, n, step))
        if verdict in NO:
            now.ended, now.planned = NO[verdict], False
        else:
            self.recount()
        return ""

    def invite(self, email: str) -> str:
        """The author asks somebody outside about what waits."""
        if not self.sent or self.sent[self.last].ended or self.sent[self.last].planned:
            return "Conflict"
        self.outside.ask(self.last, email)
        self.recount()
        return ""

    def revoke(self, guest: str) -> None:
        """Their links end, and their yes to what waits does not count any more."""
        self.outside.revoke(guest)
        self.recount()

    def erase(self, guest: str) -> None:
        """Somebody outside is forgotten: what they said yes to stands, for the rest they are not asked any more."""
        said = {s.sending for s in self.said if s.who == guest and s.standing and s.verdict == "approve"}
        self.outside.erase(guest, said)
        self.recount()

    def undo(self, said: Said) -> str:
        """Somebody takes their own decision back."""
        now = self.sent[said.sending]
        if not said.standing:
            return ""
        if said.verdict in NO:
            if said.sending != self.last:
                return "Conflict"
            if now.ended not in NO.values():
                return "Conflict"
            if self.late:
                return "Gone"
            now.ended = ""
        elif now.ended or (now.planned and self.sending and self.outstanding(said.sending, without=said) is not None):
            return "Conflict"
        said.standing = False
        self.recount()
        return ""

    def guest_decide(self, guest: str, verdict: str, n: int) -> str:
        """A guest decides on what their link shows."""
        return self.decide(guest, verdict, n) if self.outside.works(guest, n) else "NotFound"

    def guest_undo(self, guest: str, n: int) -> str:
        """A guest takes their decision on it back."""
        if not self.outside.works(guest, n):
            return "NotFound"
        own = self.own(guest) if n == self.last else None
        return self.undo(own) if own else "Conflict"

    def waits(self) -> bool:
        """Whether somebody's yes is waited for."""
        return bool(self.sent) and not self.sent[-1].ended and not self.sent[-1].planned

    def route(self, n: int) -> list[str] | None:
        """Who may say yes one after the other until nothing is outstanding; None when there is no such order."""
        if self.outstanding(n) is None:
            return []
        for who, step in sorted(self.asked(n).items()):
            self.said.append(Said(who, "approve", n, step))
            rest = self.route(n)
            self.said.pop()
            if rest is not None:
                return [who, *rest]
        return None

    def possible(self, n: int, used: frozenset[str] = frozenset(), of: int = 0) -> bool:
        """Whether there are people enough for the steps from the `of`-th on, each in one; "all" is not looked into."""
        if of == len(self.sent[n].path):
            return True
        k = self.sent[n].path[of]
        step = self.sent[n].steps[k]
        if step.needed == "all":
            return False
        free = self.allowed(n, k) - {self.author, self.sent[n].by} - used
        for some in combinations(sorted(free), 1 if step.needed == "any" else int(str(step.needed))):
            fits = not step.among or any(address(who) in step.among for who in some)
            if fits and self.possible(n, used | set(some), of + 1):
                return True
        return False

    def file(self, *, paid: bool) -> None:
        """The post is filed otherwise: what would be asked now comes in beside what was, unless it is on its way."""
        self.paid = paid
        if not self.sent or self.sent[self.last].ended:
            return
        now = self.sent[self.last]
        before, now.path = now.path, sorted({*now.path, *self.applying(now.steps)})
        if self.stuck():
            now.path = before
        if now.path != before:
            self.outside.widen(self.last, self.wants(self.last))
        self.recount()

    def move(self, steps: list[Step], kept: list[int | None]) -> None:
        """A new version of the workflow, and what is open moves to it. `kept`: where each old step is in the new."""
        self.steps = steps
        if not self.sent or self.sent[self.last].ended:
            return
        now, mine = self.sent[self.last], [s for s in self.said if s.sending == self.last]
        before = (now.steps, now.path, [s.step for s in mine])
        now.steps, now.path = steps, self.applying(steps)
        for said in mine:
            said.step = kept[said.step] if said.step is not None and said.standing else said.step
        if self.stuck():
            now.steps, now.path = before[0], before[1]
            for said, step in zip(mine, before[2], strict=True):
                said.step = step
        else:
            self.outside.widen(self.last, self.wants(self.last))
        self.recount()

    def stuck(self) -> bool:
        """Whether a network has what would not be planned any more."""
        return self.sent[self.last].planned and self.sending and self.outstanding(self.last) is not None

    def recount(self) -> None:
        """What follows from who said what: it is planned, or no longer."""
        if not self.sent or self.sent[self.last].ended:
            return
        ready = self.outstanding(self.last) is None
        now = self.sent[self.last]
        if now.planned and not ready and self.sending:
            return
        if ready and not now.planned and self.late:
            return
        now.planned = ready

    def expire(self) -> None:
        """The slot has come."""
        if self.late and self.sent and not self.sent[self.last].ended and not self.sent[self.last].planned:
            self.sent[self.last].ended = "expired"

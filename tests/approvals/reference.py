"""What approvals must do, written out as plainly as possible: the yardstick of the histories.

No tables, no projections: a list of what was sent, a list of what was said, and everything counted anew.
"""

from dataclasses import dataclass, field

NO = {"changes": "sent_back", "reject": "rejected"}


@dataclass
class Said:
    """One decision."""

    who: str
    verdict: str
    sending: int
    stage: int
    standing: bool = True


@dataclass
class Sent:
    """One version sent for approval. `ended`: how, or nothing while it is open."""

    by: str
    ended: str = ""
    planned: bool = False


@dataclass
class Reference:
    """`stages`: what each needs ("any", "all" or a number). `may`: who holds the right to approve now."""

    stages: list[object]
    may: set[str]
    author: str
    sent: list[Sent] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    late: bool = False
    sending: bool = False

    @property
    def last(self) -> int:
        return len(self.sent) - 1

    def allowed(self, n: int) -> set[str]:
        """Who may decide on a version: never who wrote or sent it."""
        return self.may - {self.author, self.sent[n].by}

    def outstanding(self, n: int, without: Said | None = None) -> int | None:
        """The first stage that lacks a yes, or None. Everybody counts once on the whole path."""
        counted: set[str] = set()
        for stage, needed in enumerate(self.stages):
            yes = {
                s.who
                for s in self.said
                if s is not without and s.standing and s.verdict == "approve" and (s.sending, s.stage) == (n, stage)
            }
            yes = (yes & self.allowed(n)) - counted
            want = {"any": 1, "all": max(1, len(self.allowed(n)))}.get(str(needed)) or int(str(needed))
            if len(yes) < want:
                return stage
            counted |= yes
        return None

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
        self.sent.append(Sent(by))
        self.sending = False
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
        if who not in self.allowed(n):
            return "Forbidden"
        if verdict == "approve" and self.late:
            return "Gone"
        if verdict in NO and now.planned and self.sending:
            return "Conflict"
        stage = self.outstanding(n)
        if own:
            own.standing = False
        self.said.append(Said(who, verdict, n, len(self.stages) - 1 if stage is None else stage))
        if verdict in NO:
            now.ended, now.planned = NO[verdict], False
        else:
            self.recount()
        return ""

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

"""What state a post is in: one enum, one table of words, shapes and tones, one rule that derives it from facts.

A post's state is never decided here and then acted upon: it follows from submissions, decisions, deliveries and
pauses, which higher rooms own. They add what they know to FACTS; `project` writes the result for lists.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from webapp.i18n import N_, _, number

from .models import Post


class State(StrEnum):
    """The states of decisions.md, and `approved`: cleared, with no delivery made yet."""

    DRAFT = "draft"
    WAITING = "waiting"
    SENT_BACK = "sent_back"
    REJECTED = "rejected"
    HELD = "held"
    EXPIRED = "expired"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PUBLISHED = "published"
    PARTLY = "partly"
    UNKNOWN = "unknown"
    FAILED = "failed"


@dataclass(frozen=True)
class Look:
    """How a state is shown: a shape of the sprite, a word, a tone (a class of status.css)."""

    shape: str
    label: str
    tone: str
    filled: tuple[tuple[str, str], ...] = ()

    @property
    def word(self) -> str:
        """The word in the reader's language."""
        return _(self.label, **dict(self.filled))


STATES: dict[State, Look] = {
    State.DRAFT: Look("s-draft", N_("Draft"), "draft"),
    State.WAITING: Look("s-waiting", N_("Waiting"), "review"),
    State.SENT_BACK: Look("s-changes", N_("Changes asked"), "changes"),
    State.REJECTED: Look("s-rejected", N_("Rejected"), "fail"),
    State.HELD: Look("s-held", N_("On hold"), "hold"),
    State.EXPIRED: Look("s-expired", N_("Expired"), "hold"),
    State.APPROVED: Look("s-approved", N_("Approved"), "ok"),
    State.SCHEDULED: Look("s-scheduled", N_("Scheduled"), "sched"),
    State.SENDING: Look("s-sending", N_("Sending"), "sched"),
    State.PUBLISHED: Look("s-published", N_("Published"), "live"),
    State.PARTLY: Look("s-partly", N_("Partly published"), "hold"),
    State.UNKNOWN: Look("s-unknown", N_("Unknown, look"), "hold"),
    State.FAILED: Look("s-failed", N_("Failed"), "fail"),
}

UNFINISHED = (State.DRAFT, State.SENT_BACK, State.REJECTED, State.EXPIRED)
_ENDINGS = {"sent_back": State.SENT_BACK, "rejected": State.REJECTED, "expired": State.EXPIRED}
_GONE = ("cancelled", "dropped")
PARTLY = "partly"
"""A delivery that was given up while some parts of its thread were out."""


@dataclass(frozen=True)
class Facts:
    """What one room knows about a post; what it does not know it leaves alone.

    `open`: a submission waits. `cleared`: it has all its yeses. `outcome`: how the last one ended (sent_back, rejected,
    expired, withdrawn, ...). `deliveries`: states of the deliveries of the revision that goes or went out.
    `held`: a hold or a pause over it. `slot_at`: when it goes or went out.
    """

    open: bool | None = None
    cleared: bool | None = None
    outcome: str | None = None
    deliveries: tuple[str, ...] | None = None
    held: bool | None = None
    slot_at: datetime | None = None

    def __or__(self, other: "Facts") -> "Facts":
        """Both together; the later one wins where both know."""
        known = {f.name: getattr(other, f.name) for f in fields(other) if getattr(other, f.name) is not None}
        return Facts(**{**{f.name: getattr(self, f.name) for f in fields(self)}, **known})


NOTHING = Facts()
FACTS: list[Callable[[Post, Facts], Facts]] = []
"""Each is told what is known already, so that nothing is looked up twice."""


def facts_of(post: Post, known: Facts) -> Facts:
    """Everything every room knows about the post."""
    facts = known
    for tell in FACTS:
        facts = facts | tell(post, known)
    return facts


def derive(facts: Facts) -> State:
    """The state that follows. Trouble and movement come before plans, plans before wishes."""
    return _on_its_way(facts) or _asked(facts)


def _on_its_way(facts: Facts) -> State | None:
    counts = Counter(state for state in facts.deliveries or () if state != "cancelled")
    live = sum(n for state, n in counts.items() if state not in _GONE)
    if not live:
        return None
    for state in (State.UNKNOWN, State.SENDING):
        if counts[state]:
            return state
    if counts["published"]:
        return State.PUBLISHED if counts["published"] == counts.total() else State.PARTLY
    if counts[PARTLY]:
        return State.PARTLY
    for state in (State.HELD, State.FAILED):
        if counts[state]:
            return state
    return State.HELD if facts.held else State.SCHEDULED


def _asked(facts: Facts) -> State:
    if facts.open:
        if facts.held:
            return State.HELD
        return State.APPROVED if facts.cleared else State.WAITING
    return _ENDINGS.get(facts.outcome or "", State.DRAFT)


def project(post: Post, known: Facts = NOTHING) -> State:
    """Write what lists show of a post (state, slot, on how many channels), in the transaction of a change.

    `known`: what the caller has in hand of it.
    """
    facts = facts_of(post, known)
    state = derive(facts)
    standing = [s for s in facts.deliveries or () if s != "cancelled"]
    post.state = state
    post.slot_at = facts.slot_at or (None if post.as_soon else post.planned_at)
    post.sent_of, post.sent_on = len(standing), standing.count("published")
    return state


def look(post: Post) -> Look:
    """How a post's state is shown; a partly published one says on how many channels."""
    plain = STATES[State(post.state)]
    if post.state != State.PARTLY or not post.sent_on:
        return plain
    counts = (("on", number(post.sent_on)), ("all", number(post.sent_of)))
    return Look(plain.shape, N_("Published on %(on)s of %(all)s"), plain.tone, counts)

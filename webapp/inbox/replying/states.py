"""The states of a reply and the only ways between them. Verbs move it; nothing else does."""

from enum import StrEnum

from webapp.i18n import N_

from .models import Reply


class State(StrEnum):
    """Where a reply stands. `asked`: it waits for somebody's yes; `back`: the answer was no."""

    ASKED = "asked"
    BACK = "back"
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    HELD = "held"
    UNDONE = "undone"


S = State
MOVES: dict[State, frozenset[State]] = {
    S.ASKED: frozenset({S.WAITING, S.BACK, S.UNDONE}),
    S.BACK: frozenset({S.UNDONE}),
    S.WAITING: frozenset({S.SENDING, S.HELD, S.FAILED, S.UNDONE, S.ASKED}),
    S.SENDING: frozenset({S.SENT, S.UNKNOWN, S.FAILED, S.HELD, S.WAITING}),
    S.UNKNOWN: frozenset({S.SENT, S.WAITING, S.FAILED, S.UNDONE}),
    S.HELD: frozenset({S.WAITING, S.UNDONE}),
    S.FAILED: frozenset({S.WAITING, S.UNDONE}),
    S.SENT: frozenset(),
    S.UNDONE: frozenset(),
}
OPEN = (S.ASKED, S.BACK, S.WAITING, S.SENDING, S.UNKNOWN, S.HELD, S.FAILED)
"""States in which it may still go out, or a person has to decide."""
TROUBLE = (S.UNKNOWN, S.HELD, S.FAILED)
STANDING = (S.WAITING, S.SENDING, S.UNKNOWN, S.SENT)
"""States in which it counts as an answer that others should know of."""

HELD_BY = {
    "answered": N_("Somebody answered on the network itself meanwhile. Look there, then decide."),
    "pause": N_("Posting was paused before it left."),
    "channel": N_("The channel has to be connected again."),
    "changed": N_("A picture is not what it was when this was written. Put it in again."),
    "approval": N_("It needs a yes on exactly these words first."),
}


class Illegal(RuntimeError):
    """A move that the table does not allow: a defect of ours."""


def move(reply: Reply, to: State) -> None:
    """Change the state by the table. Raises Illegal."""
    if to not in MOVES[State(reply.state)]:
        raise Illegal(f"{reply.state} -> {to}")
    reply.state = to.value
    if to is not State.UNKNOWN:
        reply.probe_at = None
    if to is not State.SENDING:
        reply.owner = reply.lease_until = None
    if to is not State.HELD:
        reply.held_by = ""

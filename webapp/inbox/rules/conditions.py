"""When a rule acts: one readable list. A company's conditions are rows read by it, and all of a rule's must hold.

A row is {"key": condition, "of": [what it is about]}; any one of what it is about is enough. A new condition is one
function and one line in `CONDITIONS`.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.i18n import N_
from webapp.posts.wordlists.matching import matches

Of = Sequence[str]
FIRST, BEFORE, BLOCKED = "first", "before", "blocked"
KINDS = {
    "comment": N_("Comment"),
    "mention": N_("Mention"),
    "review": N_("Review"),
    "direct": N_("Message"),
}
HISTORY = {
    FIRST: N_("Writes for the first time"),
    BEFORE: N_("Wrote before"),
    BLOCKED: N_("Is blocked"),
}


@dataclass(frozen=True)
class Matter:
    """One message of theirs, as conditions look at it. `wrote`: something of its author was here before.

    `began`: it is the first message of theirs in its conversation.
    """

    id: uuid.UUID
    conversation_id: uuid.UUID
    channel_id: uuid.UUID
    kind: str
    text: str
    language: str
    is_question: bool
    is_spam: bool
    blocked: bool
    wrote: bool
    began: bool


Holds = Callable[[Matter, Of], bool]


def _channel(matter: Matter, of: Of) -> bool:
    return str(matter.channel_id) in of


def _words(matter: Matter, of: Of) -> bool:
    """Whole words in any case, `return*` in any ending: as everywhere in the house."""
    return bool(matches(tuple(of), matter.text))


def _language(matter: Matter, of: Of) -> bool:
    return matter.language.partition("-")[0] in of


def _kind(matter: Matter, of: Of) -> bool:
    return matter.kind in of


def _question(matter: Matter, _of: Of) -> bool:
    return matter.is_question


def _history(matter: Matter, of: Of) -> bool:
    told = {BLOCKED} if matter.blocked else {BEFORE if matter.wrote else FIRST}
    return bool(told & set(of))


@dataclass(frozen=True)
class Condition:
    """`label`: in the form; `said`: in the words of a rule, with %(of)s where it chooses from something."""

    label: str
    said: str
    holds: Holds


CONDITIONS: dict[str, Condition] = {
    "words": Condition(N_("It has one of these words"), N_("it says “%(of)s”"), _words),
    "question": Condition(N_("It asks something"), N_("it asks something"), _question),
    "kind": Condition(N_("It is a"), N_("it is a %(of)s"), _kind),
    "language": Condition(N_("It is written in"), N_("it is written in %(of)s"), _language),
    "history": Condition(N_("Whoever wrote it"), N_("whoever wrote it: %(of)s"), _history),
    "channel": Condition(N_("It came through"), N_("it came through %(of)s"), _channel),
}


def of(rows: Iterable[Mapping[str, Any]], key: str) -> list[str]:
    """What a condition or an action of a rule is about; nothing when the rule has none such."""
    return next((list(row.get("of") or ()) for row in rows if row["key"] == key), [])


def has(rows: Iterable[Mapping[str, Any]], key: str) -> bool:
    """Whether a rule has this condition or action."""
    return any(row["key"] == key for row in rows)


def hold(rows: Sequence[Mapping[str, Any]], matter: Matter, *, every: bool) -> bool:
    """Whether a rule with these conditions acts on a message. Spam is left alone, unless blocked people are meant."""
    if not (every or matter.began):
        return False
    if matter.is_spam and BLOCKED not in of(rows, "history"):
        return False
    return all(row["key"] in CONDITIONS and CONDITIONS[row["key"]].holds(matter, row.get("of") or ()) for row in rows)

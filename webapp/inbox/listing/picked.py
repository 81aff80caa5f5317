"""Several conversations decided about at once. Each is checked as if it were alone; what changed meanwhile stays."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from webapp.errors import Conflict
from webapp.inbox.models import Conversation
from webapp.inbox.work import assigning, finishing, judging
from webapp.people.models import Person
from webapp.people.permissions import Actor, Permission

from . import queries

MOST = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Pick:
    """A conversation as it was on the page: its id, and the instant of its newest message."""

    id: uuid.UUID
    seen: datetime


def token(conversation: Conversation) -> str:
    """A pick as a form carries it."""
    return f"{conversation.id}.{(conversation.last_at - _EPOCH) // timedelta(microseconds=1)}"


def read(raw: Iterable[str]) -> list[Pick]:
    """The picks of a form, each once, what is damaged left out; at most MOST."""
    found: dict[uuid.UUID, Pick] = {}
    for each in list(raw)[: 2 * MOST]:
        pick = _one(each)
        if pick is not None:
            found.setdefault(pick.id, pick)
    return list(found.values())[:MOST]


def _one(raw: str) -> Pick | None:
    row_id, _dot, micros = raw.partition(".")
    try:
        if not (micros.isascii() and micros.isdigit() and len(micros) <= 17):
            return None
        return Pick(uuid.UUID(row_id), _EPOCH + timedelta(microseconds=int(micros)))
    except ValueError:
        return None


@dataclass(frozen=True)
class Outcome:
    """How many were changed, and how many were not: gone, not allowed, or something new came."""

    changed: int
    left: int


def finish(picks: Sequence[Pick], by: Actor) -> Outcome:
    """Done with all of them, but for those to which something new came."""
    return _each(picks, by, lambda found, pick: finishing.finish(found, by, pick.seen))


def spam(picks: Sequence[Pick], by: Actor) -> Outcome:
    """All of them are spam."""
    return _each(picks, by, lambda found, _pick: judging.mark_spam(found, True, by))


def assign(picks: Sequence[Pick], person: Person | None, by: Actor) -> Outcome:
    """All of them to one person, where that person may answer."""
    able: dict[uuid.UUID, set[uuid.UUID]] = {}

    def give(found: Conversation, _pick: Pick) -> None:
        if person is not None:
            if found.region_id not in able:
                able[found.region_id] = {each.id for each in assigning.able(found)}
            if person.id not in able[found.region_id]:
                raise Conflict("")
        assigning.put(found, person, by)

    return _each(picks, by, give)


def _each(picks: Sequence[Pick], by: Actor, do: Callable[[Conversation, Pick], None]) -> Outcome:
    seen = {pick.id: pick for pick in picks}
    changed = 0
    for found in queries.by_ids(by, list(seen)):
        if by.may(Permission.REPLY, found):
            try:
                do(found, seen[found.id])
            except Conflict:
                continue
            changed += 1
    return Outcome(changed, len(seen) - changed)

"""The trail as JSON: an array, one object an event, streamed, with what is hashed exactly as it is hashed.

`hashed` of a line, written with sorted keys and without spaces, after the hash of the line before it (by `position`),
gives `hash`: whoever holds the whole of it can verify the chain without Nod.
"""

import json
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from webapp.db import session
from webapp.events import Seal, canonical

from . import words
from .trail import Entry

BATCH = 200


def rows(entries: Iterable[Entry]) -> Iterator[str]:
    """The pieces of the array."""
    before = "["
    for batch in _batches(entries):
        seals = _seals([entry.event.id for entry in batch])
        for entry in batch:
            yield before + "\n" + json.dumps(_line(entry, seals.get(entry.event.id)), ensure_ascii=False)
            before = ","
    yield "\n]\n" if before == "," else "[]\n"


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _seals(ids: list[uuid.UUID]) -> dict[uuid.UUID, tuple[int, str]]:
    query = sa.select(Seal.event_id, Seal.position, Seal.hash).where(Seal.event_id.in_(ids))
    return {row.event_id: (row.position, row.hash) for row in session.execute(query)}


def _line(entry: Entry, seal: tuple[int, str] | None) -> dict[str, Any]:
    position, found = seal or (None, None)
    return {
        "what": words.what(entry.event.kind),
        "who": entry.who,
        "text": entry.text,
        "hashed": json.loads(canonical(entry.event)),
        "position": position,
        "hash": found,
    }

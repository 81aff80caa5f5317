"""The trail as CSV: one line an event, streamed, its cells safe to open in a spreadsheet."""

import json
from collections.abc import Iterable, Iterator

from webapp import times
from webapp.sheets import MARK, cell, line

from . import words
from .trail import Entry

__all__ = ["COLUMNS", "cell", "rows"]

COLUMNS = (
    "time_utc",
    "kind",
    "what",
    "person",
    "person_id",
    "for_id",
    "subject",
    "subject_id",
    "region_id",
    "text",
    "data",
    "origin",
    "id",
)


def rows(entries: Iterable[Entry]) -> Iterator[str]:
    """The header, then a line each. Begins with the mark that tells spreadsheets it is UTF-8."""
    yield MARK + line(COLUMNS)
    for entry in entries:
        event = entry.event
        yield line(
            (
                times.iso(event.at),
                event.kind,
                words.what(event.kind),
                entry.who,
                event.person_id,
                event.for_id,
                event.subject_type,
                event.subject_id,
                event.region_id,
                entry.text,
                json.dumps(event.data, ensure_ascii=False, sort_keys=True) if event.data else "",
                event.origin,
                event.id,
            )
        )

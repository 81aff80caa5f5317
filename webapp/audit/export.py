"""The trail as CSV: one line an event, streamed, its cells safe to open in a spreadsheet."""

import csv
import io
import json
from collections.abc import Iterable, Iterator

from webapp import times

from . import words
from .trail import Entry

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
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_RISKY) else text


def _line(values: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([cell(value) for value in values])
    return out.getvalue()


def rows(entries: Iterable[Entry]) -> Iterator[str]:
    """The header, then a line each. Begins with the mark that tells spreadsheets it is UTF-8."""
    yield "\ufeff" + _line(COLUMNS)
    for entry in entries:
        event = entry.event
        yield _line(
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

"""The numbers and the decisions beneath them as CSV and JSON. People are named only where the screen names them."""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import islice
from typing import Any

from webapp import sheets, times
from webapp.people import reach

from . import words
from .decided import Decided
from .figures import Spread
from .first_pass import NOES, PASSED, Answers
from .frame import Frame
from .reading import BATCH, Reader
from .report import Report

Row = dict[str, Any]
NUMBERS = ("measure", "by", "name", "from", "to", "value", "unit", "of")
DECISIONS = (
    "post_id",
    "region_id",
    "region",
    "stage",
    "opened_utc",
    "decided_utc",
    "clock_minutes",
    "working_minutes",
    "verdict",
    "role",
)
NAMES = ("person", "person_id")


def numbers(report: Report) -> Iterator[Row]:
    """One line a number. `of`: from how many decisions, answers or posts it was made."""
    frame = report.frame
    now = {"from": frame.first.isoformat(), "to": frame.last.isoformat()}
    before = {"from": times.local(frame.before, frame.zone).date().isoformat(), "to": _day_before(frame)}
    yield from _took(report.whole, "", "", now)
    yield from _took(report.whole_before, "", "", before)
    for by, groups in {**report.groups, "person": report.by_person}.items():
        for name, found in groups.items():
            yield from _took(found, by, name, now)
    yield from _first(report.first.now, "", "", now)
    yield from _first(report.first.before, "", "", before)
    for region, answers in report.first.by_region.items():
        yield from _first(answers, "region", report.regions[region].name, now)
    yield _row("missed_slots", "", "", now, report.missed.total(), "posts")
    yield _row("missed_slots", "", "", before, report.missed_before, "posts")
    for region, count in report.missed.items():
        yield _row("missed_slots", "region", report.regions[region].name, now, count, "posts")
    yield from _waiting(report)


def _day_before(frame: Frame) -> str:
    return (frame.first - timedelta(days=1)).isoformat()


def _row(measure: str, by: str, name: str, period: Mapping[str, str], value: Any, unit: str, of: Any = None) -> Row:
    row = {"measure": measure, "by": by, "name": name, **period, "value": value, "unit": unit, "of": of}
    return {column: row.get(column) for column in NUMBERS}


def _took(found: Spread, by: str, name: str, period: Mapping[str, str]) -> Iterator[Row]:
    values = {
        ("time_to_decision_median", "clock_minutes"): found.median,
        ("time_to_decision_p90", "clock_minutes"): found.ninth,
        ("time_to_decision_median", "working_minutes"): found.worked_median,
        ("time_to_decision_p90", "working_minutes"): found.worked_ninth,
    }
    for (measure, unit), value in values.items():
        yield _row(measure, by, name, period, words.minutes(value), unit, found.count)


def _first(answers: Answers, by: str, name: str, period: Mapping[str, str]) -> Iterator[Row]:
    yield _row("first_pass_rate", by, name, period, answers.rate, "percent", answers.total)
    for key in (PASSED, *NOES):
        yield _row(f"first_{key}", by, name, period, answers.counts[key], "posts", answers.total)


def _waiting(report: Report) -> Iterator[Row]:
    now = {"to": times.iso(times.now())}
    yield _row("waiting_posts", "", "", now, report.waiting.posts, "posts")
    for each in report.waiting.on:
        since = {"from": times.iso(each.since), **now}
        where = f"{each.role}, {report.regions[each.region_id].name}"
        yield _row("waiting_posts", "role and region", where, since, each.posts, "posts", len(each.people))


def decisions(reader: Reader, named: bool) -> Iterator[Row]:
    """One line a decision of the period, the newest first, read in batches."""
    rows = reader.each()
    while batch := list(islice(rows, BATCH)):
        names = reach.names(each.seat.person_id for each in batch if each.seat.person_id) if named else {}
        yield from (_decision(each, names if named else None) for each in batch)


def _decision(each: Decided, names: Mapping[uuid.UUID, str] | None) -> Row:
    row = {
        "post_id": str(each.post_id),
        "region_id": str(each.seat.region_id),
        "region": each.seat.region,
        "stage": each.seat.stage,
        "opened_utc": times.iso(each.opened),
        "decided_utc": times.iso(each.at),
        "working_minutes": words.minutes(each.worked),
        "clock_minutes": words.minutes(each.clock),
        "verdict": each.verdict,
        "role": each.seat.role,
    }
    if names is not None and each.seat.person_id:
        row |= {"person": names.get(each.seat.person_id), "person_id": str(each.seat.person_id)}
    return row


def csv(columns: Iterable[str], rows: Iterable[Row]) -> Iterator[str]:
    """The header, then a line each."""
    columns = tuple(columns)
    yield sheets.MARK + sheets.line(columns)
    for row in rows:
        yield sheets.line(row.get(column) for column in columns)


def as_json(rows: Iterable[Row]) -> Iterator[str]:
    """An array, one object a line."""
    before = "["
    for row in rows:
        yield f"{before}\n{json.dumps(row, ensure_ascii=False)}"
        before = ","
    yield "\n]\n" if before == "," else "[]\n"

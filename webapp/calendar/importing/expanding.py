"""On which days an event is, in a region: once, or each time it comes again, as far as the calendar looks ahead."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

from webapp import times
from webapp.i18n import _

from . import parsing
from .parsing import Component

AHEAD, LONGEST, OFTEN = timedelta(days=730), timedelta(days=366), 120
NAME = 80
_EARLIEST = date(1990, 1, 1)
_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS", "WKST"}
_EVERY = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_PLAIN = re.compile(r"[A-Z0-9,+-]{1,120}", re.ASCII)


class Wrong(ValueError):
    """Why an event cannot be taken; a sentence for the person."""


@dataclass(frozen=True)
class Day:
    """A day, or days in a row. `uid`: the event, and which of its times."""

    uid: str
    name: str
    first: date
    last: date


@dataclass(frozen=True)
class Series:
    """An event with its days. `key`: what all its `uid`s begin with; `cancelled`: it is off."""

    key: str
    name: str
    days: tuple[Day, ...]
    cancelled: bool = False
    repeats: bool = False


def series(event: Component, zone: str, today: date) -> Series:
    """The days of an event that are not over. Raises Wrong."""
    name = event.text("SUMMARY")[:NAME] or _("No name")
    key = hashlib.sha256(event.text("UID").encode() or repr(event.properties).encode()).hexdigest()[:32]
    if event.text("STATUS").upper() == "CANCELLED":
        return Series(key, name, (), cancelled=True)
    first, last = span(event, zone)
    if "RECURRENCE-ID" in event.properties:
        which = f"{key}/{_day(_stamp(event, 'RECURRENCE-ID'), zone).isoformat()}"
        return Series(key, name, _ahead([Day(which, name, first, last)], today))
    rule = event.text("RRULE")
    if not rule:
        return Series(key, name, _ahead([Day(f"{key}/", name, first, last)], today))
    left_out = {_day(each, zone) for each in _without(event)}
    days = [each for each in _again(rule, first, today) if each not in left_out]
    if len(days) > OFTEN:
        raise Wrong(_("It comes more than %(n)s times.", n=OFTEN))
    made = [Day(f"{key}/{day.isoformat()}", name, day, day + (last - first)) for day in days]
    return Series(key, name, _ahead(made, today), repeats=True)


def span(event: Component, zone: str) -> tuple[date, date]:
    """First and last day in the zone of the region. An end is the first moment after (RFC 5545, 3.6.1)."""
    start = _stamp(event, "DTSTART")
    end = start
    if "DTEND" in event.properties:
        end = _stamp(event, "DTEND")
    elif "DURATION" in event.properties:
        end = start + _length(event)
    first = _day(start, zone)
    last = max(first, _day(end - (timedelta(seconds=1) if isinstance(end, datetime) else timedelta(days=1)), zone))
    if not _EARLIEST <= first <= date(2099, 1, 1):
        raise Wrong(_("This date is not in the calendar, or too far away."))
    if last - first > LONGEST:
        raise Wrong(_("It is longer than a year."))
    return first, last


def _stamp(event: Component, name: str) -> date | datetime:
    try:
        return parsing.stamp(event.properties[name])
    except (KeyError, ValueError):
        raise Wrong(_("It does not say on which day it is.")) from None


def _length(event: Component) -> timedelta:
    try:
        return parsing.length(event.properties["DURATION"].value)
    except ValueError:
        raise Wrong(_("It does not say how long it is.")) from None


def _day(at: date | datetime, zone: str) -> date:
    """The day it is there; a time without a known zone is meant as it is written."""
    if not isinstance(at, datetime):
        return at
    return times.local(at, zone).date() if at.tzinfo else at.date()


def _without(event: Component) -> list[date | datetime]:
    found: list[date | datetime] = []
    for said in event.without[:OFTEN]:
        for value in said.value.split(",")[:OFTEN]:
            try:
                found.append(parsing.stamp(parsing.Property(value, said.zone)))
            except ValueError:
                raise Wrong(_("It does not say on which day it is.")) from None
    return found


def _ahead(days: list[Day], today: date) -> tuple[Day, ...]:
    return tuple(each for each in days if each.last >= today)


def _again(rule: str, first: date, today: date) -> list[date]:
    """The days a rule gives until as far as we look. Rules by the hour, or that say what we do not know, are refused;
    every rule has an end, so that none runs for ever."""
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";") if part)
    plain = all(_PLAIN.fullmatch(value) for name, value in parts.items() if name != "UNTIL")
    if not parts.keys() <= _PARTS or parts.get("FREQ") not in _EVERY or not plain:
        raise Wrong(_("It repeats in a way that cannot be taken."))
    try:
        most = int(parts.pop("COUNT", "0")) or None
        until = min(_until(parts.pop("UNTIL", "")), today + AHEAD)
        if int(parts.get("INTERVAL", "1")) < 1:
            raise ValueError(rule)
        said = ";".join(f"{name}={value}" for name, value in parts.items())
        ends = f"UNTIL={until.strftime('%Y%m%d')}T235959"
        found: Any = rrulestr(f"{said};{ends}", dtstart=datetime.combine(first, time()))
        days = (each.date() for each in islice(found, most))
        return list(islice((day for day in days if day >= today - LONGEST), OFTEN + 1))
    except (ValueError, TypeError, OverflowError):
        raise Wrong(_("It repeats in a way that cannot be taken.")) from None


def _until(raw: str) -> date:
    if not raw:
        return date.max
    at = parsing.stamp(parsing.Property(raw))
    return at.date() if isinstance(at, datetime) else at

"""On which days: every n weeks on some weekdays, or every n months on a day, a weekday or the last of them.

Everything follows from the first day; calendars only, no clocks. What a month does not have (31 June) is its last day.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice

WEEKLY, DAY, NTH, LAST = "weekly", "day", "nth", "last"
KINDS = (WEEKLY, DAY, NTH, LAST)
MOST_WEEKS, MOST_TIMES, LONGEST = 52, 500, timedelta(days=3 * 366)
_EVERY = 1_200


@dataclass(frozen=True)
class Rule:
    """`weekdays`: ISO, for weekly. `until`: the last day at most; `most`: how many at most, the first counted."""

    kind: str
    first: date
    every: int = 1
    weekdays: tuple[int, ...] = ()
    until: date | None = None
    most: int | None = None

    @property
    def nth(self) -> int:
        """Which of its weekdays in the month the first day is, from 1."""
        return (self.first.day - 1) // 7 + 1


def days(rule: Rule) -> Iterator[date]:
    """Every day, in order; the first is always one of them."""
    every = _weeks(rule) if rule.kind == WEEKLY else _months(rule)
    for number, day in enumerate(every):
        if (rule.until and day > rule.until) or (rule.most and number >= rule.most):
            return
        yield day


def between(rule: Rule, after: date, last: date) -> list[date]:
    """Those after a day, up to another."""
    found = []
    for day in days(rule):
        if day > last:
            break
        if day > after:
            found.append(day)
    return found


def ended(rule: Rule, after: date) -> bool:
    """Whether none follows that day."""
    return all(day <= after for day in islice(days(rule), _EVERY)) and (rule.until or rule.most) is not None


def _weeks(rule: Rule) -> Iterator[date]:
    monday = rule.first - timedelta(days=rule.first.weekday())
    yield rule.first
    for n in count(0, rule.every):
        for weekday in sorted(rule.weekdays):
            day = monday + timedelta(days=7 * n + weekday - 1)
            if day > rule.first:
                yield day


def _months(rule: Rule) -> Iterator[date]:
    for n in count(0, rule.every):
        month = rule.first.year * 12 + rule.first.month - 1 + n
        day = _in_month(rule, *divmod(month, 12))
        if day is not None:
            yield day


def _in_month(rule: Rule, year: int, month: int) -> date | None:
    begins, length = monthrange(year, month + 1)
    if rule.kind == DAY:
        return date(year, month + 1, min(rule.first.day, length))
    first_one = (rule.first.weekday() - begins) % 7 + 1
    if rule.kind == LAST:
        return date(year, month + 1, first_one + (length - first_one) // 7 * 7)
    day = first_one + 7 * (rule.nth - 1)
    return date(year, month + 1, day) if day <= length else None

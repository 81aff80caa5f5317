"""What the screen draws: the report in words, bars and columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from babel.dates import format_skeleton

from webapp import times
from webapp.i18n import N_, _, locale, number
from webapp.people.permissions import Permission

from . import charts, expired
from .figures import Spread
from .first_pass import NOES, PASSED
from .report import Report
from .words import span

GROUPS = {
    "stage": (N_("By stage"), N_("Stage"), N_("Time to decision by stage")),
    "region": (N_("By region"), N_("Region"), N_("Time to decision by region")),
    "role": (N_("By role"), N_("Role"), N_("Time to decision by role")),
}


@dataclass(frozen=True)
class Group:
    """Decisions by something. `bars`: name, median in words, percent of the longest. `rows`: all of them."""

    key: str
    title: str
    head: str
    caption: str
    bars: Sequence[tuple[str, str, float]]
    rows: Sequence[tuple[str, Spread]]


def context(report: Report) -> dict[str, Any]:
    """Everything the template reads beside the report itself."""
    frame = report.frame
    columns = [each for each in charts.columns(frame.columns, report.by_day) if each.found]
    answers = [report.first.now.counts[key] for key in (PASSED, *NOES)]
    return {
        "columns": columns,
        "longest": max((each.found.ninth or timedelta() for each in columns if each.found), default=None),
        "spoken": _spoken(report),
        "by_day": [(_short(each.first), each.found) for each in reversed(columns)],
        "ends": (_short(frame.first), _short(frame.last)),
        "groups": list(_groups(report)),
        "answers": answers,
        "parts": charts.parts(answers),
        "answered": _answered(answers),
        "missed": expired.newest(frame, report.reader.stages),
        "looks": frame.actor.regions(Permission.VIEW),
    }


def _short(day: date) -> str:
    """`9 Nov`, in the reader's language."""
    found = format_skeleton("MMMd", datetime.combine(day, time()), tzinfo=UTC, locale=locale())
    return found.replace(" ", "\u00a0")


def _groups(report: Report) -> Any:
    for key, (title, head, caption) in GROUPS.items():
        rows = list(report.groups[key].items())
        if len(rows) > 1:
            yield Group(key, _(title), _(head), _(caption), _bars(report.groups[key]), rows)


def _bars(found: Mapping[str, Spread]) -> list[tuple[str, str, float]]:
    drawn = list(found.items())[: charts.ROWS]
    shares = charts.shares([each.median for _name, each in drawn])
    return [(name, span(each.median), share) for (name, each), share in zip(drawn, shares, strict=True)]


def _spoken(report: Report) -> str:
    """The chart of days in a sentence."""
    medians = [each.median for each in report.by_day.values() if each.median is not None]
    if not medians:
        return ""
    return _(
        "Time to a decision, %(first)s to %(last)s: medians from %(fast)s to %(slow)s.",
        first=times.full_date(report.frame.first),
        last=times.full_date(report.frame.last),
        fast=span(min(medians)),
        slow=span(max(medians)),
    )


def _answered(answers: Sequence[int]) -> str:
    yes, back, no = (number(each) for each in answers)
    return _("%(yes)s yes, %(back)s sent back, %(no)s rejected", yes=yes, back=back, no=no)

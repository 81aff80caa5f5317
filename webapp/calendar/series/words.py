"""A rule in words: on which days, at which hour and where, until when."""

from webapp import times
from webapp.i18n import _, ngettext, number

from .. import basis, spans
from . import rule
from .models import Series


def days(wanted: rule.Rule) -> str:
    """On which days."""
    weekday = spans.weekday_name(wanted.first.weekday())
    if wanted.kind == rule.WEEKLY:
        named = ", ".join(spans.weekday_name(n - 1) for n in sorted(wanted.weekdays))
        return ngettext("Every week: %(days)s", "Every %(n)s weeks: %(days)s", wanted.every, days=named)
    if wanted.kind == rule.DAY:
        said = number(wanted.first.day)
        return ngettext("Every month: day %(day)s", "Every %(n)s months: day %(day)s", wanted.every, day=said)
    if wanted.kind == rule.LAST:
        return ngettext(
            "Every month: the last %(weekday)s",
            "Every %(n)s months: the last %(weekday)s",
            wanted.every,
            weekday=weekday,
        )
    return ngettext(
        "Every month: %(weekday)s number %(nth)s",
        "Every %(n)s months: %(weekday)s number %(nth)s",
        wanted.every,
        weekday=weekday,
        nth=number(wanted.nth),
    )


def end(wanted: rule.Rule) -> str:
    """Until when."""
    if wanted.until:
        return _("Until %(day)s", day=times.full_date(wanted.until))
    if wanted.most:
        return ngettext("%(n)s time", "%(n)s times", wanted.most)
    return _("Until you stop it")


def hour(series: Series) -> str:
    """`09:00, Warsaw`: what the clocks there show, also after they change."""
    return _("%(hour)s, %(place)s", hour=series.wall, place=times.place(basis.known(series.region.zone)))

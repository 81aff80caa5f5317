"""A rule in words: on which days, at which hour and where, until when."""

from webapp import times
from webapp.i18n import _, ngettext, number

from .. import basis, spans
from . import ordinals, rule
from .models import Series


def days(wanted: rule.Rule) -> str:
    """On which days."""
    if wanted.kind == rule.WEEKLY:
        named = ", ".join(spans.weekday_name(n - 1) for n in sorted(wanted.weekdays))
        return ngettext("Every week: %(days)s", "Every %(n)s weeks: %(days)s", wanted.every, days=named)
    if wanted.kind == rule.DAY:
        said = number(wanted.first.day)
        return ngettext("Every month on day %(day)s", "Every %(n)s months on day %(day)s", wanted.every, day=said)
    nth = ordinals.LAST if wanted.kind == rule.LAST else wanted.nth
    said = ordinals.on(nth, wanted.first.weekday())
    return ngettext("Every month %(on)s", "Every %(n)s months %(on)s", wanted.every, on=said)


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

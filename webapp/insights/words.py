"""Numbers in words: how long, and how a number changed against the period before. A change for the worse is amber."""

from dataclasses import dataclass
from datetime import timedelta

from webapp.i18n import _, ngettext, number

DAY, MINUTE = 24 * 60, timedelta(minutes=1)


@dataclass(frozen=True)
class Change:
    """An arrow, a sentence, and whether it is for the worse."""

    icon: str
    text: str
    worse: bool = False


def span(value: timedelta | None) -> str:
    """How long, for people: `14 min`, `3 h 10 min`, `31 h`; a dash for nothing. It never breaks over lines."""
    return "\u2013" if value is None else _span(round(value / MINUTE)).replace(" ", "\u00a0")


def _span(minutes: int) -> str:
    if minutes < 1:
        return _("under 1 min")
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(min)s min", min=number(minutes))
    if minutes >= DAY or not rest:
        return _("%(h)s h", h=number(round(minutes / 60)))
    return _("%(h)s h %(min)s min", h=number(hours), min=number(rest))


def minutes(value: timedelta | None) -> float | None:
    """For machines: minutes with one decimal."""
    return None if value is None else round(value / MINUTE, 1)


def took(now: timedelta | None, before: timedelta | None, days: int) -> Change | None:
    """How a duration changed; a longer one is worse. None when there is nothing now."""
    if now is None:
        return None
    if before is None:
        return _none(days)
    if abs(now - before) < MINUTE:
        return _same(days)
    by = span(abs(now - before))
    if now < before:
        return Change(icon="arrow-down", text=_("%(by)s faster than in the %(days)s days before", by=by, days=days))
    return Change(
        icon="arrow-up", text=_("%(by)s slower than in the %(days)s days before", by=by, days=days), worse=True
    )


def rate(now: int | None, before: int | None, days: int) -> Change | None:
    """How a percentage changed; a lower one is worse."""
    if now is None:
        return None
    if before is None:
        return _none(days)
    points = now - before
    if not points:
        return _same(days)
    if points > 0:
        text = ngettext(
            "%(n)s point higher than in the %(days)s days before",
            "%(n)s points higher than in the %(days)s days before",
            points,
            days=days,
        )
        return Change(icon="arrow-up", text=text)
    text = ngettext(
        "%(n)s point lower than in the %(days)s days before",
        "%(n)s points lower than in the %(days)s days before",
        -points,
        days=days,
    )
    return Change(icon="arrow-down", text=text, worse=True)


def count(now: int, before: int, days: int) -> Change:
    """How a number of bad things changed; more is worse."""
    more = now - before
    if not more:
        return _same(days)
    if more < 0:
        text = _("%(n)s fewer than in the %(days)s days before", n=number(-more), days=days)
        return Change(icon="arrow-down", text=text)
    text = _("%(n)s more than in the %(days)s days before", n=number(more), days=days)
    return Change(icon="arrow-up", text=text, worse=True)


def _same(days: int) -> Change:
    return Change(icon="arrow-right", text=_("The same as in the %(days)s days before", days=days))


def _none(days: int) -> Change:
    return Change(icon="arrow-right", text=_("Nothing to compare with in the %(days)s days before", days=days))

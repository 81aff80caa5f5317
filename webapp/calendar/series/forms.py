"""The form of a rule: how often, on which days, until when."""

from datetime import date
from typing import Any, Self

from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from webapp import times
from webapp.errors import Invalid
from webapp.http.choosing import RadioField, SelectMultipleField
from webapp.http.forms import Form, Whole
from webapp.i18n import N_, _

from ..spans import Week, weekday_name
from . import rule, words
from .changing import Wanted
from .models import Series

NEVER, UNTIL, TIMES = "never", "until", "times"


class RepeatForm(Form):
    """What follows from the day of the post is offered: its weekday, its place in the month."""

    kind = RadioField(N_("How it repeats"), default=rule.WEEKLY)
    weekdays = SelectMultipleField(N_("On these days"))
    every = Whole(N_("Every so many weeks or months"), [InputRequired(), NumberRange(1, rule.MOST_WEEKS)], default=1)
    ends = RadioField(N_("It ends"), default=NEVER)
    until = DateField(N_("Last day"), [Optional()])
    most = Whole(N_("How many times, with this one"), [Optional(), NumberRange(2, rule.MOST_TIMES)])

    @classmethod
    def offering(cls, first: date, week: Week, data: Any = None, said: dict[str, Any] | None = None) -> Self:
        """For a post on that day. `said`: what the fields hold before anything is typed."""
        form = cls(data, data=said or {"weekdays": [str(first.isoweekday())]})
        form.kind.choices = [(kind, _how(kind, first)) for kind in offered(first)]
        order = [(week.first + n) % 7 for n in range(7)]
        form.weekdays.choices = [(str(n + 1), weekday_name(n)) for n in order]
        form.ends.choices = [(NEVER, _("Never")), (UNTIL, _("On a day")), (TIMES, _("After some times"))]
        for field in form:
            field.label.text = _(field.label.text)
        return form

    def wanted(self) -> Wanted:
        """The rule, after `validate`. Raises Invalid where its end is missing."""
        ends = self.ends.data
        if ends == UNTIL and self.until.data is None:
            raise Invalid(fields={"until": _("Fill this in.")})
        if ends == TIMES and self.most.data is None:
            raise Invalid(fields={"most": _("Fill this in.")})
        days = tuple(sorted(int(raw) for raw in self.weekdays.data or ())) if self.kind.data == rule.WEEKLY else ()
        until = self.until.data if ends == UNTIL else None
        return Wanted(self.kind.data, self.every.data or 1, days, until, self.most.data if ends == TIMES else None)


class RuleForm(RepeatForm):
    """The rule of a series that runs, and its hour. `most`: how many more."""

    time = StringField(N_("Time"), [Length(max=5)])
    most = Whole(N_("How many more times"), [Optional(), NumberRange(1, rule.MOST_TIMES)])

    @classmethod
    def of(cls, series: Series, left: int, week: Week, data: Any = None) -> Self:
        """Filled with the rule as it is. `left`: how many more there are, for one that ends after some."""
        return cls.offering(series.first, week, data, _said(series, left))

    def wall(self) -> str:
        """The hour, after `validate`. Raises Invalid."""
        typed = (self.time.data or "").strip()
        try:
            return times.parse_wall(f"2000-01-01T{typed}").strftime("%H:%M")
        except times.TimeError:
            raise Invalid(fields={"time": _("Type a time such as 09:00.")}) from None


def _said(series: Series, left: int) -> dict[str, Any]:
    """What the fields of a rule hold."""
    return {
        "kind": series.kind,
        "weekdays": [str(n) for n in series.weekdays] or [str(series.first.isoweekday())],
        "every": series.every,
        "time": series.wall,
        "ends": UNTIL if series.until else TIMES if series.most else NEVER,
        "until": series.until,
        "most": left if series.most else None,
    }


def offered(first: date) -> list[str]:
    """Ways to repeat a day: the fifth Thursday is only offered as the last one."""
    found = [rule.WEEKLY, rule.DAY]
    if rule.Rule(rule.NTH, first).nth < 5:
        found.append(rule.NTH)
    if next(rule.days(rule.Rule(rule.LAST, first))) == first:
        found.append(rule.LAST)
    return found


def _how(kind: str, first: date) -> str:
    return _("Every week, on the days below") if kind == rule.WEEKLY else words.days(rule.Rule(kind, first))

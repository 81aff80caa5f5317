"""The forms of the screen of notifications. Labels are marked here and translated when a form is made."""

import re
from typing import Any

from wtforms import BooleanField, Field, StringField
from wtforms.validators import Length, Optional, StopValidation
from wtforms.widgets import TimeInput

from webapp import times
from webapp.http.choosing import RadioField, SelectField
from webapp.http.forms import Form
from webapp.i18n import N_, _

from .devices import MOST_NAME
from .kinds import KINDS
from .quiet import Quiet, Span
from .wishes import WEEK, WEEKEND, Wishes

_HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
WAYS = (("push", N_("Push")), ("mail", N_("Mail")), ("digest", N_("Digest")), ("off", N_("Off")))
BREAKS = {
    "paused": N_("Posting is paused in my regions"),
    "soon": N_("Half an hour left, and no yes yet"),
}


class Hour:
    """`HH:MM`, as a field of time sends it."""

    def __call__(self, form: Form, field: Field) -> None:
        if not _HOUR.fullmatch(field.data or ""):
            raise StopValidation(_("Type a time such as 09:00."))


class Words(Form):
    """Labels in the reader's language."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        for field in self:
            field.label.text = _(field.label.text)


class WishesForm(Words):
    """One choice a kind (`kind_<key>`), one switch a kind that may break through (`breaks_<key>`), and the rest."""

    digest_1 = StringField(N_("Digest at"), [Hour()], widget=TimeInput())
    digest_2 = StringField(N_("And at"), [Optional(), Hour()], widget=TimeInput())
    quick = BooleanField(N_("Quick approve"))

    @property
    def kinds(self) -> list[tuple[Any, Any]]:
        """Lines of the table with their fields."""
        return [(kind, self[f"kind_{key}"]) for key, kind in KINDS.items()]

    @property
    def breaking(self) -> list[Any]:
        """The switches of what comes through quiet hours."""
        return [self[f"breaks_{key}"] for key in BREAKS]

    def chosen(self, quiet: Quiet) -> Wishes:
        """What was chosen, with the quiet hours there are."""
        return Wishes(
            ways={key: self[f"kind_{key}"].data for key in KINDS},
            quiet=quiet,
            breaks=frozenset(key for key in BREAKS if self[f"breaks_{key}"].data),
            digest=tuple(sorted({wall for wall in (self.digest_1.data, self.digest_2.data) if wall})),
            quick=bool(self.quick.data),
        )


_FIELDS = {f"kind_{key}": RadioField(kind.label, choices=[]) for key, kind in KINDS.items()} | {
    f"breaks_{key}": BooleanField(label) for key, label in BREAKS.items()
}
_Wishes: Any = type("KindsForm", (WishesForm,), _FIELDS)


def wishes_form(data: Any, now: Wishes) -> WishesForm:
    """The form as it was sent, or as it stands."""
    values = {
        **{f"kind_{key}": way for key, way in now.ways.items()},
        **{f"breaks_{key}": key in now.breaks for key in BREAKS},
        "digest_1": now.digest[0],
        "digest_2": now.digest[1] if len(now.digest) > 1 else "",
        "quick": now.quick,
    }
    form: WishesForm = _Wishes(data, data=values if data is None else None)
    for _kind, field in form.kinds:
        field.choices = [(way, _(word)) for way, word in WAYS]
    return form


class QuietForm(Words):
    """When it is quiet: on weekdays and at the weekend, in a zone."""

    zone = SelectField(N_("Time zone"), choices=[])
    week = BooleanField(N_("Quiet from Monday to Friday"))
    week_start = StringField(N_("From"), [Hour()], widget=TimeInput())
    week_end = StringField(N_("To"), [Hour()], widget=TimeInput())
    weekend = BooleanField(N_("Quiet on Saturday and Sunday"))
    weekend_start = StringField(N_("From"), [Hour()], widget=TimeInput())
    weekend_end = StringField(N_("To"), [Hour()], widget=TimeInput())

    def chosen(self) -> Quiet:
        """What was chosen."""
        week = Span(self.week_start.data or "", self.week_end.data or "") if self.week.data else None
        weekend = Span(self.weekend_start.data or "", self.weekend_end.data or "") if self.weekend.data else None
        return Quiet(self.zone.data, week, weekend)


def quiet_form(data: Any, now: Quiet) -> QuietForm:
    """The form as it was sent, or as it stands; hours that are off stay suggested."""
    week, weekend = now.week or WEEK, now.weekend or WEEKEND
    values = {
        "zone": now.zone,
        "week": now.week is not None,
        "week_start": week.start,
        "week_end": week.end,
        "weekend": now.weekend is not None,
        "weekend_start": weekend.start,
        "weekend_end": weekend.end,
    }
    form = QuietForm(data, data=values if data is None else None)
    names = times.zones()
    form.zone.choices = [
        (name, name.replace("_", " ")) for name in ([now.zone, *names] if now.zone not in names else names)
    ]
    return form


class DeviceForm(Words):
    """What a device is called."""

    name = StringField(N_("Name"), [Length(max=MOST_NAME)])

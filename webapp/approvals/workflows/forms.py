"""The forms of the editor: one stage, what belongs to the whole workflow, and whose a new one is."""

import re
from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from webapp.approvals.quorum import ALL, ANY
from webapp.http.choosing import RadioField, SelectField, SelectMultipleField
from webapp.http.forms import Form, Whole
from webapp.i18n import N_, _, ngettext

from .conditions import RULES
from .offers import Offer, row, value
from .stages import DOES, read

LONGEST = 60
ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
HOURS = (1, 2, 4, 8, 16, 24, 40)
LATER = (0, 1, 2, 4, 8, 16, 24)
"""Working hours that can be chosen: of a limit, and beyond it."""


class WholeForm(Form):
    """What belongs to the workflow."""

    title = StringField(N_("Name of the workflow"), [DataRequired(), Length(max=LONGEST)])
    carries = SelectMultipleField(N_("A yes stays when only this changes"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.title.label.text = _(self.title.label.text)
        self.carries.label.text = _(self.carries.label.text)
        self.carries.choices = [("time", _("The time")), ("alt", _("Descriptions of pictures"))]


class StageForm(Form):
    """The stage that is open."""

    name = StringField(N_("Name"), [DataRequired(), Length(max=LONGEST)])
    rule = RadioField(N_("How many say yes"))
    count = Whole(N_("How many"), [Optional(), NumberRange(1, 50)])
    who = SelectMultipleField(N_("Who"))
    client = StringField(N_("Addresses of the client"), [Length(max=500)])
    among = SelectField(N_("Must be among them"))
    author_may = BooleanField(N_("The author may say yes here"))
    with_previous = BooleanField(N_("At the same time as the stage before"))
    when = SelectMultipleField(N_("Only if"))
    limit = SelectField(N_("Time limit"))
    remind = SelectField(N_("Remind them"))
    stand_in = SelectField(N_("Ask the stand-in"))
    escalate = SelectField(N_("Go on to a role"))
    escalate_to = SelectField(N_("Which role"))


def stage_form(offer: Offer, stored: Mapping[str, Any], data: Any = None) -> StageForm:
    """The form of a stage, from what was typed or from its row."""
    about = {
        f"of-{key}": SelectMultipleField(_(rule.label), choices=offer.of(rule.of))
        for key, rule in RULES.items()
        if rule.of
    }
    before = _values(stored)
    made: StageForm = type("OneStage", (StageForm,), about)(data, data=before)
    for each in made:
        each.label.text = _(each.label.text)
    made.rule.choices = [(ANY, _("Any")), (ALL, _("All")), ("number", _("At least"))]
    made.who.choices = _kept([pair for pairs in offer.who.values() for pair in pairs], before["who"])
    those = [pair for name in ("region", "headquarters", "people") for pair in offer.who[name]]
    made.among.choices = [("", _("Nobody in particular")), *_kept(those, [before["among"]])]
    made.when.choices = [(key, _(rule.label)) for key, rule in RULES.items()]
    made.limit.choices = [("", _("No limit")), *_hours(HOURS, before["limit"])]
    for do in DOES:
        made[do].choices = [("", _("Not")), *_beyond(before[do])]
    made.escalate_to.choices = [("", _("Choose a role")), *offer.roles]
    return made


def _kept(pairs: list[tuple[str, str]], chosen: list[str]) -> list[tuple[str, str]]:
    """What is offered, and what was chosen before and is offered no more (somebody who left)."""
    known = dict(pairs)
    gone = [raw for raw in chosen if raw and raw not in known]
    return [*pairs, *((raw, _gone(raw)) for raw in gone)]


def _gone(raw: str) -> str:
    return _("A role that is gone") if raw.startswith("role") else _("Somebody who left")


def _plain(hours: Any) -> str:
    return f"{float(hours):g}" if hours is not None else ""


def _hours(offered: tuple[int, ...], chosen: str) -> list[tuple[str, str]]:
    return [
        (raw, ngettext("%(n)s hour of working time", "%(n)s hours of working time", n))
        for raw, n in _sorted(offered, chosen)
    ]


def _beyond(chosen: str) -> list[tuple[str, str]]:
    return [
        (raw, ngettext("%(n)s hour after the limit", "%(n)s hours after the limit", n) if n else _("At the limit"))
        for raw, n in _sorted(LATER, chosen)
    ]


def _sorted(offered: tuple[int, ...], chosen: str) -> list[tuple[str, float]]:
    """The hours that are offered, and those that were chosen before."""
    known = {_plain(n): float(n) for n in (*offered, *([float(chosen)] if chosen else []))}
    return sorted(known.items(), key=lambda each: each[1])


def _values(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A stage's row as the fields of its form."""
    stage = read(stored)
    steps = {step.do: step for step in stage.steps}
    values: dict[str, Any] = {
        "name": stage.name,
        "rule": stage.needed if stage.needed in (ANY, ALL) else "number",
        "count": stage.needed if isinstance(stage.needed, int) else 2,
        "who": [value(who) for who in stage.who],
        "client": next((who.what for who in stage.who if who.kind == "client"), ""),
        "among": value(stage.among[0]) if stage.among else "",
        "author_may": stage.author_may,
        "with_previous": bool(stored.get("with_previous")),
        "when": [each["key"] for each in stage.when],
        "limit": _plain(stage.limit),
        "escalate_to": steps["escalate"].role if "escalate" in steps else "",
    }
    values |= {do: _plain(steps[do].after) if do in steps else "" for do in DOES}
    return values | {f"of-{each['key']}": [str(one) for one in each.get("of") or ()] for each in stage.when}


def check(form: StageForm) -> bool:
    """Whether the stage can be as it is typed; each field's `errors` say why not."""
    sound = form.validate()
    wrong: dict[str, str] = {}
    if not form.who.data:
        wrong["who"] = _("Choose who says yes here.")
    if not all(ADDRESS.fullmatch(each) for each in _addresses(form)):
        wrong["client"] = _("Type e-mail addresses with spaces between them.")
    if form.rule.data == "number" and not form.count.data and not form.count.errors:
        wrong["count"] = _("Type how many.")
    for key in form.when.data or ():
        rule = RULES.get(key)
        if rule and rule.of and rule.needs and not form[f"of-{key}"].data:
            wrong[f"of-{key}"] = _("Choose at least one.")
    if form.escalate.data and not form.escalate_to.data:
        wrong["escalate_to"] = _("Choose the role it goes to.")
    if not form.limit.data and any(field.data for field in (form.remind, form.stand_in, form.escalate)):
        wrong["limit"] = _("Set a time limit first.")
    form.fail(wrong)
    return sound and not wrong


def _addresses(form: StageForm) -> list[str]:
    return list(dict.fromkeys((form.client.data or "").replace(",", " ").lower().split()))


def _who(form: StageForm) -> list[dict[str, Any]]:
    """Who says yes; the client with the addresses that are asked about every post, if there are any."""
    rows = [row(raw) for raw in form.who.data]
    addresses = " ".join(_addresses(form))
    return [{**each, "client": addresses} if each["kind"] == "client" and addresses else each for each in rows]


def stored(form: StageForm) -> dict[str, Any]:
    """The row of a stage, after `check`."""
    steps = [
        {"after": float(form[do].data), "do": do, "role": form.escalate_to.data if do == "escalate" else None}
        for do in DOES
        if form[do].data
    ]
    when = [
        {"key": key, **({"of": list(form[f"of-{key}"].data or ())} if RULES[key].of else {})}
        for key in RULES
        if key in (form.when.data or ())
    ]
    return {
        "name": form.name.data.strip(),
        "who": _who(form),
        "needed": form.count.data if form.rule.data == "number" else form.rule.data,
        "among": [row(form.among.data)] if form.among.data else [],
        "author_may": bool(form.author_may.data),
        "with_previous": bool(form.with_previous.data),
        "when": when,
        "limit": float(form.limit.data) if form.limit.data else None,
        "steps": sorted(steps, key=lambda step: step["after"]),
    }


class NewForm(Form):
    """Whose a new workflow is, as "region:<id>", "label:<id>", "channel:<id>" or "organization"."""

    owner = SelectField(N_("For what"))

    def __init__(self, choices: list[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        self.owner.label.text = _(self.owner.label.text)
        self.owner.choices = choices

"""The editor behind its page: what is open, what is typed, what a button does, and what the page reads.

The draft lives on the server: each button saves what is typed first, so nothing is lost and nothing needs a script.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from webapp.approvals.models import Workflow
from webapp.i18n import _, ngettext
from webapp.people.permissions import Actor, Permission
from webapp.posts.models import Post

from . import editing, offers, shown, versions, words
from . import trial as trials
from .forms import NewForm, StageForm, WholeForm, check, stage_form, stored
from .offers import Offer
from .stages import read

Rows = editing.Rows


@dataclass
class Typed:
    """The editor of one workflow. `base`: what is shown; `at`: the place of the open stage, if one is."""

    current: Workflow | None
    draft: Workflow | None
    offer: Offer
    whole: WholeForm
    at: int | None
    form: StageForm | None

    @property
    def base(self) -> Workflow:
        some = self.draft or self.current
        assert some is not None
        return some

    @property
    def rows(self) -> Rows:
        return versions.named(self.base.stages)


def typed(actor: Actor, current: Workflow | None, draft: Workflow | None, open_id: str = "", data: Any = None) -> Typed:
    """The editor, as it was sent (`data`) or as it is stored."""
    base = draft or current
    assert base is not None
    offer = Offer(actor)
    wanted = data.get("stage", "") if data is not None else open_id
    at = next((n for n, row in enumerate(versions.named(base.stages)) if row["id"] == wanted), None)
    values = {"title": shown.title(base), "carries": base.carries}
    whole = WholeForm(data, data=values)
    form = stage_form(offer, base.stages[at], data) if at is not None else None
    return Typed(current, draft, offer, whole, at, form)


def save(now: Typed, by: Actor) -> bool:
    """Put what is typed into the draft, begun if there is none and anything changed. False: it cannot be so."""
    sound = now.whole.validate()
    if not ((now.form is None or check(now.form)) and sound):
        return False
    rows = now.rows
    if now.form is not None and now.at is not None:
        rows = editing.replaced(rows, now.at, stored(now.form))
    _put(now, rows, by)
    return True


def _put(now: Typed, rows: Rows, by: Actor) -> None:
    name = (now.whole.title.data or "").strip()
    name = now.base.name if name == shown.title(now.base) else name
    carries = [key for key in versions.CARRIES if key in (now.whole.carries.data or ())]
    if (_plain(rows), name, carries) == (_plain(now.rows), now.base.name, list(now.base.carries)):
        return
    if now.draft is None:
        assert now.current is not None
        now.draft = versions.begin(now.current, by)
    now.draft.stages, now.draft.name, now.draft.carries = rows, name, carries


def _plain(rows: Rows) -> list[Any]:
    """Stages as they are read, so that what was stored in fewer words is no change."""
    return [read(row) for row in rows]


def act(now: Typed, action: str, by: Actor) -> str:
    """What a button does after saving: "add", "open:<id>", "up:<id>", "down:<id>", "remove:<id>", "more", "less",
    "close". Answers the id of the stage that is open then, or nothing."""
    verb, _colon, wanted = action.partition(":")
    rows = now.rows
    places = {row["id"]: n for n, row in enumerate(rows)}
    mine = rows[now.at]["id"] if now.at is not None and now.at < len(rows) else ""
    if verb == "add" and len(rows) < versions.MOST_STAGES:
        rows = editing.added(rows, _("Stage %(number)s", number=len(rows) + 1))
        _put(now, rows, by)
        return str(rows[-1]["id"])
    if verb in ("up", "down") and wanted in places:
        _put(now, editing.moved(rows, places[wanted], -1 if verb == "up" else 1), by)
    if verb == "remove" and wanted in places:
        _put(now, editing.without(rows, places[wanted]), by)
        return "" if wanted == mine else mine
    if verb in ("more", "less") and now.at is not None:
        _put(now, editing.replaced(rows, now.at, _stepped(rows[now.at], 1 if verb == "more" else -1)), by)
    if verb == "open" and wanted in places:
        return wanted
    return "" if verb in ("close", "save") else mine


def _stepped(row: dict[str, Any], by: int) -> dict[str, Any]:
    needed = row.get("needed")
    return {**row, "needed": max(1, min(50, (needed if isinstance(needed, int) else 1) + by))}


def context(now: Typed, actor: Actor) -> dict[str, Any]:
    """Everything the page reads."""
    base, line_id = now.base, now.base.line_id
    return {
        "workflow": base,
        "current": now.current,
        "draft": now.draft,
        "closed": shown.closed(base, now.offer),
        "at": now.at,
        "form": now.form,
        "whole": now.whole,
        "offer": now.offer,
        "title": shown.title(base),
        "whose": shown.whose(base),
        "may": offers.may_change(actor, base),
        "flight": versions.in_flight(line_id),
        "behind": sum(versions.in_flight(line_id, now.current).values()) if now.current else 0,
        "most": versions.MOST_STAGES,
        "line_id": line_id,
        "stage_name": words.name,
        "span": span,
    }


def span(time: timedelta) -> str:
    """How long, in hours and minutes of working time."""
    minutes = max(1, round(time.total_seconds() / 60))
    if minutes < 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes)
    hours = minutes / 60
    return ngettext("%(n)s hour", "%(n)s hours", round(hours) if hours >= 10 else round(hours, 1))


def trial(now: Typed, post: Post) -> dict[str, Any]:
    """A post under what is shown, and under what is current when that is another version."""
    other = now.current if now.draft is not None else None
    return {
        "post": post,
        "result": trials.trial(now.base, post),
        "before": trials.trial(other, post) if other is not None else None,
        "version": other.version if other is not None else None,
    }


def owners(actor: Actor) -> list[tuple[str, str]]:
    """What a new workflow may be for, in words."""
    offer = Offer(actor)
    found = [
        *((f"region:{key}", _("Region: %(name)s", name=name)) for key, name in offers.owners(offer, "region")),
        *((f"label:{key}", _("Label: %(name)s", name=name)) for key, name in offers.owners(offer, "label")),
        *((f"channel:{key}", _("Channel: %(name)s", name=name)) for key, name in offers.owners(offer, "channel")),
    ]
    whole = [("organization", _("The organization"))] if actor.everywhere(Permission.SETTINGS) else []
    return [*whole, *found]


def title_for(form: NewForm) -> str:
    """The name a new workflow has at first: that of what it is for."""
    if form.owner.data == "organization":
        return ""
    return form.owner.pairs[form.owner.data].partition(": ")[2][:60]


def moved_words(moved: int, asked: int) -> str:
    """How many were moved, and that some stayed."""
    said = ngettext("%(n)s post moved", "%(n)s posts moved", moved)
    return said if moved == asked else _("%(said)s. What has begun to go out stays where it is.", said=said)

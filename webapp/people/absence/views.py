"""Who is away, from when to when, and who stands in: for oneself, or by somebody who manages the person."""

import uuid
from datetime import date, timedelta
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp import times
from webapp.errors import Forbidden, Invalid, NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, page
from webapp.i18n import _
from webapp.people import queries
from webapp.people.base_views import as_uuid, bp, find_member
from webapp.people.models import Membership

from . import absences, choosing
from .forms import AbsenceForm, DeputyForm
from .models import Absence

WEEK = timedelta(days=7)


def _mine_or_managed(person_id: uuid.UUID) -> Membership:
    """The member, when they are oneself or one manages them: 404 and 403 otherwise."""
    member = find_member(person_id)
    if member.person_id != actor().id and not queries.manages(actor(), member):
        raise Forbidden(_("Somebody who manages people in all their regions can do this."))
    return member


@bp.get("/people/<uuid:person_id>/absence")
def absence_page(person_id: uuid.UUID) -> Response:
    """What is set, or what could be: days in the address are counted and shown, and nothing is saved."""
    member = _mine_or_managed(person_id)
    row = absences.of(member)
    return _page(member, row, _filled(member, row))


def _filled(member: Membership, row: Absence | None) -> AbsenceForm:
    """The form as it is set, with what the address says."""
    today = times.today(absences.office_of(member).week.zone)
    start = _day("from") or (row.starts_on if row else today + timedelta(days=1))
    back = _day("back") or (row.back_on if row else start + WEEK)
    who = request.args.get("who") or (str(row.stand_in_id) if row and row.stand_in_id and not row.declined_at else "")
    known = (row.moves, row.notified) if row else (True, False)
    return AbsenceForm(
        start=start, back=max(back, start + timedelta(days=1)), who=who, moves=known[0], notified=known[1]
    )


def _day(name: str) -> date | None:
    try:
        found = date.fromisoformat(request.args.get(name, "")[:10])
    except ValueError:
        return None
    return found if 2000 <= found.year < 2100 else None


def _deputy(member: Membership, data: Any = None) -> DeputyForm:
    form = DeputyForm(data, to=str(member.stand_in_id or ""))
    people = ((str(person), name) for person, name in choosing.able(member).items())
    form.to.choices = [("", _("Nobody")), *people]
    return form


def _page(
    member: Membership, row: Absence | None, form: AbsenceForm, status: int = 200, deputy: DeputyForm | None = None
) -> Response:
    office, people, days, working = absences.office_of(member), [], 0, 0
    first, back = form.start.data, form.back.data
    if absences.sensible(first, back):
        days, working = (back - first).days, office.week.working_days(first, back)
        start, end = (times.day_bounds(day, office.week.zone)[0] for day in (first, back))
        people = choosing.candidates(member, office, start, end)
    return page(
        "people/absence.html",
        status,
        member=member,
        absence=row,
        form=form,
        office=office,
        candidates=people,
        waiting=choosing.waiting(member),
        days=days,
        working_days=working,
        mine=member.person_id == actor().id,
        deputy=deputy or _deputy(member),
    )


@bp.post("/people/<uuid:person_id>/stand-in")
def choose_deputy(person_id: uuid.UUID) -> Response:
    """Who acts for a member when they do not answer in time."""
    member = _mine_or_managed(person_id)
    form, row = _deputy(member, request.form), absences.of(member)
    if not form.validate():
        return _page(member, row, _filled(member, row), 422, form)
    absences.deputise(member, as_uuid(form.to.data), actor())
    return go(_after(member), {"text": _("Saved"), "tone": "calm"})


@bp.post("/people/<uuid:person_id>/absence")
def set_absence(person_id: uuid.UUID) -> Response:
    """Save it; or only count the days that are typed (`action`: count)."""
    member = _mine_or_managed(person_id)
    form, row = AbsenceForm.posted(), absences.of(member)
    form.who.choices = _choices(member)
    if not form.validate():
        return _page(member, row, form, 422)
    if request.form.get("action") == "count":
        days: dict[str, Any] = {"from": form.start.data, "back": form.back.data, "who": form.who.data or None}
        return go(url_for("people.absence_page", person_id=person_id, **days))
    try:
        made = absences.put(member, _wanted(form), actor())
    except Invalid as error:
        form.fail(error.fields)
        return _page(member, row, form, 422)
    detail = _("%(name)s is told and can decline.", name=made.stand_in.name) if made.stand_in else ""
    return go(_after(member), {"text": _("Saved"), "detail": detail, "tone": "calm"})


def _choices(member: Membership) -> list[tuple[str, str]]:
    """Nobody, and everybody who could be chosen; who is refused is refused with the reason when it is saved."""
    office = absences.office_of(member)
    now = times.now()
    people = choosing.candidates(member, office, now, now + WEEK)
    return [("", _("Nobody")), *((str(one.person_id), one.name) for one in people)]


def _wanted(form: AbsenceForm) -> absences.Wanted:
    return absences.Wanted(
        form.start.data, form.back.data, as_uuid(form.who.data or ""), bool(form.moves.data), bool(form.notified.data)
    )


def _after(member: Membership) -> str:
    return url_for("people.absence_page", person_id=member.person_id)


@bp.post("/people/<uuid:person_id>/absence/end")
def end_absence(person_id: uuid.UUID) -> Response:
    """Back already, or not going."""
    member = _mine_or_managed(person_id)
    row = absences.of(member)
    if row is not None:
        absences.end(row, actor())
    to = url_for("people.show", person_id=person_id)
    return go(to, {"text": _("No longer away"), "tone": "calm"})


@bp.get("/people/<uuid:person_id>/absence/answer")
def asked_to_stand_in(person_id: uuid.UUID) -> Response:
    """For the one who is asked to stand in: for whom, from when to when."""
    member = find_member(person_id)
    return page("people/stand_in.html", member=member, absence=_asked(member), office=absences.office_of(member))


def _asked(member: Membership) -> Absence:
    """The absence this person was asked to stand in for; 404 otherwise."""
    row = absences.of(member)
    if row is None or row.stand_in_id != actor().id:
        raise NotFound
    return row


@bp.post("/people/<uuid:person_id>/absence/answer")
def answer_absence(person_id: uuid.UUID) -> Response:
    """Yes, I will; or no."""
    member = find_member(person_id)
    row = _asked(member)
    if request.form.get("answer") == "decline":
        absences.decline(row, actor())
        words = _("You declined. %(name)s and the administrators are told.", name=member.person.name)
    elif request.form.get("answer") == "accept":
        absences.accept(row, actor())
        words = _("You stand in for %(name)s", name=member.person.name)
    else:
        raise Invalid(_("Choose one of the two."))
    return go(url_for("people.asked_to_stand_in", person_id=person_id), {"text": words, "tone": "calm"})

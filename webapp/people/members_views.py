"""People of the organization: the list, inviting, one person's roles, leaving and coming back."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from webapp import times
from webapp.errors import Invalid, NotFound
from webapp.http import paging
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.http.find import allow, find
from webapp.i18n import _, ngettext, speaking
from webapp.links import url as absolute

from . import forms, joining, leaving, letters, queries, regions, roles
from .absence import absences
from .base_views import as_uuid, bp, find_member, find_role
from .models import Membership, Person, Region
from .permissions import Permission


@bp.get("/people")
def index() -> Response:
    """Everybody this person works with."""
    text, state = request.args.get("q", "")[:100].replace("\0", ""), request.args.get("state", "")
    region = as_uuid(request.args.get("region", ""))
    query = queries.listed(actor(), text, region, state if state in queries.STATES else "")
    found = paging.alphabetical(query, sa.func.lower(Person.name), Membership.id)
    return page(
        "people/index.html",
        people=found,
        grants=queries.grants_of([member.id for member in found.rows]),
        state_of=queries.state_of,
        word=roles.word,
        now=times.now(),
        q=text,
        state=state,
        region=region,
        regions=regions.tree(actor()),
        may_invite=actor().may(Permission.PEOPLE),
    )


def _giving(form: Any) -> Any:
    """Fill in the roles and regions this person may give."""
    mine = actor().regions(Permission.PEOPLE)
    places = [region for region in regions.tree(actor()) if region.id in mine]
    form.region.choices = [(str(r.id), "\u2003" * regions.depth(r) + r.name) for r in places]
    form.role.choices = [
        (str(role.id), roles.word(role))
        for role in roles.all_of(actor().organization_id)
        if any(roles.may_give(actor(), role.permissions, place) for place in places)
    ]
    return form


@bp.get("/people/invitation")
def invitation() -> Response:
    """Invite somebody."""
    allow(Permission.PEOPLE)
    form = _giving(forms.InviteForm(region=request.args.get("region", "")))
    return page("people/invitation.html", form=form)


@bp.post("/people/invitation")
def invite() -> Response:
    """Make members of the addresses typed, and write to them."""
    allow(Permission.PEOPLE)
    form = _giving(forms.InviteForm.posted())
    if not form.validate():
        return invalid("people/invitation.html", form=form)
    role, region = find_role(uuid.UUID(form.role.data)), find(Region, uuid.UUID(form.region.data), Permission.PEOPLE)
    try:
        emails = joining.addresses(form.emails.data)
        invited = joining.invite(emails, form.name.data, role, region, actor(), form.title.data)
    except Invalid as error:
        form.fail(error.fields)
        return invalid("people/invitation.html", form=form)
    for member in invited:
        letters.post(_invitation_letter(member))
    words = ngettext("%(n)s invitation is on its way", "%(n)s invitations are on their way", len(invited))
    return go(url_for("people.index"), {"text": words})


def _invitation_letter(member: Membership) -> letters.Letter:
    person, by = member.person, actor()
    with speaking(person.language):
        words = {"by": by.name, "organization": by.organization, "url": absolute("/sign-in"), "email": person.email}
        return letters.Letter(
            person.email,
            _("%(name)s invites you to %(organization)s on Nod", name=by.name, organization=by.organization),
            render_template("mail/invitation.txt", **words),
            render_template("mail/invitation.html", **words),
        )


@bp.get("/people/<uuid:person_id>")
def show(person_id: uuid.UUID) -> Response:
    """One person: roles in regions, and what can be changed."""
    return _show(find_member(person_id))


def _show(member: Membership, form: Any = None, title: Any = None, status: int = 200) -> Response:
    grants = queries.grants_of([member.id])[member.id]
    return page(
        "people/show.html",
        status,
        member=member,
        state=queries.state_of(member),
        grants=[(g, roles.may_give(actor(), g.role.permissions, g.region)) for g in grants],
        word=roles.word,
        manages=queries.manages(actor(), member),
        absence=absences.of(member),
        may_set_absence=member.person_id == actor().id or queries.manages(actor(), member),
        form=form or (_giving(forms.GrantForm()) if actor().may(Permission.PEOPLE) else None),
        title=title or forms.TitleForm(title=member.title),
        now=times.now(),
    )


@bp.post("/people/<uuid:person_id>")
def change_title(person_id: uuid.UUID) -> Response:
    """Say what somebody does."""
    member = find_member(person_id, manage=True)
    form = forms.TitleForm.posted()
    if not form.validate():
        return _show(member, title=form, status=422)
    joining.retitle(member, form.title.data, actor())
    return _back(member, _("Saved"))


def _back(member: Membership, words: str, tone: str = "calm") -> Response:
    return go(url_for("people.show", person_id=member.person_id), {"text": words, "tone": tone})


@bp.post("/people/<uuid:person_id>/roles")
def give_role(person_id: uuid.UUID) -> Response:
    """Give a role in a region."""
    member = find_member(person_id)
    allow(Permission.PEOPLE)
    form = _giving(forms.GrantForm.posted())
    if not form.validate():
        return _show(member, form, status=422)
    region = find(Region, uuid.UUID(form.region.data), Permission.PEOPLE)
    roles.give(member, find_role(uuid.UUID(form.role.data)), region, actor())
    return _back(member, _("The role is given"))


@bp.post("/people/<uuid:person_id>/roles/<uuid:grant_id>/removal")
def take_role(person_id: uuid.UUID, grant_id: uuid.UUID) -> Response:
    """Take a role away."""
    member = find_member(person_id)
    grant = next((g for g in queries.grants_of([member.id])[member.id] if g.id == grant_id), None)
    if grant is None:
        raise NotFound
    roles.take(grant, actor())
    if queries.member(actor(), person_id) is None:
        return go(url_for("people.index"), {"text": _("The role is taken away"), "tone": "calm"})
    return _back(member, _("The role is taken away"))


@bp.post("/people/<uuid:person_id>/invitation")
def invite_again(person_id: uuid.UUID) -> Response:
    """Send the invitation once more."""
    member = find_member(person_id, manage=True)
    if queries.state_of(member) == "invited":
        letters.post(_invitation_letter(member))
    return _back(member, _("The invitation is on its way"))


def _leaving_form(member: Membership, data: Any = None) -> forms.LeavingForm:
    form = forms.LeavingForm(data)
    others = [(str(m.person_id), m.person.name) for m in leaving.could_take_over(member)]
    form.to.choices = [("", _("Nobody: they stay as they are")), *others]
    return form


@bp.get("/people/<uuid:person_id>/deactivation")
def deactivation(person_id: uuid.UUID) -> Response:
    """Ask once, and who takes over."""
    member = find_member(person_id, manage=True)
    return page("people/deactivation.html", member=member, form=_leaving_form(member))


@bp.post("/people/<uuid:person_id>/deactivation")
def deactivate(person_id: uuid.UUID) -> Response:
    """End the membership: sessions end at once, what they held goes to somebody else."""
    member = find_member(person_id, manage=True)
    form = _leaving_form(member, request.form)
    if not form.validate():
        return invalid("people/deactivation.html", member=member, form=form)
    to = find_member(uuid.UUID(form.to.data)) if form.to.data else None
    moved = leaving.deactivate(member, to, actor())
    words = _("%(name)s is deactivated", name=member.person.name)
    detail = ngettext("%(n)s thing changed hands.", "%(n)s things changed hands.", moved) if moved else ""
    return go(url_for("people.show", person_id=person_id), {"text": words, "detail": detail, "tone": "calm"})


@bp.post("/people/<uuid:person_id>/reactivation")
def reactivate(person_id: uuid.UUID) -> Response:
    """Let somebody back in."""
    member = find_member(person_id, manage=True)
    leaving.reactivate(member, actor())
    return _back(member, _("%(name)s can sign in again", name=member.person.name), "")

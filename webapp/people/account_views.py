"""A person's own account: who they are, how Nod looks, which organization they act in."""

import uuid
from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from webapp import times
from webapp.errors import Invalid, NotFound
from webapp.http.actor import COOKIE, actor
from webapp.http.answer import go, invalid, local_path, page
from webapp.http.saving import remember, saving
from webapp.i18n import _, speaking

from . import account, codes, forms, joining, letters, passkeys, queries, reach, roles, sessions
from .base_views import bp, myself, prove_first
from .sign_in_views import code_letter, masked, wrong_code


@bp.get("/account")
def account_page() -> Response:
    """Everything about oneself, a row each."""
    person = actor()
    return page(
        "people/account.html",
        person=myself(),
        grants=queries.grants_of([person.membership_id])[person.membership_id],
        word=roles.word,
        organizations=reach.organizations_of(person.id),
        passkeys=len(passkeys.of(person.id)),
        devices=len(sessions.live(person.id)),
    )


def _details_form(data: Any = None, **values: Any) -> forms.DetailsForm:
    form = forms.DetailsForm(data, **values)
    form.language.choices, form.theme.choices = forms.languages(), forms.looks()
    form.zone.choices = forms.zones(actor().zone)
    return form


@bp.get("/account/details")
def details() -> Response:
    """Name, language, zone, look, shortcuts."""
    return page("people/details.html", form=_details_form(obj=myself(), save_data=saving()))


@bp.post("/account/details")
def change_details() -> Response:
    """Save them."""
    form = _details_form(request.form)
    if not form.validate():
        return invalid("people/details.html", form=form)
    account.change(myself(), actor(), **form.data)
    with speaking(form.language.data):
        saved = go(url_for("people.account_page"), {"text": _("Saved"), "tone": "calm"})
        return remember(saved, form.save_data.data)


@bp.get("/welcome")
def welcome() -> Response:
    """The first minute of somebody who was invited: is this right?"""
    form = _welcome_form(obj=myself(), next=local_path(request.args.get("next")))
    return page("people/welcome.html", form=form, now=times.now())


def _welcome_form(data: Any = None, **values: Any) -> forms.WelcomeForm:
    form = forms.WelcomeForm(data, **values)
    form.language.choices, form.zone.choices = forms.languages(), forms.zones(actor().zone)
    return form


@bp.post("/welcome")
def confirm_welcome() -> Response:
    """Save it and go on."""
    form = _welcome_form(request.form)
    if not form.validate():
        return invalid("people/welcome.html", form=form, now=times.now())
    values = {name: form[name].data for name in ("name", "language", "zone")}
    account.change(myself(), actor(), **values)
    return go(local_path(form.next.data))


@bp.get("/account/email")
def email() -> Response:
    """Move to another address."""
    return page("people/email.html", form=forms.EmailForm(), person=actor())


@bp.post("/account/email")
def ask_email() -> Response:
    """Send a code to the new address: the same answer whether somebody has it or not."""
    stale = prove_first(url_for("people.email"))
    if stale is not None:
        return stale
    form = forms.EmailForm.posted()
    if not form.validate():
        return invalid("people/email.html", form=form, person=actor())
    person, address = myself(), codes.address(form.email.data)
    code = codes.ask(address, account.email_purpose(person))
    if code and account.free_address(address):
        letters.post(code_letter(address, person.language, code))
    return page("people/email_code.html", form=forms.CodeForm(), email=address, masked=masked(address))


@bp.post("/account/email/code")
def change_email() -> Response:
    """Move there when the code is right, and say so at the old address."""
    stale = prove_first(url_for("people.email"))
    if stale is not None:
        return stale
    form, person = forms.CodeForm.posted(), myself()
    address = codes.address(request.form.get("email", "")[:254])
    if not form.validate() or not joining.is_address(address):
        return invalid("people/email_code.html", form=form, email=address, masked=address)
    left = codes.spend(address, form.code.data, account.email_purpose(person))
    if left is not None:
        form.fail({"code": wrong_code(left)})
        return invalid("people/email_code.html", form=form, email=address, masked=masked(address))
    try:
        old = account.change_email(myself(), address, actor())
    except Invalid as error:
        form.fail(error.fields)
        return invalid("people/email_code.html", form=form, email=address, masked=masked(address))
    letters.post(_moved_letter(old, address, person.language))
    return go(url_for("people.account_page"), {"text": _("Your e-mail is changed")})


def _moved_letter(old: str, new: str, language: str) -> letters.Letter:
    with speaking(language):
        words = {"new": masked(new)}
        return letters.Letter(
            old,
            _("Your e-mail for Nod was changed"),
            render_template("mail/moved.txt", **words),
            render_template("mail/moved.html", **words),
        )


@bp.post("/account/organization")
def switch_organization() -> Response:
    """Act in another organization on this device."""
    row = sessions.row_for(request.cookies.get(COOKIE, ""))
    try:
        organization_id = uuid.UUID(request.form.get("organization", ""))
    except ValueError:
        raise NotFound from None
    if row is None:
        raise NotFound
    account.switch(row, organization_id, actor())
    return go("/")

"""How a person proves who they are, and on which devices they did: passkeys, password, sessions.

Adding a passkey and changing the password ask for a sign-in within the last 15 minutes.
"""

import uuid

from flask import url_for
from werkzeug.wrappers import Response

from webapp import times
from webapp.db import session
from webapp.errors import Invalid, NotFound
from webapp.http.actor import actor, clear_cookie
from webapp.http.answer import go, page
from webapp.i18n import _, ngettext

from . import devices, forms, passkeys, passwords, sessions
from .base_views import bp, myself, prove_first, site
from .models import Passkey


@bp.get("/account/passkeys")
def passkeys_page() -> Response:
    """One's passkeys, and adding one."""
    return _passkeys(forms.PasskeyForm(name=_("My phone")))


def _passkeys(form: forms.PasskeyForm, status: int = 200) -> Response:
    return page("people/passkeys.html", status, form=form, passkeys=passkeys.of(actor().id), fresh=actor().fresh)


@bp.post("/account/passkeys/options")
def adding_options() -> Response:
    """What the browser needs to make a passkey."""
    if not actor().fresh:
        raise Invalid(_("Sign in again first."))
    response = Response(passkeys.adding_options(site(), myself()), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/account/passkeys")
def add_passkey() -> Response:
    """Keep a passkey the browser made."""
    stale = prove_first(url_for("people.passkeys_page"))
    if stale is not None:
        return stale
    form = forms.PasskeyForm.posted()
    if not form.validate():
        return _passkeys(form, 422)
    try:
        passkeys.add(site(), myself(), (form.credential.data or "")[:20_000], form.name.data, actor())
    except Invalid as error:
        form.credential.data = ""
        form.fail({"name": next(iter(error.fields.values()))})
        return _passkeys(form, 422)
    return go(url_for("people.passkeys_page"), {"text": _("The passkey is added")})


@bp.post("/account/passkeys/<uuid:passkey_id>/removal")
def remove_passkey(passkey_id: uuid.UUID) -> Response:
    """Forget one."""
    passkey = session.get(Passkey, passkey_id)
    if passkey is None or passkey.person_id != actor().id:
        raise NotFound
    passkeys.remove(passkey, actor())
    return go(url_for("people.passkeys_page"), {"text": _("The passkey is removed"), "tone": "calm"})


@bp.get("/account/password")
def password_page() -> Response:
    """Choose a password, for those who want one."""
    return _password(forms.PasswordForm())


def _password(form: forms.PasswordForm, status: int = 200) -> Response:
    return page("people/password.html", status, form=form, fresh=actor().fresh, has=bool(myself().password_hash))


@bp.post("/account/password")
def set_password() -> Response:
    """Set it; other devices are signed out."""
    stale = prove_first(url_for("people.password_page"))
    if stale is not None:
        return stale
    form = forms.PasswordForm.posted()
    if not form.validate():
        return _password(form, 422)
    try:
        passwords.set_password(myself(), form.password.data, actor())
    except Invalid as error:
        form.fail(error.fields)
        return _password(form, 422)
    sessions.end_all(actor().id, actor(), but=actor().session_id)
    return go(
        url_for("people.account_page"),
        {"text": _("Your password is set"), "detail": _("Other devices are signed out.")},
    )


@bp.post("/account/password/removal")
def remove_password() -> Response:
    """Go back to codes and passkeys."""
    stale = prove_first(url_for("people.password_page"))
    if stale is not None:
        return stale
    passwords.remove_password(myself(), actor())
    return go(url_for("people.account_page"), {"text": _("Your password is removed"), "tone": "calm"})


@bp.get("/account/devices")
def devices_page() -> Response:
    """Where one is signed in."""
    rows = [
        {
            "row": row,
            "name": devices.name(row.device),
            "system": devices.parts(row.device)[1],
            "here": row.id == actor().session_id,
        }
        for row in sessions.live(actor().id)
    ]
    return page("people/devices.html", devices=rows, now=times.now())


@bp.post("/account/devices/<uuid:session_id>/end")
def end_device(session_id: uuid.UUID) -> Response:
    """Sign one device out, perhaps this one."""
    row = next((r for r in sessions.live(actor().id) if r.id == session_id), None)
    if row is None:
        raise NotFound
    sessions.end(row, actor())
    if row.id != actor().session_id:
        return go(url_for("people.devices_page"), {"text": _("That device is signed out"), "tone": "calm"})
    response = go(url_for("people.sign_in"))
    clear_cookie(response)
    return response


@bp.post("/account/devices/others/end")
def end_others() -> Response:
    """Sign out every device but this one."""
    ended = sessions.end_all(actor().id, actor(), but=actor().session_id)
    words = ngettext("%(n)s other device is signed out", "%(n)s other devices are signed out", ended)
    return go(url_for("people.devices_page"), {"text": words, "tone": "calm"})

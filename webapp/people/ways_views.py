"""Other ways in, and the way out: a passkey, a password, a name of the demo company, signing out, the language."""

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp.errors import Forbidden
from webapp.http.actor import COOKIE, actor, clear_cookie, public
from webapp.http.answer import go, invalid, local_path, page
from webapp.http.locale import COOKIE as LANGUAGE
from webapp.i18n import OFFERED, _

from . import demo_cast, device_keys, forms, joining, passkeys, passwords, sessions
from .base_views import bp, config, site
from .device_key_views import device_name
from .sign_in_views import count_address, door, welcome_in


@bp.post("/sign-in/passkey/options")
@public
def passkey_options() -> Response:
    """What the browser needs to ask for a passkey."""
    count_address()
    response = Response(passkeys.sign_in_options(site()), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/sign-in/passkey")
@public
def check_passkey() -> Response:
    """Let somebody in whose passkey answered."""
    count_address()
    to = local_path(request.form.get("next"))
    person = passkeys.check(site(), request.form.get("credential", "")[:20_000])
    if person is not None and joining.may_enter(person):
        return welcome_in(person, to)
    return door(
        forms.SignInForm(next=to),
        422,
        _("The passkey was not recognized. Sign in with a code, then add it under Account."),
    )


@bp.get("/sign-in/password")
@public
def password() -> Response:
    """For those who chose a password."""
    return page(
        "people/password_sign_in.html", form=forms.PasswordSignInForm(next=local_path(request.args.get("next")))
    )


@bp.post("/sign-in/password")
@public
def check_password() -> Response:
    """Let somebody in whose password is right."""
    form = forms.PasswordSignInForm.posted()
    if not form.validate():
        return invalid("people/password_sign_in.html", form=form)
    count_address()
    person = passwords.check(form.email.data, form.password.data)
    if person is not None and joining.may_enter(person):
        return welcome_in(person, form.next.data or "")
    form.fail({"password": _("Address and password do not go together. You can sign in with a code instead.")})
    return invalid("people/password_sign_in.html", form=form)


@bp.post("/sign-in/demo")
@public
def demo_sign_in() -> Response:
    """Be somebody of the demo company, only while the demo is on."""
    person = demo_cast.person(request.form.get("person", "")) if config().demo else None
    if person is None:
        raise Forbidden(_("There is no demo here."))
    return welcome_in(person, request.form.get("next", ""))


@bp.post("/sign-out")
def sign_out() -> Response:
    """Leave on purpose: the session ends and the browser forgets what it stored.

    `keep`: words of others lie sealed on this device, which are theirs; the page has deleted what was this person's.
    """
    row = sessions.row_for(request.cookies.get(COOKIE, ""))
    if row is not None:
        sessions.end(row, actor())
    if name := device_name(request.form.get("device", "")):
        device_keys.forget(actor(), name)
    response = go(url_for("people.sign_in"), {"text": _("You are signed out."), "tone": "calm"})
    clear_cookie(response)
    response.headers["Clear-Site-Data"] = '"cache"' if request.form.get("keep") else '"cache", "storage"'
    return response


@bp.post("/language")
@public
def speak() -> Response:
    """Choose the language of the pages before sign-in."""
    response = go(local_path(request.form.get("next"), url_for("people.sign_in")))
    tag = request.form.get("language", "")
    if tag in OFFERED:
        response.set_cookie(LANGUAGE, tag, max_age=31_536_000, path="/", secure=True, httponly=True, samesite="Lax")
    return response

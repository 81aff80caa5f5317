"""The way in: an address and a code. Other ways are in `ways_views.py`."""

from typing import Any

from flask import render_template, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from webapp.http.actor import (
    COOKIE,
    actor_or_none,
    public,
    set_cookie,
)
from webapp.http.answer import go, local_path, page
from webapp.i18n import _, ngettext, speaking
from webapp.vault import vault

from . import codes, demo_cast, devices, forms, joining, letters, sessions, tries
from .base_views import bp, config
from .models import Person

SIGNING = "__Host-signing"
SIGNING_LIFE = 1800


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(vault().derive("signing"), salt="signing")


def _signing() -> dict[str, str] | None:
    """Who is on the way in on this browser: address and where to."""
    try:
        found = _signer().loads(request.cookies.get(SIGNING, ""), max_age=SIGNING_LIFE)
    except BadSignature:
        return None
    return found if isinstance(found, dict) else None


def count_address() -> None:
    """Many tries from one address, whoever they are for."""
    tries.spend(f"address:{request.remote_addr}", tries.BY_ADDRESS)


def welcome_in(person: Person, next_url: str) -> Response:
    """Sign somebody in on this browser and lead them on."""
    old = sessions.row_for(request.cookies.get(COOKIE, ""))
    device = devices.label(request.headers.get("User-Agent", ""))
    token, first = joining.enter(person, device, request.remote_addr or "", old)
    to = local_path(next_url)
    response = go(url_for("people.welcome", next=to) if first else to)
    set_cookie(response, token)
    response.set_cookie(SIGNING, "", max_age=0, path="/", secure=True, httponly=True, samesite="Lax")
    return response


@bp.get("/sign-in")
@public
def sign_in() -> Response:
    """The first page of a stranger, or `again` for somebody whose proof is old."""
    person, to = actor_or_none(), local_path(request.args.get("next"))
    again = bool(request.args.get("again")) and person is not None and not person.fresh
    if person is not None and not again:
        return go(to)
    return door(forms.SignInForm(email=person.email if person else "", next=to), again=again)


def door(form: forms.SignInForm, status: int = 200, problem: str = "", again: bool = False) -> Response:
    return page(
        "people/sign_in.html",
        status,
        form=form,
        problem=problem,
        again=again,
        to=local_path(form.next.data),
        cast=demo_cast.members() if config().demo and not again else [],
    )


@bp.post("/sign-in")
@public
def ask_code() -> Response:
    """Send a code: the same answer for an address we know and one we do not."""
    form = forms.SignInForm.posted()
    if not form.validate():
        return door(form, 422)
    count_address()
    email = codes.address(form.email.data)
    _send_code(email)
    response = go(url_for("people.code"))
    value = _signer().dumps({"email": email, "next": local_path(form.next.data)})
    response.set_cookie(SIGNING, value, max_age=SIGNING_LIFE, path="/", secure=True, httponly=True, samesite="Lax")
    return response


def _send_code(email: str) -> bool:
    """Ask for a code; False within a minute of the last one. Only members are sent theirs."""
    code = codes.ask(email)
    person = joining.person_at(email) if code else None
    if code and person and joining.may_enter(person):
        letters.post(code_letter(person.email, person.language, code))
    return code is not None


def code_letter(to: str, language: str, code: str, template: str = "mail/code") -> letters.Letter:
    """The mail with a code, in its receiver's language."""
    with speaking(language):
        words: dict[str, Any] = {"code": code, "minutes": int(codes.LIFE.total_seconds() // 60)}
        return letters.Letter(
            to,
            _("%(code)s is your code for Nod", code=code),
            render_template(f"{template}.txt", **words),
            render_template(f"{template}.html", **words),
        )


@bp.get("/sign-in/code")
@public
def code() -> Response:
    """Type the code."""
    signing = _signing()
    if signing is None:
        return go(url_for("people.sign_in"))
    return _code_page(forms.CodeForm(), signing)


def _code_page(form: forms.CodeForm, signing: dict[str, str], status: int = 200) -> Response:
    return page(
        "people/code.html",
        status,
        form=form,
        masked=masked(signing["email"]),
        to=signing["next"],
        wait=codes.wait(signing["email"]),
    )


def masked(email: str) -> str:
    """`m…a@pomela.example`: enough to notice a typing error, too little to read over a shoulder."""
    local, _at, domain = email.rpartition("@")
    return f"{local[0]}…{local[-1] if len(local) > 2 else ''}@{domain}"


@bp.post("/sign-in/code")
@public
def check_code() -> Response:
    """Let somebody in whose code is right."""
    signing = _signing()
    if signing is None:
        return go(url_for("people.sign_in"), {"text": _("That took a while. Ask for a new code."), "tone": "warn"})
    form = forms.CodeForm.posted()
    if not form.validate():
        return _code_page(form, signing, 422)
    count_address()
    left = codes.enter(signing["email"], form.code.data)
    person = joining.person_at(signing["email"]) if left is None else None
    if person is not None and joining.may_enter(person):
        return welcome_in(person, signing["next"])
    form.fail({"code": wrong_code(left or 0)})
    return _code_page(form, signing, 422)


def wrong_code(left: int) -> str:
    """What to say about a code that was not right, with `left` tries to go."""
    if left:
        return ngettext(
            "That is not the code. You can try %(n)s more time.",
            "That is not the code. You can try %(n)s more times.",
            left,
        )
    return _("This code cannot be used any more. Ask for a new one.")


@bp.post("/sign-in/code/again")
@public
def code_again() -> Response:
    """Another code, at most one a minute."""
    signing = _signing()
    if signing is None:
        return go(url_for("people.sign_in"))
    count_address()
    if _send_code(signing["email"]):
        return go(url_for("people.code"), {"text": _("A new code is on its way. Only the newest one works.")})
    wait = codes.wait(signing["email"])
    words = ngettext("Wait %(n)s more second.", "Wait %(n)s more seconds.", wait)
    return go(url_for("people.code"), {"text": words, "tone": "warn"})

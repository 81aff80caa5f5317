"""The way in for somebody outside: the link, the code, the list of posts, their name.

Opening shows and never decides, for programs open links too. Nothing of a post is shown before the code that is sent
to the same address was typed in this browser.
"""

from flask import redirect, request
from werkzeug.wrappers import Response

from webapp import events, i18n
from webapp.approvals.shared_views import bp
from webapp.http.answer import go, invalid, page
from webapp.i18n import _
from webapp.people import codes, letters, tries
from webapp.people.forms import CodeForm
from webapp.people.sign_in_views import code_letter, masked, wrong_code

from .. import actors
from . import card_views, deciding, links, shown
from .forms import NameForm
from .visit_views import COOKIE, Visit, at_link, inside

__all__ = ["bp", "card_views"]
DAYS = 30


@bp.get("/guest/<token>", endpoint="guest_door")
@at_link
def door(visit: Visit) -> Response:
    """Who asks, and the way in; the posts, once inside."""
    if not visit.inside:
        return page("approvals/guests/door.html", masked=masked(visit.guest.email), **visit.words)
    if len(visit.found) == 1:
        return redirect(visit.to("card", invitation_id=visit.found[0].id), 302)
    return page("approvals/guests/index.html", rows=shown.rows(visit.found, visit.brand), **visit.words)


@bp.post("/guest/<token>/code", endpoint="guest_ask")
@at_link
def ask_code(visit: Visit) -> Response:
    """Send the code to the address that was asked; at most one a minute."""
    _count()
    guest = visit.guest
    code = codes.ask(guest.email, links.CODE + str(guest.id))
    if code:
        letters.post(code_letter(guest.email, guest.language, code))
    return go(visit.to("code"))


def _count() -> None:
    tries.spend(f"address:{request.remote_addr}", tries.BY_ADDRESS)


@bp.get("/guest/<token>/code", endpoint="guest_code")
@at_link
def code(visit: Visit) -> Response:
    """Type the code."""
    return go(visit.to("door")) if visit.inside else _code_page(visit, CodeForm())


def _code_page(visit: Visit, form: CodeForm, status: int = 200) -> Response:
    wait = codes.wait(visit.guest.email, links.CODE + str(visit.guest.id))
    return page(
        "approvals/guests/code.html", status, form=form, masked=masked(visit.guest.email), wait=wait, **visit.words
    )


@bp.post("/guest/<token>/entry", endpoint="guest_entry")
@at_link
def enter(visit: Visit) -> Response:
    """Let this browser in when the code is right."""
    form = CodeForm.posted()
    if not form.validate():
        return _code_page(visit, form, 422)
    _count()
    left = codes.spend(visit.guest.email, form.code.data, links.CODE + str(visit.guest.id))
    if left is not None:
        form.fail({"code": wrong_code(left)})
        return _code_page(visit, form, 422)
    response = go(visit.to("door"))
    token = links.enter(visit.link)
    for each in visit.found:
        events.record("guest.entered", each, by=actors.of(visit.guest), post=each.post_id, person=visit.guest.id)
    response.set_cookie(COOKIE, token, max_age=DAYS * 86_400, path="/", secure=True, httponly=True, samesite="Lax")
    return response


@bp.post("/guest/<token>/exit", endpoint="guest_exit")
@inside
def leave(visit: Visit) -> Response:
    """Close it in this browser."""
    links.leave(request.cookies.get(COOKIE, ""))
    response = go(visit.to("door"), {"text": _("Closed in this browser"), "tone": "calm"})
    response.set_cookie(COOKIE, "", max_age=0, path="/", secure=True, httponly=True, samesite="Lax")
    return response


@bp.get("/guest/<token>/name", endpoint="guest_name")
@inside
def name(visit: Visit) -> Response:
    """ "Not Agencja Sok?" """
    form = NameForm(name=visit.guest.name, language=visit.guest.language)
    return page("approvals/guests/name.html", form=form, **visit.words)


@bp.post("/guest/<token>/name", endpoint="guest_rename")
@inside
def rename(visit: Visit) -> Response:
    """Correct the name, or speak another language."""
    form = NameForm.posted()
    if not form.validate():
        return invalid("approvals/guests/name.html", form=form, **visit.words)
    deciding.rename(visit.guest, form.name.data or "", form.language.data or "")
    i18n.use(visit.guest.language)
    return go(visit.to("door"), {"text": _("Saved"), "tone": "calm"})

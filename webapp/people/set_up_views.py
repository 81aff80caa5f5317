"""The first visit: while there is no organization, every page leads here."""

from typing import Any

from flask import current_app, request, url_for
from werkzeug.wrappers import Response

from webapp import db
from webapp.errors import Invalid, NotFound
from webapp.http.actor import public
from webapp.http.answer import go, invalid, page
from webapp.i18n import language

from . import forms, setup
from .base_views import bp, config
from .sign_in_views import welcome_in

_OPEN = frozenset({"people.set_up", "people.carry_out_set_up", "people.speak"})


@bp.before_app_request
def first_things_first() -> Response | None:
    """Lead to the set-up until it is done; asked of the database only until then."""
    endpoint = request.endpoint or ""
    if current_app.extensions.get("set_up") or endpoint in _OPEN or endpoint.startswith(("health.", "assets.")):
        return None
    if not setup.needed():
        current_app.extensions["set_up"] = True
        return None
    return go(url_for("people.set_up"))


def _form(data: Any = None, **values: Any) -> forms.SetUpForm:
    form = forms.SetUpForm(data, **values)
    form.zone.choices, form.language.choices = forms.zones(), forms.languages()
    return form


@bp.get("/set-up")
@public
def set_up() -> Response:
    """Ask for the token and the essentials."""
    if not setup.needed():
        raise NotFound
    return page("people/set_up.html", form=_form(zone="Europe/London", language=language()))


@bp.post("/set-up")
@public
def carry_out_set_up() -> Response:
    """Make the organization and sign its administrator in."""
    if not setup.needed():
        raise NotFound
    form = _form(request.form)
    if not form.validate():
        return invalid("people/set_up.html", form=form)
    try:
        person = setup.carry_out(
            config(),
            form.token.data,
            name=form.organization.data,
            person_name=form.name.data,
            email=form.email.data,
            zone=form.zone.data,
            language=form.language.data,
        )
    except Invalid as error:
        form.fail(error.fields)
        return invalid("people/set_up.html", form=form)
    db.after_commit(lambda: setup.forget_token(config()))
    return welcome_in(person, "/")

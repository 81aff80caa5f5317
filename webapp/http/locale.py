"""Which language a request speaks: the person's own, else the browser's best match among those offered."""

from flask import Flask, request

from webapp import i18n, times
from webapp.config import Config

from .actor import actor_or_none

COOKIE = "nod-language"


def init(app: Flask, config: Config) -> None:
    """Choose before each request; give templates the words and formats."""
    offered = config.locales + (i18n.PSEUDO if config.testing else ())

    @app.before_request
    def choose() -> None:
        i18n.use(_wanted(offered))

    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        _template_gettext, _template_ngettext, newstyle=False, pgettext=i18n.pgettext
    )
    app.jinja_env.globals.update(
        _=_template_gettext,
        ngettext=_template_ngettext,
        language=i18n.language,
        direction=i18n.direction,
        number=i18n.number,
        times=times,
        offered={tag: i18n.OFFERED.get(tag, tag) for tag in offered},
    )


def _wanted(offered: tuple[str, ...]) -> str:
    person = actor_or_none()
    asked = person.language if person else request.cookies.get(COOKIE, "")
    if asked in offered:
        return asked
    return request.accept_languages.best_match(offered, default="en") or "en"


def _template_gettext(message: str, **params: object) -> str:
    """The sentence as plain text: a template escapes it, what fills it included."""
    return i18n.gettext(message, **params)


def _template_ngettext(one: str, many: str, n: float, **params: object) -> str:
    return i18n.ngettext(one, many, n, **params)

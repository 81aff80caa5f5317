"""Sample pages of every layout and part, served by a tiny app: what the look is tested and looked at with.

`python -m tests.http.gallery 8400` serves them on loopback; `?lang=ar-XB&theme=dark&pause=1&toast=1` changes them.
"""

import sys
import tempfile
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import wtforms
from flask import Flask, Response, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from webapp import i18n
from webapp.config import Config
from webapp.http import assets, compression
from webapp.http.forms import Form

HERE = Path(__file__).resolve().parent / "gallery"
ME = SimpleNamespace(
    id=uuid.UUID(int=1), owner=f"{1:032x}-{2:032x}", csrf="token-of-the-session", theme="system", shortcuts=True
)
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#e8a27a"/>'
    '<circle cx="5" cy="4" r="3" fill="#c0392b"/></svg>'
)
STATES = {
    "draft": ("s-draft", "Draft", "draft"),
    "waiting": ("s-waiting", "Waiting on Brand", "review"),
    "changes": ("s-changes", "Changes asked", "changes"),
    "rejected": ("s-rejected", "Rejected", "fail"),
    "held": ("s-held", "On hold", "hold"),
    "expired": ("s-expired", "Expired", "hold"),
    "scheduled": ("s-scheduled", "Scheduled", "sched"),
    "sending": ("s-sending", "Sending", "sched"),
    "published": ("s-published", "Published", "live"),
    "partly": ("s-partly", "Published on 2 of 3", "hold"),
    "unknown": ("s-unknown", "Unknown, look", "hold"),
    "failed": ("s-failed", "Failed", "fail"),
    "approved": ("s-approved", "Approved", "ok"),
}
TABS = (
    ("today", "Today", "haze", 0),
    ("approvals", "Approvals", "badge-check", 7),
    ("posts", "Posts", "newspaper", 0),
    ("channels", "Channels", "plug", 1),
    ("more", "More", "menu", 0),
)
ROWS = (
    ("Warsaw", "Chłodniejsze wieczory, cieplejszy smak. Pomela grejpfrut już w sklepach", "pl", 1),
    ("Dubai", "أمسيات دبي أجمل مع بوميلا. نلتقي عند المارينا", "ar", 2),
    ("São Paulo", "Piquenique no parque: leve Pomela, a gente leva a toalha", "pt", 0),
)


def offer(*pairs: tuple[str, str]) -> list[SelectChoice]:
    """What a choice offers: value and words."""
    return [SelectChoice(value, words) for value, words in pairs]


class Sample(Form):
    """One field of each kind."""

    name = wtforms.StringField("Name", validators=[DataRequired()])
    email = wtforms.EmailField("Work e-mail", description="Codes go there.")
    password = wtforms.PasswordField("Password")
    text = wtforms.TextAreaField("Base text")
    region = wtforms.SelectField("Region", choices=offer(("pl", "Warsaw"), ("ae", "Dubai")))
    on = wtforms.DateField("Date", validators=[DataRequired()])
    at = wtforms.TimeField("Time", validators=[DataRequired()])
    when = wtforms.DateTimeLocalField("Planned")
    news = wtforms.BooleanField("Mail me when something waits")
    quick = wtforms.BooleanField("Quick approve", description="Only when every check passes")
    look = wtforms.RadioField("Look", choices=offer(("system", "As the phone"), ("light", "Light"), ("dark", "Dark")))
    scope = wtforms.RadioField("What stops", choices=offer(("1", "One channel"), ("2", "Poland"), ("3", "Everything")))
    channels = wtforms.SelectMultipleField(
        "Channels", choices=offer(("m", "@pomela"), ("b", "pomela.example"), ("s", "Site feed"))
    )
    file = wtforms.FileField("Picture")


def _tabs(current: str) -> list[SimpleNamespace]:
    keys = ("key", "label", "icon", "count")
    return [
        SimpleNamespace(**dict(zip(keys, tab, strict=True)), url=f"/{tab[0]}", current=tab[0] == current)
        for tab in TABS
    ]


def context(page: str) -> dict[str, Any]:
    """What every page of the app has around it, and the samples."""
    states = {k: SimpleNamespace(shape=s, word=w, tone=t) for k, (s, w, t) in STATES.items()}
    networks = [
        SimpleNamespace(glyph="n-mastodon", label="Mastodon"),
        SimpleNamespace(glyph="n-bluesky", label="Bluesky"),
        SimpleNamespace(glyph="n-feed", label="Site feed"),
    ]
    band = {"text": "Posting paused in Poland", "detail": "13:04, by Brand", "url": "/pause"}
    toast = {"text": "Approved", "detail": "Goes out 18:30 Warsaw", "undo": "/decisions/1/undo"}
    return {
        "me": SimpleNamespace(**{**vars(ME), "theme": request.args.get("theme", "system")}),
        "tabs": _tabs(page),
        "bands": [band] if "pause" in request.args else [],
        "toast": toast if "toast" in request.args else None,
        "states": states,
        "networks": networks,
        "rows": ROWS,
        "picture": "/picture.svg",
    }


def _form() -> tuple[Sample, int]:
    if request.method == "GET":
        return Sample(data={"look": "light", "scope": "2", "channels": ["m"], "region": "pl"}), 200
    form = Sample(request.form)
    return form, 200 if form.validate() else 422


def gallery(folder: Path) -> Flask:
    """The app. `folder` takes the prepared files."""
    app = Flask("webapp", static_folder=None)
    app.jinja_loader = ChoiceLoader([FileSystemLoader(HERE), app.jinja_loader])  # type: ignore[assignment,list-item]
    app.jinja_env.globals.update(
        _=i18n.gettext,
        ngettext=i18n.ngettext,
        language=i18n.language,
        direction=i18n.direction,
        number=i18n.number,
    )
    config = Config(data=folder, database_url="", redis_url="", base_url="http://localhost:8400", testing=True)
    assets.init(app, config)
    compression.init(app)
    app.before_request(lambda: i18n.use(request.args.get("lang", "en")))

    @app.route("/<any(approvals, review, shapes, compose, gate):page>", methods=["GET", "POST"])
    def show(page: str) -> tuple[str, int]:
        form, status = _form()
        return render_template(f"{page}.html", form=form, **context(page)), status

    @app.get("/picture.svg")
    def picture() -> Response:
        return Response(PICTURE, mimetype="image/svg+xml")

    return app


if __name__ == "__main__":
    gallery(Path(tempfile.mkdtemp())).run(port=int(sys.argv[1]))

"""Today, More, search and the organization's settings: the top of the house."""

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp.approvals import queries as approvals
from webapp.http import fresh
from webapp.http.actor import actor, public
from webapp.http.answer import go, page
from webapp.http.find import allow
from webapp.http.pwa import kept
from webapp.http.shell import Tab
from webapp.i18n import N_, _
from webapp.inbox.listing import queries as conversations
from webapp.inbox.listing import rows
from webapp.people import waiting
from webapp.people.permissions import Actor, Permission

from . import device_views, forms, more, outbox_views, queries, search, settings
from .shared_views import bp

__all__ = ["bp", "device_views", "outbox_views"]


def to_approve(person: Actor) -> int:
    """Posts and replies."""
    return waiting.of(person, "posts") + waiting.of(person, "replies")


def to_answer(person: Actor) -> int:
    """Conversations."""
    return waiting.of(person, "conversations")


TABS = (
    Tab(key="today", label=N_("Today"), icon="haze", url="/"),
    Tab(key="approvals", label=N_("Approvals"), icon="badge-check", url="/approvals", count=to_approve),
    Tab(key="inbox", label=N_("Inbox"), icon="inbox", url="/inbox", count=to_answer),
    Tab(key="calendar", label=N_("Calendar"), icon="calendar", url="/calendar"),
    Tab(key="more", label=N_("More"), icon="menu", url="/more"),
)
"""The main places under the thumb, in their order."""


@bp.get("/")
@kept
def today() -> Response:
    """What needs me, in one glance."""
    tag = fresh.not_modified("today")
    person = actor()
    stuck_count, stuck = queries.trouble(person)
    response = page(
        "home/today.html",
        needs=queries.needs(person, waiting.of(person, "posts")),
        replies=waiting.of(person, "replies"),
        risks=queries.at_risk(person),
        stuck=stuck,
        stuck_count=stuck_count,
        broken=queries.broken_channels(person),
        back=queries.came_back(person),
        to_adapt=queries.to_adapt(person),
        upcoming=queries.going_out(person),
        to_answer=rows.of(conversations.soonest(person, queries.FEW), person) if to_answer(person) else [],
        late=conversations.late(person) if person.may(Permission.REPLY) else 0,
        has_decided=approvals.has_decided(person),
        authors_first=not person.may(Permission.APPROVE),
        RISK_HOURS=int(queries.RISK.total_seconds() // 3600),
    )
    response.set_etag(tag, weak=True)
    return response


@bp.get("/more")
@kept
def more_page() -> Response:
    """Everything that has no tab of its own."""
    return page("home/more.html", places=more.places(actor()))


@bp.get("/search")
def search_page() -> Response:
    """Posts, conversations, canned replies, channels and people by what was typed."""
    person, typed = actor(), search.words(request.args.get("q", ""))
    enough = len(typed) >= search.SHORTEST
    return page(
        "home/search.html",
        typed=typed,
        enough=enough,
        posts=search.posts(person, typed) if enough else [],
        conversations=search.conversations(person, typed) if enough else [],
        canned=search.canned(person, typed) if enough else [],
        channels=search.channels(person, typed) if enough else [],
        people=search.people(person, typed) if enough else [],
    )


@bp.get("/settings")
def settings_page() -> Response:
    """The organization: name, language, when late is too late."""
    allow(Permission.SETTINGS, settings.root(actor()))
    return page("settings/show.html", form=forms.settings_form(None, settings.of(actor())))


@bp.post("/settings")
def save_settings() -> Response:
    """Keep what was changed."""
    allow(Permission.SETTINGS, settings.root(actor()))
    organization = settings.of(actor())
    form = forms.settings_form(request.form, organization)
    if not form.validate():
        return page("settings/show.html", 422, form=form)
    settings.change(organization, form.data, by=actor())
    return go(url_for("home.settings_page"), {"text": _("Saved")})


@bp.get("/robots.txt")
@public
def robots() -> Response:
    """Feeds may be found; the rest is nobody's business."""
    body = "User-agent: *\nAllow: /feeds/\nDisallow: /\n"
    response = Response(body, mimetype="text/plain")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response

"""Every address of the demo company worth looking at: the fixed ones, and one of each kind of thing."""

from datetime import timedelta

import sqlalchemy as sa

from webapp import db, times
from webapp.approvals.guests.models import Invitation
from webapp.calendar.series.models import Series
from webapp.channels.models import Channel
from webapp.inbox.canned.models import CannedReply
from webapp.inbox.models import Conversation
from webapp.inbox.rules.models import InboxRule
from webapp.people import organizations
from webapp.people.models import Person, Region, Role
from webapp.posts.adapting.models import Adaptation
from webapp.posts.models import Post
from webapp.posts.templating.models import Template
from webapp.publishing import pauses
from webapp.publishing.models import Delivery, Pause

from .company import Company

FIXED = {
    "canned": "/canned",
    "canned-new": "/canned/new",
    "canned-import": "/canned/import",
    "canned-changes": "/canned/changes",
    "macros": "/macros",
    "today": "/",
    "approvals": "/approvals",
    "approvals-back": "/approvals?show=back",
    "approvals-decisions": "/approvals/decisions",
    "approvals-done": "/approvals/done?run=aac",
    "approvals-run": "/approvals/run",
    "approvals-selection": "/approvals/selection?all=1",
    "calendar": "/calendar",
    "calendar-mine": "/calendar?basis=mine",
    "calendar-regions": "/calendar/regions",
    "calendar-month": "/calendar/month",
    "calendar-filters": "/calendar/filters",
    "calendar-print": "/calendar/print",
    "calendar-feeds": "/calendar/feeds",
    "calendar-targets": "/calendar/targets",
    "calendar-days": "/calendar/days",
    "calendar-days-import": "/calendar/days/import",
    "calendar-selection": "/calendar/selection",
    "calendar-filling": "/calendar/filling",
    "calendar-series": "/calendar/series",
    "calendar-plans": "/calendar/plans",
    "inbox": "/inbox?show=all",
    "inbox-mine": "/inbox",
    "inbox-spam": "/inbox?show=spam",
    "inbox-found": "/inbox?q=pomela",
    "inbox-empty": "/inbox?show=snoozed&late=1",
    "inbox-filters": "/inbox/filters",
    "inbox-selection": "/inbox/selection?show=all&whole=1",
    "inbox-settings": "/inbox/settings",
    "posts": "/posts",
    "posts-drafts": "/posts?state=draft",
    "campaigns": "/campaigns",
    "ideas": "/ideas",
    "ideas-list": "/ideas?show=list",
    "ideas-new": "/ideas/new",
    "posts-new": "/posts/new",
    "posts-import": "/posts/import",
    "posts-templates": "/posts/templates",
    "search": "/search",
    "search-found": "/search?q=pomela",
    "more": "/more",
    "install": "/install",
    "offline": "/offline",
    "settings": "/settings",
    "channels": "/channels",
    "channels-new": "/channels/new",
    "channels-site": "/channels/new/site",
    "channels-mastodon": "/channels/new/mastodon",
    "channels-bluesky": "/channels/new/bluesky",
    "pause": "/pause",
    "deliveries": "/deliveries",
    "reports-approvals": "/reports/approvals",
    "activity": "/activity",
    "activity-verification": "/activity/verification",
    "not-found": "/nowhere",
    "people": "/people",
    "people-invitation": "/people/invitation",
    "regions": "/regions",
    "regions-new": "/regions/new",
    "words": "/words",
    "roles": "/roles",
    "roles-new": "/roles/new",
    "account": "/account",
    "account-details": "/account/details",
    "account-devices": "/account/devices",
    "account-email": "/account/email",
    "notifications": "/notifications",
    "account-passkeys": "/account/passkeys",
    "account-password": "/account/password",
    "sign-in-again": "/sign-in?again=1",
    "feed": "/feeds/pomela-polska",
}
OUTSIDE = {"sign-in": "/sign-in", "sign-in-password": "/sign-in/password"}
STATES = (
    "draft",
    "waiting",
    "sent_back",
    "rejected",
    "expired",
    "scheduled",
    "held",
    "published",
    "partly",
    "failed",
    "unknown",
)


def everything(pomela: Company) -> dict[str, str]:
    """Name -> address, for somebody who may see all of it."""
    return FIXED | pomela.act(_posts) | pomela.act(_people) | pomela.act(_channels) | pomela.act(_inbox)


def _posts() -> dict[str, str]:
    found = {}
    for state in STATES:
        post = db.session.scalars(sa.select(Post).where(Post.state == state).order_by(Post.id)).first()
        assert post, f"the demo has no post that is {state}"
        found[f"post-{state}"] = f"/posts/{post.id}"
        if state in ("draft", "sent_back", "scheduled"):
            found[f"compose-{state}"] = f"/posts/{post.id}/edit"
        if state in ("draft", "scheduled", "published"):
            found[f"move-{state}"] = f"/posts/{post.id}/move"
            found[f"repeat-{state}"] = f"/posts/{post.id}/repeat"
            found[f"elsewhere-{state}"] = f"/posts/{post.id}/elsewhere"
        if state == "draft":
            found["template-choice"] = f"/posts/{post.id}/template"
        if state in ("waiting", "scheduled"):
            found[f"card-{state}"] = f"/posts/{post.id}/approval"
        if state == "waiting":
            found["changes"] = f"/posts/{post.id}/approval/changes"
            found["rejection"] = f"/posts/{post.id}/approval/rejection"
            found["point"] = f"/posts/{post.id}/pointing"
            found["pointed"] = f"/posts/{post.id}/pointing?quote={post.text.split()[0]}"
            found["compare"] = f"/posts/{post.id}/compare"
            found["guests"] = f"/posts/{post.id}/guests"
    series, template = (
        db.session.scalars(sa.select(model.id).order_by(model.id)).first() for model in (Series, Template)
    )
    asked = db.session.scalars(sa.select(Invitation)).unique().first()
    handed = db.session.scalars(sa.select(Adaptation).order_by(Adaptation.id)).unique().first()
    assert asked
    assert handed
    return found | {
        "series": f"/series/{series}",
        "series-rule": f"/series/{series}/rule",
        "posts-template": f"/posts/templates/{template}",
        "posts-template-edit": f"/posts/templates/{template}/edit",
        "client": f"/posts/{asked.post_id}/guests",
        "adaptation": f"/adaptations/{handed.id}",
    }


def _people() -> dict[str, str]:
    person = db.session.scalars(sa.select(Person).where(Person.name == "Warsaw author")).one()
    region = db.session.scalars(sa.select(Region).where(Region.name == "Warsaw")).one()
    role = db.session.scalars(sa.select(Role).order_by(Role.id)).first()
    assert role
    return {
        "person": f"/people/{person.id}",
        "person-deactivation": f"/people/{person.id}/deactivation",
        "region": f"/regions/{region.id}",
        "role": f"/roles/{role.id}",
    }


def _channels() -> dict[str, str]:
    channel = db.session.scalars(sa.select(Channel).order_by(Channel.id)).first()
    held = db.session.scalars(sa.select(Delivery).where(Delivery.state == "held")).first()
    out = db.session.scalars(sa.select(Delivery).where(Delivery.state == "published")).first()
    assert channel
    assert held
    assert out
    return {
        "channel": f"/channels/{channel.id}",
        "channel-reconnection": f"/channels/{channel.id}/reconnection",
        "channel-removal": f"/channels/{channel.id}/removal",
        "channel-slots": f"/channels/{channel.id}/slots",
        "channel-targets": f"/channels/{channel.id}/targets",
        "calendar-target": f"/calendar/targets/{channel.region_id}",
        "delivery-held": f"/deliveries/{held.id}",
        "delivery-published": f"/deliveries/{out.id}",
    }


def _inbox() -> dict[str, str]:
    open_ = sa.select(Conversation).where(Conversation.state == "open").order_by(Conversation.sort_at)
    thread = db.session.scalars(open_).first()
    done = db.session.scalars(sa.select(Conversation).where(Conversation.state == "done")).first()
    canned = db.session.scalars(sa.select(CannedReply.id).order_by(CannedReply.id)).first()
    rule = db.session.scalars(sa.select(InboxRule).order_by(InboxRule.place, InboxRule.id)).first()
    assert thread
    assert rule
    found = {
        "inbox-rules": f"/inbox/settings/{rule.region_id}/rules",
        "inbox-guards": f"/inbox/settings/{thread.region_id}/approval",
        "inbox-rule-new": f"/inbox/settings/{thread.region_id}/rules/new",
        "inbox-rule": f"/inbox/rules/{rule.id}",
        "inbox-rule-edit": f"/inbox/rules/{rule.id}/edit",
        "conversation": f"/inbox/{thread.id}",
        "reply": f"/inbox/{thread.id}/reply",
        "canned-reply": f"/canned/{canned}",
        "conversation-assignee": f"/inbox/{thread.id}/assignee",
        "conversation-snooze": f"/inbox/{thread.id}/snooze",
        "conversation-labels": f"/inbox/{thread.id}/labels",
        "inbox-author": f"/inbox/authors/{thread.author_id}",
        "inbox-erasure": f"/inbox/authors/{thread.author_id}/erasure",
        "inbox-region": f"/inbox/settings/{thread.region_id}",
    }
    return found | ({"conversation-done": f"/inbox/{done.id}"} if done else {})


def under_a_pause(pomela: Company) -> dict[str, str]:
    """Stop São Paulo; the addresses that exist because of it."""

    def stop() -> Pause:
        region = db.session.scalars(sa.select(Region).where(Region.name == "São Paulo")).one()
        return pauses.pause(region, "news", pomela.actor("planner"))

    stopped = pomela.act(lambda: stop().id)
    return {"paused": f"/pause/{stopped}", "pause-ending": f"/pause/{stopped}/end", "pause-another": "/pause"}


def after_a_pause(pomela: Company) -> dict[str, str]:
    """A pause of everything that is over and held what was to go out; where several are decided together."""

    def over() -> str:
        planner, now = pomela.actor("planner"), times.now()
        stopped = pauses.pause(organizations.root_of(planner.organization_id), "product", planner)
        waiting = db.session.scalars(sa.select(Delivery).where(Delivery.state == "scheduled")).unique().all()
        for n, delivery in enumerate(waiting):
            delivery.state, delivery.held_by = "held", "pause"
            delivery.planned_at = now - timedelta(minutes=5 + 20 * n)
        stopped.at = now - timedelta(days=1)
        db.session.flush()
        pauses.end(stopped, planner)
        return f"/pause/{stopped.id}"

    path = pomela.act(over)
    return {"pause-over": path, "pause-together": f"{path}/together"}

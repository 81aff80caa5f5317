"""The words of a notification in the language in force: what happened, to what, where, and what to do.

A time is given with its place, and in the reader's own time when that differs.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from webapp import links, times
from webapp.approvals.life import holds
from webapp.approvals.models import Decision
from webapp.channels.models import Channel
from webapp.db import session
from webapp.events import Event
from webapp.i18n import N_, _, ngettext
from webapp.networks import network
from webapp.people.absence.models import Absence
from webapp.people.models import Person, Region
from webapp.posts.models import Comment, Post
from webapp.publishing.lifecycle import HELD_BY
from webapp.publishing.models import Delivery, Pause

from . import adapting, nodding, talking
from .models import Notification


@dataclass(frozen=True)
class Item:
    """One thing in a mail: what happened, details line by line, a quotation in its own language, where to go."""

    title: str
    lines: tuple[str, ...]
    url: str
    action: str
    quote: str = ""
    lang: str = ""


def things(n: int) -> str:
    """Of several things of several kinds, how many."""
    return ngettext("%(n)s thing needs a look", "%(n)s things need a look", n)


def digest(n: int) -> str:
    """The subject of a digest."""
    return ngettext("Your digest: %(n)s thing", "Your digest: %(n)s things", n)


def subject(kind: str, items: list[Item]) -> str:
    """The subject line: of one thing its title, of several how many."""
    if len(items) == 1:
        return items[0].title
    return count(kind, len(items))


def count(kind: str, n: int) -> str:
    """So many things of a kind."""
    return _MANY[kind](n)


_MANY: dict[str, Callable[[int], str]] = {
    "waiting": lambda n: ngettext("%(n)s post waits for your yes", "%(n)s posts wait for your yes", n),
    "nudged": lambda n: ngettext("%(n)s post still waits for you", "%(n)s posts still wait for you", n),
    "held": lambda n: ngettext("%(n)s post was put on hold", "%(n)s posts were put on hold", n),
    "stand_in": lambda n: ngettext("You stand in for %(n)s person", "You stand in for %(n)s people", n),
    "declined": lambda n: ngettext("%(n)s stand-in declined", "%(n)s stand-ins declined", n),
    "sent_back": lambda n: ngettext("%(n)s post came back to you", "%(n)s posts came back to you", n),
    "soon": lambda n: ngettext("Time runs out for %(n)s post", "Time runs out for %(n)s posts", n),
    "approved": lambda n: ngettext("%(n)s of your posts was approved", "%(n)s of your posts were approved", n),
    "expired": lambda n: ngettext("%(n)s post was not approved in time", "%(n)s posts were not approved in time", n),
    "trouble": lambda n: ngettext("%(n)s post needs a decision", "%(n)s posts need a decision", n),
    "channel": lambda n: ngettext("%(n)s channel needs you", "%(n)s channels need you", n),
    "paused": lambda n: ngettext("Posting was paused in %(n)s place", "Posting was paused in %(n)s places", n),
    "adapt": lambda n: ngettext("%(n)s adaptation needs a look", "%(n)s adaptations need a look", n),
    "mention": lambda n: ngettext("%(n)s comment mentions you", "%(n)s comments mention you", n),
    "message": lambda n: ngettext("%(n)s conversation is new for you", "%(n)s conversations are new for you", n),
    "late": lambda n: ngettext("%(n)s answer is nearly late", "%(n)s answers are nearly late", n),
    "ruled": lambda n: ngettext("%(n)s conversation to know of", "%(n)s conversations to know of", n),
    "noted": lambda n: ngettext("%(n)s note mentions you", "%(n)s notes mention you", n),
    "reply_waits": lambda n: ngettext("%(n)s reply waits for your yes", "%(n)s replies wait for your yes", n),
    "reply_decided": lambda n: ngettext("%(n)s reply of yours was decided", "%(n)s replies of yours were decided", n),
    "stuck": lambda n: ngettext("%(n)s reply of yours needs a look", "%(n)s replies of yours need a look", n),
}


def item(notification: Notification, reader: Person) -> Item | None:
    """The words of one notification; None when its thing is gone."""
    make = _ITEMS[notification.kind]
    return make(notification, reader)


def when(at: datetime, zone: str, reader: Person) -> str:
    """`18:30, Thu 26 Nov, Warsaw (17:30 for you)`."""
    there = {"hour": times.hour(at, zone), "day": times.day(at, zone), "place": times.place(zone)}
    if times.local(at, zone).utcoffset() == times.local(at, reader.zone).utcoffset():
        return _("%(hour)s, %(day)s, %(place)s", **there)
    return _("%(hour)s, %(day)s, %(place)s (%(mine)s for you)", **there, mine=times.hour(at, reader.zone))


def first_line(text: str) -> str:
    """The first words of a post."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= 120 else line[:119].rstrip() + "…"


def _slot(post: Post, reader: Person) -> str:
    if post.as_soon or post.planned_at is None:
        return _("Goes out as soon as it is approved, %(place)s", place=post.region.name)
    return _("Goes out %(when)s", when=when(post.planned_at, post.zone, reader))


def _waiting(notification: Notification, reader: Person) -> Item | None:
    post = session.get(Post, notification.subject_id)
    if post is None:
        return None
    return Item(
        _("A post waits for your yes: %(region)s", region=post.region.name),
        (_slot(post, reader), _("From %(name)s", name=post.author.name)),
        links.url(f"/posts/{post.id}/approval"),
        _("Look and decide"),
        first_line(post.text),
        post.language,
    )


def _soon(notification: Notification, reader: Person) -> Item | None:
    post = session.get(Post, notification.subject_id)
    if post is None:
        return None
    mine = post.author_id == reader.id
    advice = _("Nobody has said yes yet. Without a yes by then it does not go out.")
    path, action = (f"/posts/{post.id}", _("Open the post")) if mine else (_card_of(post), _("Look and decide"))
    return Item(
        _("Time runs out: %(text)s", text=first_line(post.text)), (_slot(post, reader), advice), links.url(path), action
    )


def _card_of(post: Post) -> str:
    return f"/posts/{post.id}/approval#dock"


def _approved(notification: Notification, reader: Person) -> Item | None:
    post = session.get(Post, notification.subject_id)
    if post is None:
        return None
    title = _("Approved: %(text)s", text=first_line(post.text))
    return Item(title, (_slot(post, reader),), links.url(f"/posts/{post.id}"), _("Open the post"))


def _test(notification: Notification, reader: Person) -> Item | None:
    at = when(notification.created_at, reader.zone, reader)
    return Item(
        _("It works"), (_("Asked for at %(when)s", when=at),), links.url("/notifications"), _("Open the settings")
    )


def _sent_back(notification: Notification, reader: Person) -> Item | None:
    post = session.get(Post, notification.subject_id)
    if post is None:
        return None
    event = session.get(Event, uuid.UUID(notification.data["event"]))
    rejected = event is not None and event.data.get("verdict") == "reject"
    decision = _decision(post)
    title = _("Rejected: %(text)s") if rejected else _("Changes asked: %(text)s")
    lines = [_slot(post, reader)]
    if decision is not None:
        lines.insert(0, _("By %(name)s", name=decision.name))
    if decision is not None and decision.comment:
        lines.append(decision.comment)
    url, action = links.url(f"/posts/{post.id}"), _("Open the post")
    return Item(title % {"text": first_line(post.text)}, tuple(lines), url, action)


def _decision(post: Post) -> Decision | None:
    query = sa.select(Decision).where(Decision.post_id == post.id, Decision.undone_at.is_(None))
    return session.scalars(query.order_by(Decision.id.desc()).limit(1)).unique().first()


def _expired(notification: Notification, reader: Person) -> Item | None:
    post = session.get(Post, notification.subject_id)
    if post is None:
        return None
    return Item(
        _("Not approved in time: %(text)s", text=first_line(post.text)),
        (_slot(post, reader), _("It did not go out. Choose a new time and send it for approval again.")),
        links.url(f"/posts/{post.id}#path"),
        _("Choose a new time"),
    )


_TROUBLE = {
    "failed": N_("Failed on %(channel)s: %(text)s"),
    "unknown": N_("Unknown whether it is on %(channel)s: %(text)s"),
    "held": N_("On hold for %(channel)s: %(text)s"),
    "published": N_("Not deleted on %(channel)s: %(text)s"),
}
_ADVICE = {
    "failed": N_("Try again, change the post, or drop it."),
    "unknown": N_("Look on the network, then say whether it is there. Until then nothing is sent again."),
    "held": N_("Send it now, move it, or drop it."),
    "published": N_("Delete it on the network itself."),
}


def _trouble(notification: Notification, reader: Person) -> Item | None:
    delivery = session.get(Delivery, notification.subject_id)
    if delivery is None or delivery.state not in _TROUBLE:
        return None
    channel = channel_name(delivery.channel)
    why = [_(delivery.problem, **delivery.problem_params)] if delivery.problem else []
    if delivery.held_by and HELD_BY[delivery.held_by] != delivery.problem:
        why.insert(0, _(HELD_BY[delivery.held_by]))
    slot = _("Planned for %(when)s", when=when(delivery.planned_at, delivery.post.zone, reader))
    return Item(
        _(_TROUBLE[delivery.state], channel=channel, text=first_line(delivery.post.text)),
        (slot, *why, _(_ADVICE[delivery.state])),
        links.url(f"/posts/{delivery.post_id}#deliveries"),
        _("Decide"),
    )


def channel_name(channel: Channel) -> str:
    """`Mastodon, @brand, Warsaw`: which account, on which network, of which region."""
    label = _(network(channel.network).label)
    return _("%(network)s %(handle)s, %(region)s", network=label, handle=channel.handle, region=channel.region.name)


def _channel(notification: Notification, reader: Person) -> Item | None:
    channel = session.get(Channel, notification.subject_id)
    if channel is None:
        return None
    since = when(channel.problem_at, channel.region.zone, reader) if channel.problem_at else ""
    return Item(
        _("Connect again: %(channel)s", channel=channel_name(channel)),
        (
            _(channel.problem, **channel.problem_params) if channel.problem else "",
            _("Since %(when)s. Until then nothing goes out there.", when=since),
        ),
        links.url(f"/channels/{channel.id}"),
        _("Connect again"),
    )


def _paused(notification: Notification, reader: Person) -> Item | None:
    pause = session.get(Pause, notification.subject_id)
    if pause is None:
        return None
    region = session.get_one(Region, pause.region_id)
    channel = session.get(Channel, pause.channel_id) if pause.channel_id else None
    scope = channel_name(channel) if channel else region.name
    person = session.get_one(Person, pause.person_id)
    return Item(
        _("Posting paused: %(scope)s", scope=scope),
        (
            _("%(when)s, by %(name)s", when=when(pause.at, region.zone, reader), name=person.name),
            _("What was due meanwhile is held. You decide about each post."),
        ),
        links.url(f"/pause/{pause.id}"),
        _("See what is held"),
    )


def _mention(notification: Notification, reader: Person) -> Item | None:
    comment = session.get(Comment, notification.subject_id)
    if comment is None:
        return None
    told = _("%(name)s wrote about your post") if comment.guest_id else _("%(name)s mentioned you")
    return Item(
        told % {"name": comment.name},
        (),
        links.url(f"/posts/{comment.post_id}#comments"),
        _("Answer"),
        comment.text[:500],
    )


_NUDGES = {
    "submission.nudged": N_("%(name)s asks for your yes"),
    "submission.passed_on": N_("%(name)s asks you to decide instead"),
    "submission.overdue": N_("Nobody has answered in time"),
    "submission.handed_on": N_("Nobody has answered in time. You may decide for somebody"),
    "submission.escalated": N_("Nobody has answered in time. Now you may decide too"),
}


def _nudged(notification: Notification, reader: Person) -> Item | None:
    post = session.get(Post, notification.subject_id)
    event = session.get(Event, uuid.UUID(notification.data["event"]))
    if post is None or event is None:
        return None
    by = session.get(Person, event.person_id) if event.person_id else None
    why = _(_NUDGES.get(event.kind, _NUDGES["submission.overdue"]), name=by.name if by else _("Nod"))
    title = _("Still waits for your yes: %(region)s", region=post.region.name)
    url = links.url(_card_of(post))
    return Item(title, (_slot(post, reader), why), url, _("Look and decide"), first_line(post.text), post.language)


def _held(notification: Notification, reader: Person) -> Item | None:
    post = session.get(Post, notification.subject_id)
    hold = holds.current(post) if post else None
    if post is None or hold is None:
        return None
    until = _("Until %(when)s. Then it is asked again.", when=when(hold.until, post.zone, reader))
    by = _("By %(name)s", name=hold.person.name)
    title = _("On hold: %(text)s", text=first_line(post.text))
    return Item(title, (by, until, hold.reason), links.url(f"/posts/{post.id}"), _("Open the post"))


def _stand_in(notification: Notification, reader: Person) -> Item | None:
    row = session.get(Absence, notification.subject_id)
    if row is None:
        return None
    start, back = (times.full_date(day) for day in (row.starts_on, row.back_on))
    lines = (
        _("From %(start)s, back on %(back)s.", start=start, back=back),
        _("You decide for them meanwhile. You can decline."),
    )
    url = links.url(f"/people/{row.person_id}/absence/answer")
    return Item(_("You stand in for %(name)s", name=row.person.name), lines, url, _("Answer"))


def _declined(notification: Notification, reader: Person) -> Item | None:
    row = session.get(Absence, notification.subject_id)
    if row is None or row.stand_in is None:
        return None
    lines = (
        _("%(name)s declined.", name=row.stand_in.name),
        _("What needs %(name)s waits for others until somebody else is chosen.", name=row.person.name),
    )
    title = _("Nobody stands in for %(name)s", name=row.person.name)
    return Item(title, lines, links.url(f"/people/{row.person_id}/absence"), _("Choose somebody"))


def _adapt(notification: Notification, _reader: Person) -> Item | None:
    made = adapting.said(notification)
    if made is None:
        return None
    return Item(made.title, made.lines, made.url, made.action, first_line(made.text), made.language)


def _talk(make: Callable[[Notification], talking.Said | None]) -> Callable[[Notification, Person], Item | None]:
    """Of a conversation."""

    def item(notification: Notification, _reader: Person) -> Item | None:
        made = make(notification)
        return Item(made.title, made.lines, made.url, made.action, made.quote, made.language) if made else None

    return item


_ITEMS: dict[str, Callable[[Notification, Person], Item | None]] = {
    "waiting": _waiting,
    "soon": _soon,
    "nudged": _nudged,
    "held": _held,
    "stand_in": _stand_in,
    "declined": _declined,
    "sent_back": _sent_back,
    "approved": _approved,
    "test": _test,
    "expired": _expired,
    "trouble": _trouble,
    "channel": _channel,
    "paused": _paused,
    "adapt": _adapt,
    "mention": _mention,
    "message": _talk(talking.message),
    "late": _talk(talking.late),
    "noted": _talk(talking.note),
    "ruled": _talk(talking.pointed_out),
    "reply_waits": _talk(nodding.asked),
    "reply_decided": _talk(nodding.decided),
    "stuck": _talk(talking.stuck),
}

"""What a message says: of one thing its words, of several how many, in the language in force.

A time comes with its place, and in the reader's own time when that differs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from webapp import links, networks, times
from webapp.db import session
from webapp.i18n import _
from webapp.people.models import Person
from webapp.posts.models import Post

from . import answering, quick, words
from .answering import Talk
from .kinds import kind_of
from .models import Notification
from .quick import Card

BODY = 400
LISTED = 3
_PATHS = {
    "waiting": "/approvals",
    "message": "/inbox",
    "late": "/inbox?show=all&late=1",
    "noted": "/inbox",
    "ruled": "/inbox",
    "reply_waits": "/approvals",
    "reply_decided": "/inbox",
    "stuck": "/inbox",
}
"""Where several things of a kind are found."""


@dataclass(frozen=True)
class Said:
    """Title and body as plain text, where a tap leads and in which words; `card`: of a post that waits, alone;
    `talk`: of a conversation that can be answered, alone.

    `slot`: the instant after which it is of no use, if there is one.
    """

    title: str
    body: str
    navigate: str
    action: str
    card: Card | None = None
    slot: datetime | None = None
    talk: Talk | None = None


def say(members: Sequence[Notification], reader: Person) -> Said | None:
    """The words of a message about these, which still are so; None when nothing can be said of them."""
    if len(members) > 1:
        return _many(members, reader)
    (only,) = members
    if only.kind == "waiting":
        return _waiting(only, reader)
    item = words.item(only, reader)
    if item is None:
        return None
    post = session.get(Post, only.subject_id) if only.kind == "soon" else None
    lines = [line for line in (*item.lines, item.quote) if line]
    slot, talk = post.planned_at if post else None, answering.talk(only)
    return Said(item.title, clip("\n".join(lines), BODY), item.url, item.action, slot=slot, talk=talk)


def _waiting(only: Notification, reader: Person) -> Said | None:
    post = session.get(Post, only.subject_id)
    found = quick.card(post) if post else None
    if post is None or found is None:
        return None
    content = found.revision.content
    names = dict.fromkeys(_(networks.network(entry["network"]).label) for entry in content["channels"])
    slot = None if content["as_soon"] else found.submission.deadline
    body = [clip(found.text, quick.BODY), quick.checks_line(found)]
    if slot is not None and _elsewhere(slot, content["zone"], reader):
        body.append(_("%(hour)s for you", hour=times.hour(slot, reader.zone)))
    return Said(
        _title(slot, content["zone"], list(names)),
        "\n".join(line for line in body if line),
        links.url(f"/posts/{post.id}/approval#dock"),
        _("Review"),
        found,
        slot,
    )


def _elsewhere(at: datetime, zone: str, reader: Person) -> bool:
    return times.local(at, zone).utcoffset() != times.local(at, reader.zone).utcoffset()


def _title(slot: datetime | None, zone: str, names: list[str]) -> str:
    """`18:30 Warsaw, Instagram`; with the day when it is not today there."""
    where = names[0] if len(names) == 1 else _("%(first)s and %(n)s more", first=names[0], n=len(names) - 1)
    if slot is None:
        return _("As soon as approved, %(networks)s", networks=where)
    when = {"hour": times.hour(slot, zone), "place": times.place(zone), "networks": where}
    if times.local(slot, zone).date() == times.today(zone):
        return _("%(hour)s %(place)s, %(networks)s", **when)
    return _("%(day)s, %(hour)s %(place)s, %(networks)s", day=times.day(slot, zone), **when)


def _many(members: Sequence[Notification], reader: Person) -> Said | None:
    newest = sorted(members, key=lambda n: n.id, reverse=True)
    items = [item for n in newest[:LISTED] if (item := words.item(n, reader))]
    if not items:
        return None
    kinds = {n.kind for n in members}
    if len(kinds) == 1:
        title, path = words.count(newest[0].kind, len(members)), _PATHS.get(newest[0].kind, "/")
    else:
        title, path = words.things(len(members)), "/"
    lines = [item.quote if len(kinds) == 1 and item.quote else item.title for item in items]
    if len(members) > len(lines):
        lines.append(_("and %(n)s more", n=len(members) - len(lines)))
    return Said(title, clip("\n".join(lines), BODY), links.url(path), _("Open"))


def clip(text: str, most: int) -> str:
    """At most so many characters, with a mark when some are missing."""
    text = text.strip()
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def urgent(members: Sequence[Notification]) -> bool:
    """Whether one of them is of an urgent kind."""
    return any(kind_of(n.kind).urgent for n in members)

"""The mail to somebody outside, in their language: when and where each post goes out, never what it says.

What is not public yet is behind the link and the code, not in a mailbox, a preview or a forwarded mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from webapp import links, networks, times, written
from webapp.i18n import N_, _, ngettext, speaking
from webapp.posts.models import Post, Revision

from ..models import Guest, Invitation

WHY = {
    "ask": N_("Your yes is asked for"),
    "version": N_("A new version needs your look"),
    "reminder": N_("Still waits for you"),
    "look": N_("For your eyes; say what you think"),
}


@dataclass(frozen=True)
class Line:
    """A post in the mail."""

    when: str
    where: str
    why: str
    until: str


@dataclass(frozen=True)
class Parcel:
    """One mail, ready to leave."""

    to: str
    subject: str
    text: str
    html: str


def line(each: Invitation, post: Post, revision: Revision) -> Line:
    """A post: when, on which networks, why it is in the mail, until when the link works."""
    zone = post.region.zone
    assert each.expires_at
    nets = {_(networks.network(entry["network"]).label): True for entry in revision.content["channels"]}
    return Line(_slot(revision), ", ".join(nets), _(WHY[each.kind]), moment(each.expires_at, zone))


def _slot(revision: Revision) -> str:
    at, zone = revision.planned_at, revision.content["zone"]
    return moment(at, zone) if at else _("As soon as approved")


def moment(at: datetime, zone: str) -> str:
    """`18:30, Thu 26 Nov, Warsaw`."""
    words = {"hour": times.hour(at, zone), "day": times.day(at, zone), "place": times.place(zone)}
    return _("%(hour)s, %(day)s, %(place)s", **words)


def write(guest: Guest, brand: str, token: str, found: Sequence[tuple[Invitation, Post, Revision]]) -> Parcel:
    """The mail for everything that is due."""
    with speaking(guest.language):
        subject = _subject(brand, [each.kind for each, _post, _revision in found])
        context = {
            "brand": brand,
            "guest": guest,
            "heading": subject,
            "lines": [line(*each) for each in found],
            "url": links.url(f"/guest/{token}"),
        }
        text, html = written.both("guest", context)
    return Parcel(guest.email, subject, text, html)


def _subject(brand: str, kinds: Sequence[str]) -> str:
    if len(kinds) == 1 and kinds[0] == "version":
        return _("%(brand)s: a new version needs your look", brand=brand)
    if set(kinds) == {"reminder"}:
        return ngettext(
            "%(brand)s: %(n)s post still waits for your nod",
            "%(brand)s: %(n)s posts still wait for your nod",
            len(kinds),
            brand=brand,
        )
    if set(kinds) == {"look"}:
        return _("%(brand)s shows you what goes out", brand=brand)
    if len(kinds) == 1:
        return _("%(brand)s asks for your nod", brand=brand)
    return ngettext(
        "%(brand)s asks for your nod: %(n)s post",
        "%(brand)s asks for your nod: %(n)s posts",
        len(kinds),
        brand=brand,
    )

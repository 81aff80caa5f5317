"""Taking a webmention in: only what names an entry of ours is kept, once, and looked at later."""

import re
from urllib.parse import urldefrag, urlsplit

import sqlalchemy as sa

from webapp import db, links, outbound, times
from webapp.db import session
from webapp.errors import Invalid, TooMany
from webapp.i18n import _
from webapp.publishing import feeds

from .models import Webmention

LONGEST = 2_000
_NAMES = re.compile(r"[\w-]{1,100}", re.ASCII)
A_DAY, WAITING = 200, 5_000
"""Of one host in a day; of all that waits to be looked at."""


def take(source: str, target: str) -> None:
    """Keep it for a look; saying it again asks for another look. Raises Invalid, TooMany."""
    source, target = source.strip(), urldefrag(target.strip()).url
    if (
        "\x00" in source
        or max(len(source), len(target)) > LONGEST
        or outbound.safe_link(source) is None
        or source == target
    ):
        raise Invalid(fields={"source": _("This is not the address of a page.")})
    found = _entry(target)
    if found is None:
        raise Invalid(fields={"target": _("There is no such entry here.")})
    channel_id, organization_id, key = found
    host = (urlsplit(source).hostname or "").lower()
    _limit(host)
    values = {"channel_id": channel_id, "organization_id": organization_id, "entry": key, "host": host}
    mine = (Webmention.source == source, Webmention.target == target)
    now = times.now()
    row = {"id": db.new_id(), "source": source, "target": target, "next_at": now, **values}
    made = session.execute(db.insert_ignoring(Webmention, **row).returning(Webmention.id)).first()
    if made is None:
        session.execute(sa.update(Webmention).where(*mine).values(next_at=now, tries=0))


def _entry(target: str) -> tuple[object, object, str] | None:
    """The channel, organization and key of an entry of ours by its address."""
    base = links.url("/feeds/")
    slug, _slash, key = target.removeprefix(base).partition("/")
    if not target.startswith(base) or not _NAMES.fullmatch(slug) or not _NAMES.fullmatch(key):
        return None
    found = feeds.channel_of(slug)
    if found is None or feeds.entry(found[0], key) is None:
        return None
    return found[0].id, found[0].organization_id, key


def _limit(host: str) -> None:
    day = times.now().replace(hour=0, minute=0, second=0, microsecond=0)
    of_host = sa.select(sa.func.count()).where(Webmention.host == host, Webmention.created_at >= day).scalar_subquery()
    waiting = sa.select(sa.func.count()).where(Webmention.next_at.is_not(None)).scalar_subquery()
    today, in_all = session.execute(sa.select(of_host, waiting)).one()
    if today >= A_DAY or in_all >= WAITING:
        raise TooMany(_("That was very often in a short time. Wait a minute and try again."))

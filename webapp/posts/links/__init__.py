"""Links in posts: noted when a post is saved, looked at by a job, read by the check. No request ever goes there."""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from urllib.parse import urlsplit

import sqlalchemy as sa

from webapp import db, times
from webapp.db import new_id, session
from webapp.networks.counting import links as spans
from webapp.outbound import safe_link
from webapp.people.models import Organization

from .models import Link

MOST = 20
"""Links of one post that are looked at."""
AGAIN = timedelta(days=1)
"""A link that is still wanted is noted so at most this often."""

__all__ = ["Link", "known", "note", "urls"]


def urls(texts: Iterable[str]) -> list[str]:
    """The web addresses of some texts, each once, in their order."""
    found = dict.fromkeys(text[start:end] for text in texts for start, end in spans(text))
    return [url for url in found if safe_link(url)][:MOST]


def digest(url: str) -> str:
    """What an address is found by, its fragment left out: servers never see that."""
    return hashlib.sha256(url.partition("#")[0].encode("utf-8", "surrogatepass")).hexdigest()


def known(organization_id: uuid.UUID, wanted: Iterable[str]) -> dict[str, Link]:
    """What was seen of some addresses, by address; one statement."""
    digests = {url: digest(url) for url in wanted}
    if not digests:
        return {}
    rows = session.scalars(_known(), {"organization": organization_id, "digests": list(set(digests.values()))})
    seen = {row.digest: row for row in rows}
    return {url: seen[each] for url, each in digests.items() if each in seen}


@cache
def _known() -> sa.Select[Link]:
    return sa.select(Link).where(
        Link.organization_id == sa.bindparam("organization", type_=sa.Uuid()),
        Link.digest.in_(sa.bindparam("digests", expanding=True)),
    )


def note(organization_id: uuid.UUID, texts: Iterable[str]) -> None:
    """Have the links of these texts looked at soon. A demo company's links are invented and are not looked at."""
    wanted = urls(texts)
    have = known(organization_id, wanted)
    now, missing = times.now(), [url for url in wanted if url not in have]
    for row in have.values():
        if now - row.wanted_at > AGAIN:
            row.wanted_at = now
            row.next_at = now if row.next_at is None and row.state != "skipped" else row.next_at
    if missing:
        demo = session.get_one(Organization, organization_id).demo
        for url in missing:
            session.execute(_fresh(organization_id, url, demo=demo))


def _fresh(organization_id: uuid.UUID, url: str, *, demo: bool) -> sa.Insert:
    return db.insert_ignoring(
        Link,
        id=new_id(),
        organization_id=organization_id,
        url=url.partition("#")[0],
        digest=digest(url),
        host=_host(url),
        state="skipped" if demo else "new",
        next_at=None if demo else times.now(),
    )


def _host(url: str) -> str:
    """Whose peace is kept between two looks: the host, whatever the port or scheme."""
    return (urlsplit(url).hostname or "").lower()

"""The calendar of 330 channels: a month, a week of all regions, the agenda, and a feed as a calendar app reads it."""

import time

from webapp import create_app, db
from webapp.calendar.feeds import keeping
from webapp.config import Config
from webapp.db import session
from webapp.people import sessions
from webapp.people.models import Membership, Person

from .client import pages
from .company import Company
from .pages import _statements
from .table import Table

ROUNDS = 100
SCREENS = {
    "/calendar/month": "p50 30 ms, 12 queries, 14,000 B",
    "/calendar/regions": "p50 40 ms",
    "/calendar": "-",
}


def measure(base: str, config: Config, company: Company, table: Table) -> None:
    """Each screen by one client; a feed of as many events as one holds, new and unchanged."""
    app = create_app(config)
    asked = {path: _statements(app, company, path) for path in SCREENS}
    feed = _feed(company)
    client = app.test_client(use_cookies=False)
    whole, unchanged = _timed(client, feed)
    db.dispose()
    for path, bar in SCREENS.items():
        table.pages(pages(base, f"GET {path}", path, company.tokens, ROUNDS), bar, asked[path])
    table.row("feed of 2,000 events, in the process", f"{whole * 1000:.0f} ms", "p50 60 ms")
    table.row("   unchanged: 304", f"{unchanged * 1000:.1f} ms", "5 ms")


def _feed(company: Company) -> str:
    """The address of a feed of somebody who sees everything."""
    member = session.query(Membership).join(Person).filter(Person.email.like("approver%")).first()
    assert member
    feed = keeping.make(sessions.actor_of(member), None, None)
    db.commit()
    return keeping.path(feed)


def _timed(client, path: str) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    """The median seconds of the whole feed, and of an answer that it is unchanged."""
    first = client.get(path, base_url="http://localhost")
    known = {"If-None-Match": first.headers["ETag"]}
    return _median(client, path, {}), _median(client, path, known)


def _median(client, path: str, headers: dict[str, str]) -> float:  # type: ignore[no-untyped-def]
    taken = []
    for _ in range(15):
        began = time.perf_counter()
        client.get(path, base_url="http://localhost", headers=headers)
        taken.append(time.perf_counter() - began)
    return sorted(taken)[len(taken) // 2]

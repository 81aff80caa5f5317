"""Pages and the decision: milliseconds seen by a client, bytes on the wire, statements counted in the process."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from flask import Flask

from webapp import create_app, db
from webapp.approvals.models import Submission
from webapp.config import Config
from webapp.db import session
from webapp.http.actor import COOKIE

from .client import Connection, Figures, pages, run
from .company import Company
from .table import Table

ROUNDS = 300


def measure(base: str, config: Config, company: Company, table: Table) -> None:
    """The queue and the yes, then the other main pages."""
    queue(base, config, company, table)
    app = create_app(config)
    asked = {path: _statements(app, company, path) for path in ("/", "/posts", "/channels")}
    waiting = _waiting(company.organization_id)
    card = f"/posts/{waiting[-1][0]}/approval"
    asked[card] = _statements(app, company, card)
    db.dispose()
    for path in ("/", "/posts", "/channels"):
        table.pages(pages(base, f"GET {path}", path, company.tokens, ROUNDS // 3), "-", asked[path])
    table.pages(pages(base, "GET card", card, company.tokens, ROUNDS // 3), "-", asked[card])


def queue(base: str, config: Config, company: Company, table: Table) -> None:
    """The queue by one client and by eight, and a yes to half of what waits (at most one for each person)."""
    app = create_app(config)
    asked, waiting = _statements(app, company, "/approvals"), _waiting(company.organization_id)
    db.dispose()
    one = pages(base, "GET /approvals, one client", "/approvals", company.tokens, ROUNDS)
    table.pages(one, "p50 25 ms, 12 queries, 12,000 B", asked)
    eight = pages(base, "GET /approvals, eight clients", "/approvals", company.tokens, 1200, clients=8)
    table.pages(eight, "-")
    table.row("requests a second, eight clients", f"{eight.rate:.0f}", "120")
    table.pages(_approve(base, waiting[: len(waiting) // 2], company), "p50 20 ms, 4,000 B")


def _waiting(organization_id: uuid.UUID) -> list[tuple[uuid.UUID, uuid.UUID]]:
    query = sa.select(Submission.post_id, Submission.revision_id).where(
        Submission.organization_id == organization_id, Submission.ended_at.is_(None), Submission.cleared_at.is_(None)
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(Submission.deadline, Submission.id))]


def _approve(base: str, posts: list[tuple[uuid.UUID, uuid.UUID]], company: Company) -> Figures:
    """Each post by another person, as htmx sends it; the answer is everything the screen then needs."""
    left, lock = iter(list(zip(posts, company.tokens, strict=False))), threading.Lock()

    def act(wire: Connection) -> tuple[int, bytes, float]:
        with lock:
            (post_id, revision_id), token = next(left)
        form = {"revision": str(revision_id), "decision": "approve", "key": uuid.uuid4().hex}
        return wire.ask("POST", f"/posts/{post_id}/approval/decisions", token, form)

    return run("approve, with all the screen then needs", min(len(posts), len(company.tokens)), 1, act, base)


def _statements(app: Flask, company: Company, path: str) -> int:
    """How many statements one request makes; the second one, so that nothing is counted that is made once."""
    client = app.test_client(use_cookies=False)
    headers = {"Cookie": f"{COOKIE}={company.tokens[-1]}"}
    client.get(path, base_url="http://localhost", headers=headers)
    with counted() as made:
        answer = client.get(path, base_url="http://localhost", headers=headers)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return len(made)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent to the database in this block."""
    made: list[str] = []

    def note(_connection, _cursor, statement, *_rest):  # type: ignore[no-untyped-def]
        made.append(statement)

    sa.event.listen(db.engine(), "before_cursor_execute", note)
    try:
        yield made
    finally:
        sa.event.remove(db.engine(), "before_cursor_execute", note)

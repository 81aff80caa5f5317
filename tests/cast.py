"""The named cast of the tests, and a browser for each of them.

Pomela has headquarters, Warsaw and Dubai. The author and the approver are in Warsaw; the planner at headquarters; the
teammate approves in Dubai and never sees Warsaw; the stranger runs another company.
"""

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from webapp import db, times
from webapp.http.actor import COOKIE
from webapp.people import organizations, sessions
from webapp.people.models import Membership, Organization, Person, Region, SignIn
from webapp.people.permissions import Actor
from webapp.tables import metadata
from webapp.vault import fingerprint, vault

BASE = "https://nod.test"


@dataclass
class Clock:
    """Callable like `times.clock`; `forward` moves it."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Browser:
    """A person's browser: same-origin headers, session cookie, the token in every plain form; it reads to the end."""

    client: FlaskClient
    csrf: str = ""
    token: str = ""
    headers: dict[str, str] = field(default_factory=lambda: {"Origin": BASE, "Sec-Fetch-Site": "same-origin"})

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, base_url=BASE, buffered=True, **more)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, key: str = "", htmx: bool = False, **more: Any
    ) -> Any:
        """A plain form (with the token), or as htmx sends it."""
        headers = {**self.headers, **more.pop("headers", {})}
        if htmx:
            headers |= {"HX-Request": "true", "X-Nod": "1"}
        if key:
            headers["Idempotency-Key"] = key
        body = {"_token": self.csrf, **(data or {})}
        return self.client.post(path, base_url=BASE, data=body, headers=headers, buffered=True, **more)

    def fields(self, path: str) -> dict[str, str]:
        """The hidden and visible values of a page's inputs, by name: what a plain browser would send."""
        html = self.get(path).get_data(as_text=True)
        found = re.findall(r'<input[^>]*name="([^"]+)"[^>]*?(?:value="([^"]*)")?[^>]*>', html)
        return dict(found)


@dataclass
class Cast:
    """Everybody, by name."""

    app: Flask
    organization: Organization
    headquarters: Region
    warsaw: Region
    dubai: Region
    people: dict[str, Person]
    browsers: dict[str, Browser]

    def __getattr__(self, name: str) -> Browser:
        if name in self.browsers:
            return self.browsers[name]
        raise AttributeError(name)

    def actor(self, name: str) -> Actor:
        """The person as the domain sees them."""
        person = self.people[name]
        membership = db.session.scalars(sa.select(Membership).where(Membership.person_id == person.id)).one()
        return sessions.actor_of(membership)

    def signed_out(self) -> Browser:
        """A browser nobody signed in on."""
        return Browser(self.app.test_client())

    def signed_in(self, name: str) -> Browser:
        """Another device of a person."""
        return _browser(self.app, self.people[name])


def _browser(app: Flask, person: Person, token: str = "") -> Browser:
    if not token:
        membership = db.session.scalars(sa.select(Membership).where(Membership.person_id == person.id)).one()
        token = sessions.start(person, membership.organization_id, device="tests")
        db.commit()
    client = app.test_client()
    client.set_cookie(COOKIE, token, domain="nod.test", secure=True)
    row = sessions.row_for(token)
    assert row
    browser = Browser(client, fingerprint(str(row.id), "csrf"))
    browser.token = token
    return browser


Rows = list[tuple[sa.Table, list[dict[str, Any]]]]


@dataclass
class Snapshot:
    """The rows of a fresh company, and the tokens of its browsers; good for one set of keys."""

    keys: dict[str, bytes]
    rows: "Rows"
    tokens: dict[str, str]


_taken: list[Snapshot] = []


def enter(app: Flask) -> Cast:
    """Build the company and sign everybody in; the second time its rows are put back as they were."""
    if _taken and _taken[-1].keys == vault().keys:
        return _again(app, _taken[-1])
    people = _company()
    browsers = {name: _browser(app, person) for name, person in people.items()}
    tokens = {name: browser.token for name, browser in browsers.items()}
    _taken[:] = [Snapshot(dict(vault().keys), everything(), tokens)]
    return _cast(app, people, browsers)


def everything() -> Rows:
    """All rows there are, table by table, in an order in which they can be put back."""
    rows = [(table, _rows(table)) for table in metadata.sorted_tables]
    return [(table, found) for table, found in rows if found]


def _rows(table: sa.Table) -> list[dict[str, Any]]:
    query = sa.select(table).order_by(*table.primary_key.columns)
    return [dict(row) for row in db.session.execute(query).mappings()]


def _again(app: Flask, snapshot: Snapshot) -> Cast:
    now = times.now()
    fresh = {"created_at": now, "fresh_at": now, "seen_at": now, "expires_at": now + sessions.LIFE}
    for table, rows in snapshot.rows:
        stamped = [{**row, **fresh} for row in rows] if table.name == SignIn.__tablename__ else rows
        db.session.execute(sa.insert(table), stamped)
    db.commit()
    known = {p.email.split("@")[0]: p for p in db.session.scalars(sa.select(Person))}
    people = {name: known[name] for name in snapshot.tokens}
    browsers = {name: _browser(app, people[name], token) for name, token in snapshot.tokens.items()}
    return _cast(app, people, browsers)


def _cast(app: Flask, people: dict[str, Person], browsers: dict[str, Browser]) -> Cast:
    pomela = db.session.scalars(sa.select(Organization).where(Organization.name == "Pomela")).one()
    found = db.session.scalars(sa.select(Region).where(Region.organization_id == pomela.id))
    regions = {region.name: region for region in found}
    return Cast(app, pomela, regions["Headquarters"], regions["Warsaw"], regions["Dubai"], people, browsers)


def _company() -> dict[str, Person]:
    pomela = organizations.create("Pomela", zone="Europe/London")
    top = organizations.root_of(pomela.id)
    warsaw = organizations.add_region(
        pomela.id, top, name="Warsaw", zone="Europe/Warsaw", language="pl", by=None, country="PL"
    )
    dubai = organizations.add_region(
        pomela.id, top, name="Dubai", zone="Asia/Dubai", language="ar", by=None, country="AE"
    )
    for office in (warsaw, dubai):
        office.market_start, office.market_end, office.minded = "", "", []  # whatever day and hour the tests run at
    other = organizations.create("Elsewhere", zone="America/New_York")
    roles = (
        ("administrator", pomela, "administrator", top),
        ("planner", pomela, "planner", top),
        ("author", pomela, "author", warsaw),
        ("approver", pomela, "approver", warsaw),
        ("second", pomela, "approver", warsaw),
        ("analyst", pomela, "analyst", warsaw),
        ("teammate", pomela, "approver", dubai),
        ("dubai_author", pomela, "author", dubai),
        ("stranger", other, "administrator", organizations.root_of(other.id)),
    )
    people = {}
    for name, organization, role, region in roles:
        person = organizations.person_for(f"{name}@pomela.example", name.replace("_", " ").title(), zone=region.zone)
        member = organizations.add_member(organization.id, person, role, region, by=None)
        member.joined_at = member.invited_at
        people[name] = person
    db.commit()
    return people


def new_key() -> str:
    """A key as JavaScript makes one at the tap."""
    return secrets.token_hex(16)

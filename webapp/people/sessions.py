"""Signed-in devices: one random token in one cookie, one row on the server.

A row ends at sign-out, when it is ended from elsewhere, and when its person is deactivated. The token is rotated at
each sign-in on the same device; the one before works for a minute, for requests under way.
"""

import secrets
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from webapp import db, events, times
from webapp.db import session
from webapp.vault import fingerprint

from .models import Grant, Membership, Organization, Person, Region, Role, SignIn
from .permissions import Actor

LIFE = timedelta(days=180)
GRACE = timedelta(seconds=60)
FRESH = timedelta(minutes=15)
SEEN_EVERY = timedelta(minutes=5)
_OF_PERSON = ("id", "name", "email", "language", "zone", "theme", "shortcuts")
"""What an actor and a person both have."""


def start(person: Person, organization_id: uuid.UUID | None, device: str = "", address: str = "") -> str:
    """Sign a person in on a device; answers the token for the cookie."""
    token = secrets.token_urlsafe(32)
    row = SignIn(
        id=db.new_id(),
        person_id=person.id,
        organization_id=organization_id,
        token_hash=fingerprint(token, "session"),
        device=device[:300],
        address=address[:64],
        expires_at=times.now() + LIFE,
    )
    session.add(row)
    events.record("session.started", row, by=person)
    return token


def rotate(row: SignIn) -> str:
    """A new token for a device that proved its person again; the old one ends within a minute."""
    token = secrets.token_urlsafe(32)
    row.previous_hash, row.previous_until = row.token_hash, times.now() + GRACE
    row.token_hash = fingerprint(token, "session")
    row.fresh_at, row.expires_at = times.now(), times.now() + LIFE
    return token


def end(row: SignIn, by: Person | Actor | None) -> None:
    """Sign a device out. Ending what has ended changes nothing."""
    if row.ended_at is None:
        row.ended_at = times.now()
        events.record("session.ended", row, by=by)


def live(person_id: uuid.UUID) -> list[SignIn]:
    """The devices a person is signed in on, the one seen last first."""
    rows = session.scalars(
        sa.select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.expires_at > times.now())
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    )
    return list(rows)


def end_all(
    person_id: uuid.UUID,
    by: Actor | None,
    *,
    but: uuid.UUID | None = None,
    within: uuid.UUID | None = None,
) -> int:
    """Sign out every device of a person, perhaps but one, perhaps only in one organization; answers how many."""
    rows = [
        row for row in live(person_id) if row.id != but and (within is None or row.organization_id in (None, within))
    ]
    for row in rows:
        end(row, by)
    return len(rows)


def row_for(token: str) -> SignIn | None:
    """The live session a cookie's token belongs to."""
    for row in _by_token(token, _session):
        return row[0]
    return None


def actor_for(token: str) -> Actor | None:
    """The person behind a cookie, in the organization the session acts in; None when there is none. Two queries."""
    for row in _by_token(token, _signed_in):
        return _signed(row)
    return None


def _signed(row: Any) -> Actor:
    """What was found by a cookie, as an actor: asked for at every request, so it is read as plain columns."""
    found, now = row._asdict(), times.now()
    fresh_at, seen_at = found.pop("fresh_at"), found.pop("seen_at")
    return Actor(
        **found,
        **_reach(row.organization_id, row.membership_id),
        csrf=fingerprint(str(row.session_id), "csrf"),
        fresh=now - fresh_at < FRESH,
        stale_seen=now - seen_at > SEEN_EVERY,
    )


def _by_token(token: str, query: Callable[[bool], sa.Select[Any]]) -> Iterator[Any]:
    """What is found by the present token of a session, else by the one before, within its grace."""
    if not 20 <= len(token) <= 100 or not token.isascii():
        return
    wanted = {"mark": fingerprint(token, "session"), "now": times.now()}
    yield from session.execute(query(False), wanted).all()
    yield from session.execute(query(True), wanted).all()


def _live(before: bool) -> list[sa.ColumnElement[bool]]:
    """The live session of a token: its present one (each by its own index), or the one before."""
    mark, now = sa.bindparam("mark", type_=sa.String()), sa.bindparam("now", type_=db.Instant())
    grace = sa.and_(SignIn.previous_hash == mark, SignIn.previous_until >= now)
    return [grace if before else SignIn.token_hash == mark, SignIn.ended_at.is_(None), SignIn.expires_at > now]


@cache
def _session(before: bool) -> sa.Select[SignIn]:
    return sa.select(SignIn).where(*_live(before))


@cache
def _signed_in(before: bool) -> sa.Select[Any]:
    """The columns of an actor by the names they have there."""
    other = sa.case((Membership.organization_id == SignIn.organization_id, 0), else_=1)
    return (
        sa.select(
            *(getattr(Person, name) for name in _OF_PERSON),
            SignIn.id.label("session_id"),
            SignIn.fresh_at,
            SignIn.seen_at,
            Membership.id.label("membership_id"),
            Membership.organization_id,
            Organization.name.label("organization"),
        )
        .join(Membership, Membership.person_id == SignIn.person_id)
        .join(Person, Person.id == SignIn.person_id)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(*_live(before), Membership.deactivated_at.is_(None))
        .order_by(other, Membership.invited_at)
        .limit(1)
    )


def actor_of(membership: Membership) -> Actor:
    """A member as an actor outside a request: for jobs and for asking what somebody may do."""
    return Actor(
        **{name: getattr(membership.person, name) for name in _OF_PERSON},
        organization_id=membership.organization_id,
        membership_id=membership.id,
        **_reach(membership.organization_id, membership.id),
    )


def _reach(organization_id: uuid.UUID, membership_id: uuid.UUID) -> dict[str, Any]:
    """Paths and names of all regions, and what a member may do from which path on, in one query."""
    wanted = {"organization": organization_id, "membership": membership_id}
    rows = session.execute(_regions_and_grants(), wanted).all()
    return {
        "tree": {region_id: path for region_id, path, _name, _may in rows},
        "names": {region_id: name for region_id, _path, name, _may in rows},
        "grants": tuple((path, frozenset(may)) for _id, path, _name, may in rows if may is not None),
    }


@cache
def _regions_and_grants() -> sa.Select[uuid.UUID, str, str, list[str]]:
    held = sa.and_(Grant.region_id == Region.id, Grant.membership_id == sa.bindparam("membership"))
    return (
        sa.select(Region.id, Region.path, Region.name, Role.permissions)
        .outerjoin(Grant, held)
        .outerjoin(Role, Role.id == Grant.role_id)
        .where(Region.organization_id == sa.bindparam("organization"))
    )


def touch(session_id: uuid.UUID) -> None:
    """Note that a device was seen: the only thing a GET may write, at most every five minutes."""
    now = times.now()
    with db.keep() as own:
        own.execute(
            sa.update(SignIn).where(SignIn.id == session_id, SignIn.seen_at < now - SEEN_EVERY).values(seen_at=now)
        )

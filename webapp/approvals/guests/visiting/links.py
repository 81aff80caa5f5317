"""The links that are mailed, and the browsers in which their guest typed the code.

Of tokens only keyed hashes are kept. Whether a link works follows from its invitations, so that extending one and
revoking one reach every mail that was ever sent.
"""

import secrets
import uuid
from collections.abc import Iterable
from typing import TypeVar

import sqlalchemy as sa

from webapp import times
from webapp.db import new_id, session
from webapp.vault import fingerprint

from ..models import Guest, GuestLink, GuestSession, Invitation

Row = TypeVar("Row", GuestLink, GuestSession)
CODE = "guest:"
"""Before the id of a guest: what their codes are for (`people/codes.py`)."""


def make(guest: Guest, opens: Iterable[Invitation]) -> str:
    """A link to some invitations; answers the token, which is known to the mail alone."""
    token = secrets.token_urlsafe(32)
    row = GuestLink(
        id=new_id(),
        organization_id=guest.organization_id,
        guest_id=guest.id,
        token_hash=fingerprint(token, "guest link"),
        opens=[str(each.id) for each in opens],
    )
    session.add(row)
    return token


def of_token(token: str) -> tuple[GuestLink, list[Invitation]] | None:
    """A link that works and what it opens, the latest first; None for one that is unknown, over or revoked."""
    link = _by(GuestLink, token, "guest link")
    opened = _opened(link) if link else []
    return (link, opened) if link and opened else None


def _opened(link: GuestLink) -> list[Invitation]:
    query = sa.select(Invitation).where(
        Invitation.id.in_([uuid.UUID(each) for each in link.opens]), Invitation.guest_id == link.guest_id
    )
    return [each for each in session.scalars(query.order_by(Invitation.id.desc())).unique() if each.works]


def enter(link: GuestLink) -> str:
    """The code was right: a session for this browser; answers the token of its cookie."""
    token = secrets.token_urlsafe(32)
    row = GuestSession(
        id=new_id(),
        organization_id=link.organization_id,
        guest_id=link.guest_id,
        link_id=link.id,
        token_hash=fingerprint(token, "guest session"),
    )
    session.add(row)
    return token


def is_in(token: str, link: GuestLink) -> bool:
    """Whether a browser's cookie is of the guest of this link, and the link it was opened with still works."""
    row = _by(GuestSession, token, "guest session")
    return row is not None and row.ended_at is None and row.guest_id == link.guest_id and bool(_opened(row.link))


def leave(token: str) -> None:
    """End the session of a browser. Twice is once."""
    row = _by(GuestSession, token, "guest session")
    if row is not None and row.ended_at is None:
        row.ended_at = times.now()


def _by(model: type[Row], token: str, purpose: str) -> Row | None:
    if not 20 <= len(token) <= 100 or not token.isascii():
        return None
    query = sa.select(model).where(model.token_hash == fingerprint(token, purpose))
    return session.scalars(query).unique().first()

"""Nod's registration at a server with OAuth, used again so that each connection does not leave another app there.

A server may have forgotten it, and then says so on a page of its own from which nobody comes back. So a registration is
used again only after the last journey with it came back; one that is out makes the next journey register anew.
"""

import json
import uuid
from collections.abc import Mapping

import sqlalchemy as sa

from webapp import db, times
from webapp.db import session
from webapp.vault import Sealed, vault

from .models import Registration


def _place(row: Registration) -> str:
    return f"registration:{row.organization_id}:{row.id}"


def _find(organization_id: uuid.UUID, network: str, server: str, redirect_uri: str) -> Registration | None:
    return session.scalars(
        sa.select(Registration).where(
            Registration.organization_id == organization_id,
            Registration.network == network,
            Registration.server == server,
            Registration.redirect_uri == redirect_uri,
        )
    ).one_or_none()


def proven(organization_id: uuid.UUID, network: str, server: str, redirect_uri: str) -> dict[str, str]:
    """What may be given to the network for the next journey; nothing when it has to register. `server` as typed."""
    row = _find(organization_id, network, _plain(server), redirect_uri)
    if row is None or row.out_since is not None:
        return {}
    return opened(row)


def opened(row: Registration) -> dict[str, str]:
    """What is sealed in a registration; nothing when it does not open."""
    try:
        found = json.loads(vault().open(row.kept, _place(row)))
    except Sealed:
        return {}
    return {str(name): str(value) for name, value in found.items()}


def out(
    organization_id: uuid.UUID, network: str, server: str, redirect_uri: str, reusable: Mapping[str, str]
) -> uuid.UUID | None:
    """Keep what a journey that begins now may be followed by; answers its id, None when nothing is reusable."""
    if not reusable:
        return None
    place = {"network": network, "server": _plain(server), "redirect_uri": redirect_uri}
    session.execute(
        db.insert_ignoring(
            Registration, id=db.new_id(), organization_id=organization_id, kept="", created_at=times.now(), **place
        )
    )
    row = _find(organization_id, network, place["server"], redirect_uri)
    assert row
    row.kept, row.out_since = vault().seal(json.dumps(dict(reusable)), _place(row)), times.now()
    return row.id


def back(registration_id: uuid.UUID | None) -> None:
    """A journey with it came back and its code was good."""
    if registration_id:
        session.execute(sa.update(Registration).where(Registration.id == registration_id).values(out_since=None))


def reseal() -> int:
    """Seal each with the newest key; one that does not open is forgotten. Answers how many. The caller commits."""
    count = 0
    for row in session.scalars(sa.select(Registration)).all():
        kept = opened(row)
        if kept:
            row.kept = vault().seal(json.dumps(kept), _place(row))
            count += 1
        else:
            session.delete(row)
    return count


def _plain(server: str) -> str:
    return server.strip().lower()[:300]

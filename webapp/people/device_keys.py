"""The key under which a device keeps its person's words: what waits to be sent, what is half written.

One for each person, organization and device, made here and given again at the same person's next sign-in there. The
browser holds it where scripts cannot read it and drops it with the session, so that what stays on a shared phone can
be read by nobody else. At rest it lies sealed.
"""

import base64
import secrets
import uuid
from datetime import timedelta

import sqlalchemy as sa

from webapp import db, times
from webapp.db import session
from webapp.vault import Sealed, vault

from . import tries
from .models import DeviceKey
from .permissions import Actor

LIMIT: tries.Limit = (60, timedelta(hours=1))
MOST = 30
"""Devices of one person in one organization; the one unused longest gives way."""


def key_for(person: Actor, device: str) -> str:
    """The 32 bytes of this person's device, base64; the same again each time. Raises TooMany."""
    tries.spend(f"device-key:{person.id}", LIMIT)
    row = _find(person, device) or _make(person, device)
    key = _opened(row)
    if not key:
        key = _fresh()
        row.sealed = _seal(row, key)
    row.used_at = times.now()
    return key


def forget(person: Actor, device: str) -> None:
    """The device was signed out on purpose and keeps nothing: its key goes too."""
    session.execute(sa.delete(DeviceKey).where(*_of(person), DeviceKey.device == device))


def erase(organization_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """Every key of a person in an organization."""
    mine = (DeviceKey.organization_id == organization_id, DeviceKey.person_id == person_id)
    session.execute(sa.delete(DeviceKey).where(*mine))


def reseal() -> tuple[int, int]:
    """Seal every key with the newest master key: how many were, and how many did not open. The caller commits."""
    done = lost = 0
    for row in session.scalars(sa.select(DeviceKey)):
        key = _opened(row)
        if key:
            row.sealed = _seal(row, key)
            done += 1
        else:
            lost += 1
    return done, lost


def _of(person: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    return DeviceKey.organization_id == person.organization_id, DeviceKey.person_id == person.id


def _find(person: Actor, device: str) -> DeviceKey | None:
    return session.scalars(sa.select(DeviceKey).where(*_of(person), DeviceKey.device == device)).first()


def _make(person: Actor, device: str) -> DeviceKey:
    """A new row; of two tabs that ask at once, both get the same."""
    _make_room(person)
    values = {"id": db.new_id(), "organization_id": person.organization_id, "person_id": person.id}
    session.execute(db.insert_ignoring(DeviceKey, **values, device=device, used_at=times.now()))
    made = _find(person, device)
    assert made
    return made


def _make_room(person: Actor) -> None:
    newest = sa.select(DeviceKey.id).where(*_of(person)).order_by(DeviceKey.used_at.desc()).offset(MOST - 1)
    old = session.scalars(newest).all()
    if old:
        session.execute(sa.delete(DeviceKey).where(DeviceKey.id.in_(old)))


def _fresh() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _place(row: DeviceKey) -> str:
    return f"device:{row.organization_id}:{row.person_id}:{row.id}"


def _seal(row: DeviceKey, key: str) -> str:
    return vault().seal(key, _place(row))


def _opened(row: DeviceKey) -> str:
    """The key; nothing when there is none yet or it does not open (its master key is lost)."""
    try:
        return vault().open(row.sealed, _place(row)) if row.sealed else ""
    except Sealed:
        return ""

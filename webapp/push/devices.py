"""The devices that are pushed: taken in at each start of the app, bound to their sign-in, gone with it.

The address of a device and its keys are secrets: sealed in the row, never in an event, a log or a page.
"""

import base64
import binascii
import json
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec

from webapp import db, events, times
from webapp.db import session
from webapp.errors import Invalid, NotFound
from webapp.events import Event
from webapp.i18n import _
from webapp.people import devices as browsers
from webapp.people.models import SignIn
from webapp.people.permissions import Actor
from webapp.vault import Sealed, fingerprint, vault

from . import services
from .models import Notification, Subscription

MOST = 20
"""Devices of one person; the one not started for longest gives way."""
SILENT = timedelta(hours=24)
"""A device that has not confirmed anything for so long is not relied on."""
MOST_NAME = 60


@dataclass(frozen=True)
class Keys:
    """Where a device is reached and how it is written to, as its browser gave it: base64url."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)


def read(value: object) -> tuple[Keys, bool]:
    """What a browser sent of its subscription, checked, and whether the app is installed there. Raises Invalid."""
    keys = value.get("keys") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(keys, dict):
        raise Invalid(_("This device sent something that is no subscription."))
    texts = (value.get("endpoint"), keys.get("p256dh"), keys.get("auth"))
    if not all(isinstance(text, str) and len(text) <= services.MOST for text in texts):
        raise Invalid(_("This device sent something that is no subscription."))
    found = Keys(*(str(text) for text in texts))
    if services.service_of(found.endpoint) is None:
        raise Invalid(_("The push service of this browser is not one that Nod knows."))
    _check(found)
    return found, value.get("installed") is True


def _check(keys: Keys) -> None:
    try:
        point, auth = decoded(keys.p256dh), decoded(keys.auth)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        if len(point) != 65 or len(auth) != 16:
            raise ValueError
    except (ValueError, binascii.Error):
        raise Invalid(_("This device sent something that is no subscription.")) from None


def decoded(text: str) -> bytes:
    """Bytes of base64url, with or without its end."""
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)


def subscribe(keys: Keys, installed: bool, by: Actor) -> Subscription:
    """Take in the device of the actor's session. The same again changes nothing but when it was heard of.

    A browser that another person was signed in on comes along with its address; the earlier row goes.
    """
    assert by.session_id
    mark = fingerprint(keys.endpoint, "push")
    mine = session.scalars(sa.select(Subscription).where(Subscription.session_id == by.session_id)).first()
    if mine is not None and mine.endpoint_hash == mark and _opened(mine) == keys:
        mine.synced_at, mine.installed = times.now(), installed
        return mine
    session.execute(sa.delete(Subscription).where(Subscription.endpoint_hash == mark))
    if mine is not None:
        session.execute(sa.delete(Subscription).where(Subscription.id == mine.id))
        session.expunge(mine)
    made = _add(keys, mark, installed, by)
    events.record("device.subscribed", made, by=by, organization_id=by.organization_id, service=made.service)
    _give_way(by)
    return made


def _add(keys: Keys, mark: str, installed: bool, by: Actor) -> Subscription:
    made = Subscription(
        id=db.new_id(),
        person_id=by.id,
        session_id=by.session_id,
        endpoint_hash=mark,
        service=services.service_of(keys.endpoint) or "",
        installed=installed,
    )
    made.sealed = vault().seal(json.dumps([keys.endpoint, keys.p256dh, keys.auth]), _place(made.id))
    session.add(made)
    session.flush()
    session.refresh(made)
    return made


def _give_way(by: Actor) -> None:
    rows = session.scalars(
        sa.select(Subscription)
        .where(Subscription.person_id == by.id)
        .order_by(Subscription.synced_at.desc(), Subscription.id.desc())
    ).all()
    for row in rows[MOST:]:
        remove(row, by)


def _place(subscription_id: uuid.UUID) -> str:
    return f"push:{subscription_id}"


def open_keys(row_id: uuid.UUID, sealed: str) -> Keys:
    """Where and how a device is written to. Raises Sealed."""
    return Keys(*json.loads(vault().open(sealed, _place(row_id))))


def _opened(row: Subscription) -> Keys | None:
    try:
        return open_keys(row.id, row.sealed)
    except Sealed:
        return None


def reseal() -> tuple[int, int]:
    """Seal every address with the newest key: how many were, and how many did not open. The caller commits."""
    rows = session.scalars(sa.select(Subscription)).all()
    opened = [(row, _opened(row)) for row in rows]
    for row, keys in opened:
        if keys is not None:
            row.sealed = vault().seal(json.dumps([keys.endpoint, keys.p256dh, keys.auth]), _place(row.id))
    return sum(keys is not None for _row, keys in opened), sum(keys is None for _row, keys in opened)


def any_here() -> bool:
    """Whether there is a device at all."""
    return bool(session.scalar(sa.select(sa.exists().select_from(Subscription))))


def of_session(session_id: uuid.UUID | None) -> Subscription | None:
    """The device of a session, if it is pushed."""
    return session.scalars(sa.select(Subscription).where(Subscription.session_id == session_id)).first()


def of_person(person_id: uuid.UUID) -> list[Subscription]:
    """The pushed devices of a person, the one started last first."""
    query = sa.select(Subscription).join(Subscription.sign_in).where(Subscription.person_id == person_id, *live())
    return list(session.scalars(query.order_by(Subscription.synced_at.desc(), Subscription.id.desc())).unique())


def live() -> list[sa.ColumnElement[bool]]:
    """Conditions (with SignIn joined): the sign-in that the device belongs to has not ended."""
    return [SignIn.ended_at.is_(None), SignIn.expires_at > times.now()]


def find(row_id: uuid.UUID, by: Actor) -> Subscription:
    """One of the person's own devices. Raises NotFound."""
    row = session.get(Subscription, row_id)
    if row is None or row.person_id != by.id:
        raise NotFound
    return row


def rename(row: Subscription, name: str, by: Actor) -> None:
    """Give a device a name; an empty one takes it back."""
    if row.name != name:
        row.name = name[:MOST_NAME]
        events.record("device.renamed", row, by=by, organization_id=by.organization_id)


def remove(row: Subscription, by: Actor | None, why: str = "") -> None:
    """No more messages to a device. What was under way to it goes too."""
    organization_id = by.organization_id if by else row.sign_in.organization_id
    events.record("device.unsubscribed", row, by=by, organization_id=organization_id, why=why)
    session.execute(sa.delete(Subscription).where(Subscription.id == row.id))
    session.expunge(row)


def remove_endpoint(endpoint: str, by: Actor) -> bool:
    """The browser says that it is subscribed no more; answers whether a device of the person was known there."""
    row = _at(endpoint, by)
    if row is not None:
        remove(row, by)
    return row is not None


def is_known(endpoint: str, by: Actor) -> bool:
    """Whether a device of the person, under whichever of their sign-ins, is pushed at this address."""
    return _at(endpoint, by) is not None


def _at(endpoint: str, by: Actor) -> Subscription | None:
    mark = fingerprint(endpoint, "push")
    query = sa.select(Subscription).where(Subscription.endpoint_hash == mark, Subscription.person_id == by.id)
    return session.scalars(query).first()


def on_event(event: Event) -> None:
    """A sign-in ended (by its person, from elsewhere, with a membership): its device is pushed no more."""
    if event.kind != "session.ended":
        return
    row = session.scalars(sa.select(Subscription).where(Subscription.session_id == event.subject_id)).first()
    if row is not None:
        remove(row, None, "signed out")


def label(row: Subscription) -> str:
    """The name of a device: the one it was given, else what its browser calls itself."""
    return row.name or browsers.name(row.sign_in.device)


def test(row: Subscription, by: Actor) -> Notification:
    """A message for this device alone, on its way at once."""
    made = Notification(
        id=db.new_id(),
        organization_id=by.organization_id,
        person_id=by.id,
        kind="test",
        thing=f"test:{db.new_id()}",
        subject_type="push_subscriptions",
        subject_id=row.id,
        data={"device": str(row.id)},
        how="push",
        push_at=times.now(),
    )
    session.add(made)
    events.record("device.tested", row, by=by, organization_id=by.organization_id)
    return made

"""The door to a channel's secrets: sealed at rest, opened only into the `Account` that a connector is handed.

A ciphertext is bound to its organization and channel, so that one moved to another row does not open. What a network
gives anew is stored at once, in a short transaction of its own, and an empty token never overwrites a good one.
"""

import json
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa

from webapp import db, leases, times
from webapp.db import session
from webapp.i18n import N_
from webapp.networks.base import Account, NetworkError, Remedy
from webapp.vault import Sealed, vault

from .health import broken, connected
from .models import Channel

__all__ = ["Account", "account", "broken", "connected", "open_secrets", "put_secrets", "reseal"]

_ALONE_SECONDS, _PATIENCE = 60.0, 90.0


def account(channel: Channel) -> Account:
    """The channel as its connector sees it. Secrets that do not open are none: the network then asks to reconnect."""
    channel_id, organization_id = channel.id, channel.organization_id
    return Account(
        id=str(channel_id),
        remote_id=channel.remote_id,
        handle=channel.handle,
        server=channel.server,
        secrets=open_secrets(channel.secrets, organization_id, channel_id),
        limits=dict(channel.limits),
        store=lambda fresh: _store(channel_id, fresh),
        latest=lambda: _latest(channel_id),
        alone=lambda: _alone(channel_id),
    )


def _place(organization_id: uuid.UUID, channel_id: uuid.UUID) -> str:
    return f"channel:{organization_id}:{channel_id}"


def open_secrets(sealed: str, organization_id: uuid.UUID, channel_id: uuid.UUID) -> dict[str, str]:
    """What was sealed for this channel; nothing when there is none or it does not open."""
    if not sealed:
        return {}
    try:
        found = json.loads(vault().open(sealed, _place(organization_id, channel_id)))
    except Sealed:
        return {}
    return {str(name): str(value) for name, value in found.items()}


def put_secrets(channel: Channel, fresh: Mapping[str, str]) -> None:
    """Merge new secrets into a channel of the current transaction; empty values leave the old ones."""
    kept = open_secrets(channel.secrets, channel.organization_id, channel.id)
    channel.secrets = _seal(channel, {**kept, **{name: value for name, value in fresh.items() if value}})


def _seal(channel: Channel, secrets: Mapping[str, str]) -> str:
    text = json.dumps(dict(secrets), sort_keys=True, separators=(",", ":"))
    return vault().seal(text, _place(channel.organization_id, channel.id)) if secrets else ""


def _store(channel_id: uuid.UUID, fresh: Mapping[str, str]) -> None:
    """Keep refreshed secrets now, whatever becomes of the send that asked for them."""
    with db.keep() as own:
        query = sa.select(Channel).where(Channel.id == channel_id).execution_options(populate_existing=True)
        channel = own.scalars(query if db.is_sqlite() else query.with_for_update(of=Channel)).one_or_none()
        if channel is not None:
            put_secrets(channel, fresh)


def _latest(channel_id: uuid.UUID) -> dict[str, str]:
    """The secrets as they are stored now: another process may have renewed them."""
    with db.keep() as own:
        row = own.execute(
            sa.select(Channel.secrets, Channel.organization_id).where(Channel.id == channel_id)
        ).one_or_none()
    return open_secrets(row.secrets, row.organization_id, channel_id) if row else {}


@contextmanager
def _alone(channel_id: uuid.UUID) -> Iterator[None]:
    """One process at a time renews a channel's tokens; a holder that died is waited out."""
    name, owner, began = f"channel:{channel_id}", uuid.uuid4().hex, time.monotonic()
    while not _lease(name, owner, _ALONE_SECONDS):
        if time.monotonic() - began > _PATIENCE:
            raise NetworkError(N_("The channel is busy renewing its sign-in."), Remedy.RETRY, code="busy")
        time.sleep(0.05)
    try:
        yield
    finally:
        _lease(name, owner, -1)


def _lease(name: str, owner: str, seconds: float) -> bool:
    with db.keep() as own:
        return leases.take(name, owner, seconds, times.now(), own)


def reseal() -> int:
    """Seal every secret with the newest key (after a rotation); answers how many. The caller commits."""
    channels = session.scalars(sa.select(Channel).where(Channel.secrets != "")).all()
    resealed = 0
    for channel in channels:
        secrets = open_secrets(channel.secrets, channel.organization_id, channel.id)
        if secrets:
            channel.secrets = _seal(channel, secrets)
            resealed += 1
    return resealed

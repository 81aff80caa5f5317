"""A hint came: when it is the server's own word about something newer, the poller looks soon. That is all."""

import json
from datetime import timedelta

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec

from webapp import times
from webapp.channels.models import Channel
from webapp.db import session
from webapp.errors import NotFound
from webapp.inbox.fetching import polling
from webapp.vault import vault

from . import reading
from .models import ChannelHint
from .opening import digest, origin, place

APART = timedelta(seconds=10)
"""However many hints come, a channel is asked no more often because of them."""


def heard(token: str, header: str, body: bytes) -> bool:
    """Answers whether the poller looks because of it. Raises NotFound for an address that is none, Refused."""
    where = (ChannelHint.token_hash == digest(token), Channel.removed_at.is_(None))
    query = sa.select(ChannelHint).join(Channel, Channel.id == ChannelHint.channel_id).where(*where)
    row = session.scalars(query).unique().first()
    if row is None:
        raise NotFound
    reading.verify(header, row.server_key, origin(), times.now().timestamp())
    kept = json.loads(vault().open(row.keys, place(row)))
    private = ec.derive_private_key(int.from_bytes(reading.unpacked(kept["private"]), "big"), ec.SECP256R1())
    number = reading.opened(body, private, reading.unpacked(kept["auth"]))
    if number <= row.last_id:
        return False
    row.last_id, now, before = number, times.now(), row.hurried_at
    if before is None or before <= now:
        row.hurried_at = max(now, before + APART) if before else now
    polling.hurry(row.channel_id, row.hurried_at)
    return True

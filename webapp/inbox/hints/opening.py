"""Asking servers to tell us: once for each channel that can, made anew every day, only where they can reach us.

Every subscription has its own address and keys; what is sent to the one before is nobody's any more. The network is
called with no transaction open, so this job commits by itself.
"""

import hashlib
import json
import secrets
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

import sqlalchemy as sa
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from webapp import db, links, logs, times
from webapp.channels.account import account
from webapp.channels.models import Channel
from webapp.db import session
from webapp.events import Event
from webapp.networks import NETWORKS, network
from webapp.networks.base import Account, NetworkError, Remedy
from webapp.networks.hinting import Ear, Hinting
from webapp.vault import vault

from .models import ChannelHint
from .reading import packed

EVERY, AGAIN, NEVER = timedelta(days=1), timedelta(hours=1), timedelta(days=7)
"""When a subscription is made anew, one that failed is tried again, and a server that cannot is asked again."""
BATCH, PATIENCE = 20, 20.0


@dataclass(frozen=True)
class Wish:
    """A channel that may be told of, with everything that the call needs."""

    hint_id: uuid.UUID
    network: str
    account: Account
    token: str = field(repr=False)
    private: str = field(repr=False)
    ear: Ear


def origin() -> str:
    """Where servers reach us, such as `https://nod.example`; nothing where they cannot."""
    base = urlsplit(links.url(""))
    return f"https://{base.netloc}" if base.scheme == "https" and reachable() else ""


def reachable() -> bool:
    """Whether others can mean us by our address: a name of the world, or an address of it."""
    host = urlsplit(links.url("")).hostname or ""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".localhost", ".internal", ".home.arpa"))


def listen_due() -> int:
    """Subscribe, or do so anew, where it is time; answers how many calls were made."""
    here, began, done = origin(), time.monotonic(), 0
    if not here:
        return 0
    _enlist()
    for wish in _claim(times.now()):
        if time.monotonic() - began > PATIENCE:
            break
        _settle(wish, _ask(wish))
        done += 1
    return done


def _able() -> list[str]:
    return [key for key, each in NETWORKS.items() if isinstance(each, Hinting)]


def _enlist() -> None:
    """A row for each channel that has none yet."""
    has = sa.exists().where(ChannelHint.channel_id == Channel.id)
    live = (Channel.network.in_(_able()), Channel.removed_at.is_(None), Channel.health == "connected")
    new = sa.select(Channel.id, Channel.organization_id).where(*live, ~has).limit(500)
    for row in session.execute(new).all():
        values = {"organization_id": row.organization_id, "channel_id": row.id, "next_at": times.now()}
        session.execute(
            db.insert_ignoring(ChannelHint, id=db.new_id(), keys="", server_key="", code="", last_id=0, **values)
        )
    db.release()


def _claim(now: datetime) -> list[Wish]:
    live = sa.select(Channel.id).where(Channel.removed_at.is_(None), Channel.health == "connected")
    where = [ChannelHint.next_at <= now, ChannelHint.channel_id.in_(live)]
    taken = db.claim(ChannelHint, where, ChannelHint.next_at, BATCH, next_at=now + AGAIN)
    wishes = [_wish(row) for row in taken]
    db.release()
    return wishes


def _wish(row: ChannelHint) -> Wish:
    channel = session.get_one(Channel, row.channel_id)
    token, private, auth = secrets.token_urlsafe(32), ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(16)
    point = private.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    number = private.private_numbers().private_value.to_bytes(32, "big")
    ear = Ear(f"{origin()}/hints/{token}", packed(point), packed(auth))
    return Wish(row.id, channel.network, account(channel), token, packed(number), ear)


def _ask(wish: Wish) -> str | NetworkError:
    there = network(wish.network)
    assert isinstance(there, Hinting)
    try:
        return there.listen(wish.account, wish.ear)
    except NetworkError as error:
        return error
    except Exception as defect:
        logs.error("hints", defect, hint=wish.hint_id)
        return NetworkError("", Remedy.RETRY, code="crashed")
    finally:
        session.remove()


def _settle(wish: Wish, outcome: str | NetworkError) -> None:
    """What goes wrong here is nobody's trouble: the channel is asked as before."""
    row, now = session.get_one(ChannelHint, wish.hint_id), times.now()
    if isinstance(outcome, NetworkError):
        row.code = outcome.code or outcome.remedy.value
        row.next_at = now + (NEVER if outcome.remedy is Remedy.GIVE_UP else AGAIN)
    else:
        row.token_hash, row.server_key, row.code = digest(wish.token), outcome, ""
        row.keys = vault().seal(json.dumps({"private": wish.private, "auth": wish.ear.auth}), place(row))
        row.next_at = now + EVERY
    db.commit()
    session.expunge_all()


def on_event(event: Event) -> None:
    """Who connected a channel again gave us another token, perhaps with more rights: its server is asked soon."""
    if event.kind in ("channel.connected", "channel.reconnected"):
        mine = sa.update(ChannelHint).where(ChannelHint.channel_id == event.subject_id)
        session.execute(mine.values(next_at=times.now(), code=""))


def anew() -> None:
    """After a rotation of keys nothing that was sealed is read any more: every subscription is made anew soon."""
    session.execute(sa.update(ChannelHint).values(token_hash=None, keys="", next_at=times.now()))


def digest(token: str) -> str:
    """What is kept of an address."""
    return hashlib.sha256(token.encode()).hexdigest()


def place(row: ChannelHint) -> str:
    """What the sealed keys belong to."""
    return f"hint:{row.id}"

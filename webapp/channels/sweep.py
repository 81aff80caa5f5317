"""A harmless look at every channel now and then, so that trouble is found before a post fails on it.

The database is left alone while the network is asked; each channel is settled in a transaction of its own.
"""

from datetime import timedelta

from webapp import db, times
from webapp.db import session
from webapp.networks.base import NetworkError, Profile, Remedy

from . import health, queries
from .account import account
from .models import Channel

EVERY = timedelta(hours=6)
BATCH = 20


def check_due() -> int:
    """Look at the channels whose last look is old; answers how many were looked at."""
    channels = queries.to_check(times.now() - EVERY, BATCH)
    for channel in channels:
        check(channel)
    return len(channels)


def check(channel: Channel) -> bool:
    """Look at one channel and note what was found; answers whether it is well. Ends the transaction it is called in."""
    seen, key = account(channel), channel.network
    db.release()
    found = _look(key, seen)
    db.lock(channel)
    if isinstance(found, Profile) and found.remote_id == channel.remote_id:
        health.connected(channel, found)
    else:
        channel.checked_at = times.now()
        if isinstance(found, NetworkError) and found.remedy is Remedy.RECONNECT:
            health.broken(channel, found.message, found.params)
    session.flush()
    db.release()
    return channel.health == "connected"


def _look(key: str, seen: health.Account) -> Profile | NetworkError:
    """The account, or the error; "reconnect" only when two looks in a row say so."""
    try:
        return health.look(key, seen)
    except NetworkError as error:
        if error.remedy is not Remedy.RECONNECT:
            return error
        return health.lost(key, seen) or NetworkError(error.message, Remedy.RETRY, params=error.params)

"""What `/readyz` asks and `/metrics` counts. Each check is quick, and a failing one never hides another."""

from collections.abc import Callable

import redis
import sqlalchemy as sa
from redis.backoff import NoBackoff
from redis.retry import Retry

from webapp import db
from webapp.channels.models import Channel
from webapp.config import Config
from webapp.events import Pending
from webapp.posts.models import Post
from webapp.publishing.models import Delivery

from . import heartbeat

Gauge = tuple[str, str, sa.Select[str, int]]


def checks(config: Config) -> dict[str, Callable[[], bool]]:
    """Name -> whether it works now: database, Redis, and a clock and a relay heard from in the last ten seconds."""
    client = redis.Redis.from_url(
        config.redis_url, socket_connect_timeout=1, socket_timeout=1, retry=Retry(NoBackoff(), 0)
    )
    return {
        "database": _database,
        "redis": lambda: bool(client.ping()),
        "clock": lambda: heartbeat.heard("clock"),
        "relay": lambda: heartbeat.heard("relay"),
    }


def _database() -> bool:
    with db.engine().connect() as connection:
        return connection.execute(sa.select(1)).scalar() == 1


def gauges() -> dict[str, Gauge]:
    """Name -> what it counts in words, its label, and the query: label value and count."""
    pending = sa.case((Pending.sealed, "sealed"), else_="new")
    return {
        "nod_deliveries": ("Deliveries by state", "state", _by(Delivery.state)),
        "nod_posts": ("Posts by state", "state", _by(Post.state)),
        "nod_channels": ("Connected channels by health", "health", _by(Channel.health, Channel.removed_at.is_(None))),
        "nod_pending_events": ("Events the relay has not finished with", "step", _by(pending)),
    }


def _by(
    label: sa.ColumnElement[str] | sa.orm.InstrumentedAttribute[str], *where: sa.ColumnElement[bool]
) -> sa.Select[str, int]:
    return sa.select(label, sa.func.count()).where(*where).group_by(label)

"""How often: limits in Redis, with a memory of the process when Redis is away."""

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits.storage import RedisStorage

from webapp.config import Config
from webapp.errors import TooMany
from webapp.i18n import _

from .actor import actor_or_none
from .app import SAFE


class Counts(RedisStorage):
    """Where the limits are counted, by Redis' own client: the library would load Valkey's beside it, for nothing."""

    STORAGE_SCHEME = ["redis", "rediss", "redis+unix"]
    DEPENDENCIES = {"redis": None}


def _who() -> str:
    person = actor_or_none()
    return str(person.id) if person else get_remote_address()


def refuse(_limit: object) -> None:
    """The person's own words for 429."""
    raise TooMany(_("That was very often in a short time. Wait a minute and try again."))


limiter = Limiter(
    _who,
    in_memory_fallback_enabled=True,
    swallow_errors=True,
    default_limits=["240/minute"],
    default_limits_exempt_when=lambda: request.method in SAFE,
    on_breach=refuse,
    strategy="fixed-window",
    headers_enabled=False,
)


def init(app: Flask, config: Config) -> None:
    """Writes are limited by person (strangers by address); sign-in has limits of its own."""
    app.config["RATELIMIT_STORAGE_URI"] = _storage(config)
    app.config["RATELIMIT_IN_MEMORY_FALLBACK"] = ["240/minute"]
    limiter.init_app(app)


def _storage(config: Config) -> str:
    if config.testing:
        return "memory://"
    return config.redis_url.replace("unix://", "redis+unix://", 1)

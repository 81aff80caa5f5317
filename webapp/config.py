"""The one place that reads the environment: everything else receives a frozen Config.

Every variable is documented in the table of the README. A value that cannot work stops start-up with one
sentence that says what to set (`ConfigError`).
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

CONTACT = re.compile(r"mailto:[^@\s<>]{1,64}@[\w-]+(\.[\w-]+)+|https://[\w-]+(\.[\w-]+)+", re.ASCII)
SERVICE = re.compile(r"(\*\.)?[a-z0-9.-]+(:[0-9]{1,5})?", re.ASCII)
PUSH_SERVICES = (
    "fcm.googleapis.com",
    "jmt17.google.com",
    "android.googleapis.com",
    "*.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)
"""Hosts of the push services of the known browsers; `*.` stands for any name below."""


class ConfigError(Exception):
    """A setting that cannot work. The message is one sentence for the person who starts Nod."""


@dataclass(frozen=True)
class Mail:
    """Where mail goes. Without a host it is written as files under `var/mail/`."""

    host: str = ""
    port: int = 587
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = True
    sender: str = "Nod <nod@localhost>"


@dataclass(frozen=True)
class Config:
    """Frozen settings of one installation. Paths are absolute; `base_url` has no trailing slash."""

    data: Path
    database_url: str
    redis_url: str
    base_url: str
    port: int = 8000
    demo: bool = True
    mail: Mail = Mail()
    metrics_token: str = field(default="", repr=False)
    proxies: int = 0
    private_hosts: frozenset[str] = frozenset()
    owner_database_url: str = field(default="", repr=False)
    keys: str = field(default="", repr=False)
    vapid_key: str = field(default="", repr=False)
    push_contact: str = ""
    push_services: tuple[str, ...] = PUSH_SERVICES
    web_workers: int = 2
    web_threads: int = 8
    job_workers: int = 1
    locales: tuple[str, ...] = ("en", "pl")
    testing: bool = False

    @property
    def https(self) -> bool:
        """Whether people reach Nod over https (decides Strict-Transport-Security, not the cookie names)."""
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        """Host and port that people type, as in the Host header."""
        return urlsplit(self.base_url).netloc

    @property
    def media(self) -> Path:
        """Folder of uploaded files and their renditions."""
        return self.data / "media"


def _number(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    raw = env.get(name, "").strip()
    if not raw:
        return default
    if not raw.isascii() or not raw.isdigit() or not low <= int(raw) <= high:
        raise ConfigError(f"{name} must be a number from {low} to {high}; it is {raw!r}.")
    return int(raw)


def _switch(env: Mapping[str, str], name: str, default: bool) -> bool:
    raw = env.get(name, "").strip().lower()
    if raw in ("", "0", "1", "no", "yes", "false", "true"):
        return default if raw == "" else raw in ("1", "yes", "true")
    raise ConfigError(f"{name} must be 0 or 1; it is {raw!r}.")


def _base_url(env: Mapping[str, str], port: int) -> str:
    raw = env.get("NOD_BASE_URL", "").strip().rstrip("/") or f"http://localhost:{port}"
    parts = urlsplit(raw)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query:
        raise ConfigError(f"NOD_BASE_URL must look like https://nod.example; it is {raw!r}.")
    return raw


def _database_url(env: Mapping[str, str], data: Path) -> str:
    raw = env.get("DATABASE_URL", "").strip() or f"sqlite:///{data / 'nod.db'}"
    if raw.startswith("postgres://"):
        raw = "postgresql://" + raw.removeprefix("postgres://")
    if not raw.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ConfigError("DATABASE_URL must begin with postgresql:// or sqlite:///.")
    return raw


def _mail(env: Mapping[str, str]) -> Mail:
    return Mail(
        host=env.get("SMTP_HOST", ""),
        port=_number(env, "SMTP_PORT", 587, 1, 65535),
        user=env.get("SMTP_USER", ""),
        password=env.get("SMTP_PASSWORD", ""),
        tls=_switch(env, "SMTP_TLS", True),
        sender=env.get("SMTP_FROM", "Nod <nod@localhost>"),
    )


def _push_contact(env: Mapping[str, str]) -> str:
    raw = env.get("NOD_PUSH_CONTACT", "").strip()
    if raw and (not CONTACT.fullmatch(raw) or "localhost" in raw):
        raise ConfigError(
            f"NOD_PUSH_CONTACT must be like mailto:web@nod.example or https://nod.example; it is {raw!r}."
        )
    return raw


def _push_services(env: Mapping[str, str]) -> tuple[str, ...]:
    """The known services, or those that are listed; a list that begins with + adds to the known ones."""
    raw = env.get("NOD_PUSH_SERVICES", "").lower().strip()
    listed = tuple(raw.removeprefix("+").split())
    if any(not SERVICE.fullmatch(name) for name in listed):
        raise ConfigError(
            f"NOD_PUSH_SERVICES must be host names, such as push.example or *.push.example; it is {raw!r}."
        )
    return (*PUSH_SERVICES, *listed) if raw.startswith("+") or not raw else listed


def from_environment(env: Mapping[str, str] = os.environ) -> Config:
    """Read the settings. Raises ConfigError with a sentence to show."""
    data = Path(env.get("NOD_DATA", "") or "var").resolve()
    port = _number(env, "PORT", 8000, 1, 65535)
    return Config(
        data=data,
        database_url=_database_url(env, data),
        redis_url=env.get("REDIS_URL", "").strip() or f"unix://{data / 'redis' / 'valkey.sock'}",
        base_url=_base_url(env, port),
        port=port,
        demo=_switch(env, "NOD_DEMO", True),
        mail=_mail(env),
        metrics_token=env.get("NOD_METRICS_TOKEN", ""),
        proxies=_number(env, "NOD_PROXIES", 0, 0, 5),
        private_hosts=frozenset(env.get("NOD_PRIVATE_HOSTS", "").lower().split()),
        owner_database_url=env.get("NOD_OWNER_DATABASE_URL", ""),
        keys=env.get("NOD_KEYS", ""),
        vapid_key=env.get("NOD_VAPID_KEY", "").strip(),
        push_contact=_push_contact(env),
        push_services=_push_services(env),
        web_workers=_number(env, "NOD_WEB_WORKERS", 2, 1, 64),
        web_threads=_number(env, "NOD_WEB_THREADS", 8, 1, 64),
        job_workers=_number(env, "NOD_JOB_WORKERS", 1, 1, 64),
    )

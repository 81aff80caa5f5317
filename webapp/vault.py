"""Keys of the installation, and secrets at rest.

Keys live in `var/keys/` (0600, made on first start) or come from NOD_KEYS. A secret is sealed with AES-256-GCM,
bound to where it lies (organization and row), so that a ciphertext moved to another row does not open. Several
master keys may exist: the newest seals, all open; `nod rotate-keys` adds one and seals everything again.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .config import Config, ConfigError


class Sealed(Exception):
    """A secret does not open: moved, changed, or its key is missing."""


@dataclass(frozen=True)
class Vault:
    """Master keys, oldest first: id -> 32 bytes."""

    keys: dict[str, bytes] = field(repr=False)

    @property
    def newest(self) -> str:
        return list(self.keys)[-1]

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose, from the oldest master key (stable over rotations)."""
        first = next(iter(self.keys.values()))
        return hmac.new(first, purpose.encode(), hashlib.sha256).digest()

    def seal(self, text: str, place: str) -> str:
        """Encrypt for one place, such as `channel:<organization>:<id>`."""
        nonce = secrets.token_bytes(12)
        body = AESGCM(self.keys[self.newest]).encrypt(nonce, text.encode(), place.encode())
        return f"{self.newest}.{base64.urlsafe_b64encode(nonce + body).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """Decrypt what `seal` made for this place. Raises Sealed."""
        name, _, body = sealed.partition(".")
        try:
            raw = base64.urlsafe_b64decode(body)
            return AESGCM(self.keys[name]).decrypt(raw[:12], raw[12:], place.encode()).decode()
        except (KeyError, InvalidTag, ValueError):
            raise Sealed(place.split(":")[0]) from None


_vault: list[Vault] = []


def vault() -> Vault:
    """The vault of this process, after `load`."""
    return _vault[-1]


def path(config: Config) -> Path:
    """The file that holds the master keys when NOD_KEYS does not."""
    return config.data / "keys" / "master.json"


def load(config: Config) -> Vault:
    """Read the keys, making the first one on a fresh installation. Raises ConfigError with a sentence."""
    if config.keys:
        found = _from_text(config.keys, "NOD_KEYS")
    elif path(config).exists():
        found = _from_text(path(config).read_text(), str(path(config).name))
    else:
        found = {"k1": secrets.token_bytes(32)}
        found = _write_first(config, found)
    _vault[:] = [Vault(found)]
    return _vault[-1]


def _from_text(text: str, where: str) -> dict[str, bytes]:
    try:
        keys = {name: base64.b64decode(value) for name, value in json.loads(text).items()}
    except (ValueError, AttributeError, TypeError):
        keys = {}
    if not keys or any(len(value) != 32 for value in keys.values()):
        raise ConfigError(f"{where} does not hold usable keys; restore it from a backup.")
    return keys


def write(config: Config, keys: dict[str, bytes]) -> None:
    """Replace the key file in one step, readable by its owner only."""
    target = path(config)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    spare = target.with_suffix(f".{os.getpid()}")
    descriptor = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump({name: base64.b64encode(value).decode() for name, value in keys.items()}, out)
    spare.replace(target)


def _write_first(config: Config, keys: dict[str, bytes]) -> dict[str, bytes]:
    """Make the first key; when two processes start at once, both end with the same one."""
    target = path(config)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    spare = target.with_suffix(f".{os.getpid()}.first")
    descriptor = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump({name: base64.b64encode(value).decode() for name, value in keys.items()}, out)
    try:
        os.link(spare, target)
    except FileExistsError:
        keys = _from_text(target.read_text(), target.name)
    spare.unlink()
    return keys


def fingerprint(text: str, purpose: str) -> str:
    """A keyed hash of a random token, for looking it up without storing it."""
    return hmac.new(vault().derive(purpose), text.encode(), hashlib.sha256).hexdigest()

"""Who we are to push services (VAPID, RFC 8292): one key pair of the installation, and the header that proves it.

The key lies in `var/keys/vapid.pem` (0600, made on first start) or comes from NOD_VAPID_KEY. Browsers bind a
subscription to its public half: whoever loses the key has to ask everybody to turn notifications on again. The header
is signed once for each push service and used for hours.
"""

import base64
import binascii
import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from webapp.config import CONTACT, Config, ConfigError

LIFE = 12 * 3600
"""Seconds a header is good for; services refuse more than 24 hours."""
RENEW = 3600
"""Seconds before its end at which a new one is made."""
NOBODY = "mailto:operator@nod.example"
"""Who answers for us while nobody said: a form that every service takes. `nod doctor` asks for better."""


@dataclass
class Signer:
    """The key pair, who answers for us, and the headers that were made."""

    private: ec.EllipticCurvePrivateKey = field(repr=False)
    contact: str
    made: dict[str, tuple[str, float]] = field(default_factory=dict, repr=False)

    @property
    def public(self) -> str:
        """The public half as browsers want it: an uncompressed point in base64url."""
        point = self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return base64.urlsafe_b64encode(point).rstrip(b"=").decode()

    def header(self, origin: str) -> str:
        """The Authorization header for a push service, such as `https://push.example`."""
        header, until = self.made.get(origin, ("", 0.0))
        if until - time.time() < RENEW:
            until = int(time.time()) + LIFE
            claims = {"aud": origin, "exp": until, "sub": self.contact}
            header = Vapid02(self.private).sign(claims)["Authorization"]
            self.made[origin] = (header, until)
        return header


_signer: list[Signer] = []


def signer() -> Signer:
    """The signer of this process, after `configure`."""
    return _signer[-1]


def public_key() -> str:
    """What pages give to `pushManager.subscribe`."""
    return signer().public


def configure(config: Config) -> None:
    """Read the key, making it on a fresh installation. Raises ConfigError with a sentence."""
    _signer[:] = [Signer(load(config), contact(config))]


def path(config: Config) -> Path:
    """The file that holds the key when NOD_VAPID_KEY does not."""
    return config.data / "keys" / "vapid.pem"


def contact(config: Config) -> str:
    """Who answers for us: as set, else our https address, else the sender of our mail; never anybody at localhost."""
    mail = config.mail.sender.rpartition("<")[2].rstrip("> ")
    choices = (config.push_contact, f"https://{urlsplit(config.base_url).hostname}" if config.https else "")
    named = (*choices, f"mailto:{mail}")
    return next((each for each in named if CONTACT.fullmatch(each) and "localhost" not in each), NOBODY)


def load(config: Config) -> ec.EllipticCurvePrivateKey:
    """The private key. Raises ConfigError."""
    if config.vapid_key:
        return _from_text(config.vapid_key)
    target = path(config)
    if not target.exists():
        _make(target)
    return _from_pem(target.read_bytes(), target.name)


def _from_text(text: str) -> ec.EllipticCurvePrivateKey:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        if len(raw) != 32:
            raise ValueError
        return ec.derive_private_key(int.from_bytes(raw), ec.SECP256R1())
    except (ValueError, binascii.Error):
        raise ConfigError("NOD_VAPID_KEY must be the 32 bytes of a P-256 private key in base64url.") from None


def _from_pem(pem: bytes, where: str) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(pem, None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise ConfigError(f"{where} does not hold a usable key; restore it from a backup.")
    return key


def _make(target: Path) -> None:
    """Make the first key; when two processes start at once, both end with the same one."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    spare = target.with_suffix(f".{os.getpid()}.first")
    descriptor = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(pem)
    with suppress(FileExistsError):
        os.link(spare, target)
    spare.unlink()

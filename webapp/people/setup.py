"""The first visit of a fresh installation: a one-time token from the terminal, then the organization.

The token lies in `<data>/setup-token`, readable by its owner only, and never in a log. It is spent as soon as an
organization exists.
"""

import hmac
import os
import secrets
from datetime import timedelta

import sqlalchemy as sa

from webapp import events, leases, times
from webapp.config import Config
from webapp.db import session
from webapp.errors import Conflict, Invalid
from webapp.i18n import _
from webapp.vault import fingerprint

from . import organizations, tries
from .models import Organization, Person

LIMIT: tries.Limit = (20, timedelta(minutes=15))


def needed() -> bool:
    """Whether nobody has set up an organization yet."""
    return session.scalar(sa.select(Organization.id).limit(1)) is None


def token(config: Config) -> str:
    """The token of this installation, made when there is none yet."""
    path = config.data / "setup-token"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    fresh = secrets.token_urlsafe(24)
    with os.fdopen(descriptor, "w") as out:
        out.write(fresh + "\n")
    return fresh


def holds(config: Config, given: str) -> bool:
    """Whether this is the token. Raises TooMany after twenty tries in a quarter of an hour."""
    tries.spend("setup", LIMIT)
    path = config.data / "setup-token"
    if not path.exists():
        return False
    kept = fingerprint(path.read_text().strip(), "setup")
    return hmac.compare_digest(fingerprint(given.strip(), "setup"), kept)


def carry_out(
    config: Config, given: str, *, name: str, person_name: str, email: str, zone: str, language: str
) -> Person:
    """Make the organization and its administrator. Raises Invalid for a wrong token, Conflict when it exists."""
    if not holds(config, given):
        raise Invalid(fields={"token": _("That is not the token. It is in the terminal where Nod was started.")})
    alone = leases.take("set-up", secrets.token_hex(8), 60, times.now())
    if not alone or not needed():
        raise Conflict(_("This installation is set up. Sign in."))
    organization = organizations.create(name, zone=zone, language=language)
    person = organizations.person_for(email, person_name, language=language, zone=zone)
    top = organizations.root_of(organization.id)
    member = organizations.add_member(organization.id, person, "administrator", top, by=None)
    member.joined_at = times.now()
    events.record("organization.set_up", organization, by=person)
    return person


def forget_token(config: Config) -> None:
    """Remove the file once an organization exists."""
    (config.data / "setup-token").unlink(missing_ok=True)

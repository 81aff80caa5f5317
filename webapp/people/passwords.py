"""Passwords, for those who want one: argon2, at least twelve characters, never required."""

from datetime import timedelta

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from webapp import events
from webapp.db import session
from webapp.errors import Invalid
from webapp.i18n import _

from . import tries
from .models import Person
from .permissions import Actor

SHORTEST, LONGEST = 12, 200
LIMIT: tries.Limit = (10, timedelta(minutes=15))
_hasher = PasswordHasher()
# A hash nobody's password has, so that unknown addresses take as long as known ones.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$4z4l+++MsOYHh/4twBdSsQ$eqAdVRSqQPLovb0XNaNgsSwjwn/48KdgjqPuGV5v1lk"


def set_password(person: Person, password: str, by: Actor) -> None:
    """Choose a password. Raises Invalid when it is too short or too plain."""
    problem = weakness(password, person)
    if problem:
        raise Invalid(fields={"password": problem})
    person.password_hash = _hasher.hash(password)
    events.record("person.password_set", person, by=by, organization_id=by.organization_id)


def remove_password(person: Person, by: Actor) -> None:
    """Go back to codes and passkeys."""
    if person.password_hash:
        person.password_hash = ""
        events.record("person.password_removed", person, by=by, organization_id=by.organization_id)


def weakness(password: str, person: Person) -> str:
    """Why a password is refused (a sentence), or nothing. Length counts, not signs (NIST SP 800-63B, 3.1.1.2)."""
    plain = password.casefold()
    if len(password) < SHORTEST:
        return _("Use at least twelve characters. A sentence is good.")
    if len(set(plain)) < 5 or plain in (person.email, person.name.casefold()):
        return _("This one is easy to guess. Choose another.")
    return ""


def check(email: str, password: str) -> Person | None:
    """The person with this address and password. Raises TooMany after ten tries in a quarter of an hour."""
    email = email.strip().lower()
    tries.spend(f"password:{email}", LIMIT)
    person = session.scalars(sa.select(Person).where(Person.email == email)).first()
    stored = person.password_hash if person and person.password_hash else _NOBODY
    if not _matches(stored, password) or person is None or not person.password_hash:
        return None
    if _hasher.check_needs_rehash(person.password_hash):
        person.password_hash = _hasher.hash(password)
    return person


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False

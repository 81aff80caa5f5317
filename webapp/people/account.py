"""What people change about themselves. Names and addresses are personal text: the trail says which, not what."""

import uuid
from typing import Any

import sqlalchemy as sa

from webapp import events
from webapp.db import session
from webapp.errors import Forbidden, Invalid
from webapp.i18n import _

from . import codes
from .models import Membership, Person, SignIn
from .permissions import Actor

FIELDS = ("name", "language", "zone", "theme", "shortcuts")


def change(person: Person, by: Actor, **values: Any) -> bool:
    """Change name, language, zone, look or shortcuts; answers whether anything was."""
    changed = [name for name in FIELDS if name in values and values[name] != getattr(person, name)]
    for name in changed:
        setattr(person, name, values[name])
    if changed:
        events.record("person.changed", person, by=by, organization_id=by.organization_id, fields=changed)
    return bool(changed)


def email_purpose(person: Person) -> str:
    """What a code for a new address is good for: this person's move there and nothing else."""
    return f"email:{person.id}"


def free_address(email: str) -> bool:
    """Whether nobody has this address."""
    return session.scalar(sa.select(Person.id).where(Person.email == codes.address(email))) is None


def change_email(person: Person, email: str, by: Actor) -> str:
    """Move to an address whose code was right; answers the old one. Raises Invalid when it was taken meanwhile."""
    email, old = codes.address(email), person.email
    if not free_address(email):
        raise Invalid(fields={"email": _("This address cannot be used.")})
    person.email = email
    events.record("person.email_changed", person, by=by, organization_id=by.organization_id)
    return old


def switch(row: SignIn, organization_id: uuid.UUID, by: Actor) -> None:
    """Act in another organization on this device. Raises Forbidden for one the person is no member of."""
    member = session.scalar(
        sa.select(Membership.id).where(
            Membership.person_id == by.id,
            Membership.organization_id == organization_id,
            Membership.deactivated_at.is_(None),
        )
    )
    if member is None:
        raise Forbidden(_("You are not a member there."))
    row.organization_id = organization_id
    events.record("session.switched", row, by=by)

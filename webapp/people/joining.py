"""Coming in: an invitation by mail, and the first sign-in that accepts it."""

import re
import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from webapp import events, times
from webapp.db import session
from webapp.errors import Forbidden, Invalid
from webapp.i18n import OFFERED, _, ngettext

from . import organizations, roles, sessions
from .models import Membership, Person, Region, Role, SignIn
from .permissions import Actor

MOST_AT_ONCE = 50
# What a mailbox can look like without being quoted (RFC 5321, 4.1.2), shorter than its limits.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")


def is_address(text: str) -> bool:
    """Whether mail could be sent there."""
    local = text.rpartition("@")[0]
    plain = len(text) <= 254 and bool(_ADDRESS.fullmatch(text))
    return plain and ".." not in text and not local.startswith(".") and not local.endswith(".")


def addresses(text: str) -> list[str]:
    """The addresses somebody typed, one a line or with commas between. Raises Invalid naming the first bad one."""
    found = list(dict.fromkeys(part.strip().lower() for part in re.split(r"[\s,;]+", text) if part.strip()))
    bad = next((part for part in found if not is_address(part)), None)
    if bad is not None:
        raise Invalid(fields={"emails": _("“%(text)s” is not an e-mail address.", text=bad[:80])})
    if not found:
        raise Invalid(fields={"emails": _("Type at least one e-mail address.")})
    if len(found) > MOST_AT_ONCE:
        sentence = ngettext(
            "Invite at most %(n)s person at once.", "Invite at most %(n)s people at once.", MOST_AT_ONCE
        )
        raise Invalid(fields={"emails": sentence})
    return found


def invite(
    emails: Sequence[str], name: str, role: Role, region: Region, by: Actor, title: str = ""
) -> list[Membership]:
    """Make members of these addresses with a role in a region. `name` is used when there is one address.

    A member already there gets the role added; somebody who was deactivated is let in again. Raises Forbidden beyond
    one's own reach.
    """
    if not roles.may_give(by, role.permissions, region):
        raise Forbidden(_("You can only give what you hold yourself in that region."))
    return [_invite_one(email, name if len(emails) == 1 else "", role, region, by, title) for email in emails]


def _invite_one(email: str, name: str, role: Role, region: Region, by: Actor, title: str) -> Membership:
    language = region.language if region.language in OFFERED else by.language
    person = organizations.person_for(email, name, language=language, zone=region.zone)
    member = organizations.member_for(by.organization_id, person, by=by, title=title, region=region)
    if member.deactivated_at is not None:
        member.deactivated_at = None
        events.record("member.reactivated", member, by=by, person=str(person.id))
    organizations.grant(member, role, region, by=by)
    return member


def pending(person: Person) -> list[Membership]:
    """Invitations this person has not taken up."""
    return list(
        session.scalars(
            sa.select(Membership).where(
                Membership.person_id == person.id,
                Membership.joined_at.is_(None),
                Membership.deactivated_at.is_(None),
            )
        )
    )


def may_enter(person: Person | None) -> bool:
    """Whether somebody is an active member anywhere."""
    return person is not None and home_of(person) is not None


def home_of(person: Person) -> uuid.UUID | None:
    """The organization a new sign-in acts in: the one used last, else the first joined. None: no active member."""
    last = (
        sa.select(SignIn.organization_id)
        .where(SignIn.person_id == person.id)
        .order_by(SignIn.seen_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    return session.scalar(
        sa.select(Membership.organization_id)
        .where(Membership.person_id == person.id, Membership.deactivated_at.is_(None))
        .order_by(sa.case((Membership.organization_id == last, 0), else_=1), Membership.invited_at)
        .limit(1)
    )


def enter(person: Person, device: str, address: str, old: SignIn | None = None) -> tuple[str, bool]:
    """Sign a person in on a device; answers the token for its cookie, and whether they come for the first time.

    `old` is the session the device had: the same person's is renewed, somebody else's ends.
    """
    waiting = pending(person)
    for member in waiting:
        member.joined_at = times.now()
        events.record("member.joined", member, by=sessions.actor_of(member), person=str(person.id))
    if old is not None and old.person_id == person.id:
        events.record("session.renewed", old, by=person)
        return sessions.rotate(old), bool(waiting)
    if old is not None:
        sessions.end(old, person)
    organization_id = waiting[-1].organization_id if waiting else home_of(person)
    return sessions.start(person, organization_id, device, address), bool(waiting)


def person_at(email: str) -> Person | None:
    """Who has this address."""
    return session.scalars(sa.select(Person).where(Person.email == email.strip().lower())).first()


def retitle(member: Membership, title: str, by: Actor) -> None:
    """Say what a member does in the organization."""
    if member.title != title:
        member.title = title
        events.record("member.changed", member, by=by, person=str(member.person_id), fields=["title"])

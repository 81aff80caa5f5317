"""A version was sent for approval: who outside is asked about it, from the version before and from the workflow.

Each version needs an invitation of its own: the link to the one before shows the one before, and says so.
"""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from webapp import db, times
from webapp.approvals.models import Submission
from webapp.approvals.workflows import stages
from webapp.approvals.workflows.stages import Stage
from webapp.db import new_id, session
from webapp.i18n import OFFERED
from webapp.people.models import Membership, Person

from . import calling
from .models import Guest, Invitation

DAYS = 7
"""How long a link works unless somebody says otherwise."""


def follow(made: Submission) -> None:
    """Invite to a new version whom its stages name, and whoever was invited to the version before."""
    path = stages.of(made)
    named = [address for stage in path for who in (*stage.who, *stage.among) for address in who.addresses]
    before = _before(made)
    for each in before:
        there = invite(each.guest, made, each.days, each.person_id, path)
        if each.mailed_at is not None and there.mailed_at is None:
            there.kind = "version"
    known = {each.guest.email for each in before}
    for guest in _named([address for address in dict.fromkeys(named) if address not in known], made):
        invite(guest, made, DAYS, None, path)


def widen(made: Submission) -> None:
    """It goes along other stages than before: whom they name is asked too, and whoever was only shown it and is asked
    now is mailed so. Who was sent away from this version stays away."""
    path = stages.of(made)
    named = [address for stage in path for who in (*stage.who, *stage.among) for address in who.addresses]
    if not any(who.kind == "client" for stage in path for who in (*stage.who, *stage.among)):
        return
    here = sa.select(Invitation).where(Invitation.post_id == made.post_id, Invitation.revision_id == made.revision_id)
    there = session.scalars(here.order_by(Invitation.id)).unique().all()
    for each in there:
        if each.kind == "look" and each.revoked_at is None and is_asked(each.guest, path):
            invite(each.guest, made, each.days, None, path)
    known = {each.guest.email for each in there}
    for guest in _named([address for address in dict.fromkeys(named) if address not in known], made):
        invite(guest, made, DAYS, None, path)


def invite(guest: Guest, made: Submission, days: int, by: object, path: Sequence[Stage] = ()) -> Invitation:
    """Somebody may look at the version of a submission; what there is already is asked anew.

    The mail follows when their yes is waited for; when no stage waits for them, at once: to look, and say something.
    """
    there = session.scalars(
        sa.select(Invitation).where(Invitation.guest_id == guest.id, Invitation.revision_id == made.revision_id)
    ).first()
    if there is None:
        there = Invitation(
            id=new_id(),
            organization_id=made.organization_id,
            region_id=made.region_id,
            guest=guest,
            post_id=made.post_id,
            revision_id=made.revision_id,
            person_id=by,
            kind="ask",
            created_at=times.now(),
            tries=0,
        )
        session.add(there)
    there.days, there.asked_at, there.revoked_at = days, None, None
    if not is_asked(guest, path or stages.of(made)):
        there.asked_at = times.now()
        calling.due(there, "look")
    elif there.kind == "look":
        there.kind, there.due_at = "ask", None
    session.flush()
    return there


def is_asked(guest: Guest, path: Iterable[Stage]) -> bool:
    """Whether a stage waits, or will wait, for this guest."""
    whos = [who for stage in path for who in (*stage.who, *stage.among) if who.kind == "client"]
    return any(not who.what or guest.email in who.addresses for who in whos)


def _before(made: Submission) -> list[Invitation]:
    """The last invitation of each guest of the post who was not sent away; none when it is new."""
    query = sa.select(Invitation).where(Invitation.post_id == made.post_id).order_by(Invitation.id)
    last = {each.guest_id: each for each in session.scalars(query).unique()}
    return [each for each in last.values() if each.revoked_at is None and each.guest.erased_at is None]


def _named(addresses: Sequence[str], made: Submission) -> list[Guest]:
    """Guests at these addresses, but for those of members."""
    language = made.post.region.language if made.post.region.language in OFFERED else "en"
    found = [guest_at(address, made, language=language) for address in addresses]
    members = set(session.scalars(sa.select(Guest.id).where(Guest.id.in_([g.id for g in found]), is_member())))
    return [each for each in found if each.id not in members]


def is_member() -> sa.Exists:
    """A condition on `Guest`: the address is that of a member, who decides in Nod itself."""
    here = (Person.email == Guest.email, Membership.organization_id == Guest.organization_id)
    query = sa.select(Membership.id).join(Person, Person.id == Membership.person_id)
    return query.where(*here, Membership.deactivated_at.is_(None)).exists()


def guest_at(address: str, made: Submission, name: str = "", language: str = "en") -> Guest:
    """The guest of the company with this address; a new one goes by the first part of it until they say better."""
    mine = (Guest.organization_id == made.organization_id, Guest.email == address)
    plain = name or address.partition("@")[0]
    values = {"organization_id": made.organization_id, "email": address, "name": plain, "language": language}
    session.execute(db.insert_ignoring(Guest, id=new_id(), created_at=times.now(), **values))
    return session.scalars(sa.select(Guest).where(*mine)).one()

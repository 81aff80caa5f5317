"""What somebody who leaves was holding, and who takes it over.

Higher rooms put their own into `HANDOVERS`: drafts, channels, things that wait. The person's sessions in the
organization end at once.
"""

from collections.abc import Callable

import sqlalchemy as sa

from webapp import events, times
from webapp.db import session
from webapp.errors import Conflict, Invalid
from webapp.i18n import _

from . import governing, sessions
from .models import Membership
from .permissions import Actor

Handover = Callable[[Actor, Actor | None, Actor], int]
HANDOVERS: list[Handover] = []
"""Each: (who leaves, who takes over or None, who does it) -> how many things changed hands."""


def deactivate(member: Membership, to: Membership | None, by: Actor) -> int:
    """End a membership: hand over what they hold, sign out every device. Answers how many things changed hands.

    Raises Conflict for oneself and for the last administrator, Invalid when the receiver cannot take over.
    """
    if member.deactivated_at is not None:
        return 0
    if member.id == by.membership_id:
        raise Conflict(_("You cannot deactivate yourself. Ask another administrator."))
    if to is not None and (to.id == member.id or to.deactivated_at is not None):
        raise Invalid(fields={"to": _("Choose somebody who is active and stays.")})
    with governing.kept(member.organization_id):
        moved = _hand_over(member, to, by)
        member.deactivated_at = times.now()
    sessions.end_all(member.person_id, by, within=member.organization_id)
    events.record(
        "member.deactivated",
        member,
        by=by,
        person=str(member.person_id),
        to=str(to.person_id) if to else None,
        things=moved,
    )
    return moved


def _hand_over(member: Membership, to: Membership | None, by: Actor) -> int:
    leaver = sessions.actor_of(member)
    receiver = sessions.actor_of(to) if to else None
    return sum(hand(leaver, receiver, by) for hand in HANDOVERS)


def reactivate(member: Membership, by: Actor) -> None:
    """Let somebody back in, with the roles they had. They sign in anew."""
    if member.deactivated_at is not None:
        member.deactivated_at = None
        events.record("member.reactivated", member, by=by, person=str(member.person_id))


def could_take_over(member: Membership) -> list[Membership]:
    """Active colleagues to choose from, by name."""
    rows = session.scalars(
        sa.select(Membership).where(
            Membership.organization_id == member.organization_id,
            Membership.deactivated_at.is_(None),
            Membership.id != member.id,
        )
    )
    return sorted(rows, key=lambda other: (other.person.name.casefold(), other.id))

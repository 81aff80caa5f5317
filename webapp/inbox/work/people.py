"""Who could answer in a conversation, as the list of people shows it: their local time, and whether they work now."""

import uuid
from dataclasses import dataclass

from webapp import times, working
from webapp.i18n import _
from webapp.inbox.models import Conversation
from webapp.people.absence import covering
from webapp.people.hours import offices
from webapp.people.permissions import Actor

from . import assigning


@dataclass(frozen=True)
class Candidate:
    """One of them. `note`: their time and place; `on`: at work now; `away`: absent."""

    id: uuid.UUID
    name: str
    note: str
    on: bool
    away: bool


def candidates(conversation: Conversation, actor: Actor) -> list[Candidate]:
    """Those who may answer: the reader first, then who works now, those who are away last."""
    able = assigning.able(conversation)
    ids = [person.id for person in able]
    places, now = offices(conversation.organization_id, ids), times.now()
    gone = covering.covers(conversation.organization_id, fresh=False)
    found = []
    for person in able:
        office = places.get(person.id)
        time = _("%(time)s %(place)s", time=times.hour(now, person.zone), place=times.place(person.zone))
        on = office is not None and working.at_work([office.week], now)
        found.append(Candidate(person.id, person.name, time, on, person.id in gone))
    return sorted(found, key=lambda one: (one.id != actor.id, one.away, not one.on, one.name.casefold()))

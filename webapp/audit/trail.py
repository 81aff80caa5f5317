"""Reading the trail: what a person may see of it, filtered, newest first, a page at a time."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from webapp import times
from webapp.db import session
from webapp.events import Event, EventText
from webapp.people import reach
from webapp.people.models import Membership, Person
from webapp.people.permissions import Actor, Permission, scope

PAGE = 30
BATCH = 500


@dataclass(frozen=True)
class Filters:
    """What is asked for. `noun` is the first part of a kind; days are local days where the reader is, both included."""

    person: uuid.UUID | None = None
    noun: str = ""
    region: uuid.UUID | None = None
    subject: uuid.UUID | None = None
    first: date | None = None
    last: date | None = None

    def query(self) -> dict[str, str]:
        """As parameters of an address; what is not asked for is left out."""
        plain = {
            "person": self.person,
            "kind": self.noun,
            "region": self.region,
            "subject": self.subject,
            "from": self.first,
            "to": self.last,
        }
        return {name: str(value) for name, value in plain.items() if value}


def _uuid(text: str) -> uuid.UUID | None:
    try:
        found = uuid.UUID(text)
    except ValueError:
        return None
    return found if str(found) == text else None


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return found if date(2000, 1, 1) <= found < date(2100, 1, 1) else None


def filters(args: Mapping[str, str]) -> Filters:
    """From an address. What cannot be understood is not asked for."""
    noun = args.get("kind", "")[:40]
    return Filters(
        person=_uuid(args.get("person", "")),
        noun=noun if noun.isidentifier() else "",
        region=_uuid(args.get("region", "")),
        subject=_uuid(args.get("subject", "")),
        first=_day(args.get("from", "")),
        last=_day(args.get("to", "")),
    )


def _conditions(actor: Actor, wanted: Filters) -> list[sa.ColumnElement[bool]]:
    found = scope(Event, actor, Permission.ACTIVITY)
    if wanted.person:
        found.append(Event.person_id == wanted.person)
    if wanted.noun:
        found.append(Event.kind.startswith(wanted.noun + ".", autoescape=True))
    if wanted.region:
        found.append(Event.region_id == wanted.region)
    if wanted.subject:
        found.append(Event.subject_id == wanted.subject)
    if wanted.first:
        found.append(Event.at >= times.day_bounds(wanted.first, actor.zone)[0])
    if wanted.last:
        found.append(Event.at < times.day_bounds(wanted.last, actor.zone)[1])
    return found


@dataclass(frozen=True)
class Entry:
    """An event, who did it, and the words that were kept apart (None when there were none, or they were erased)."""

    event: Event
    who: str
    text: str | None

    @property
    def erased(self) -> bool:
        """Whether there were words and they are gone."""
        return self.event.text_hash is not None and self.text is None


def _read(actor: Actor, wanted: Filters, before: uuid.UUID | None, size: int) -> list[Entry]:
    query = (
        sa.select(Event, Person.name, EventText.text)
        .outerjoin(Person, Person.id == Event.person_id)
        .outerjoin(EventText, EventText.event_id == Event.id)
        .where(*_conditions(actor, wanted))
        .order_by(Event.id.desc())
        .limit(size)
    )
    if before:
        query = query.where(Event.id < before)
    rows = session.execute(query).all()
    outside = reach.names(each for each in (event.person_id for event, name, _ in rows if name is None) if each)
    return [Entry(e, name or (outside.get(e.person_id, "") if e.person_id else ""), text) for e, name, text in rows]


def page(actor: Actor, wanted: Filters, before: str) -> tuple[list[Entry], str]:
    """A page of the trail and the mark of the next one (empty on the last)."""
    entries = _read(actor, wanted, _uuid(before), PAGE + 1)
    more = str(entries[PAGE - 1].event.id) if len(entries) > PAGE else ""
    return entries[:PAGE], more


def everything(actor: Actor, wanted: Filters) -> Iterator[Entry]:
    """All of it, newest first, read in batches so that memory does not grow with the trail."""
    before: uuid.UUID | None = None
    while True:
        entries = _read(actor, wanted, before, BATCH)
        yield from entries
        if len(entries) < BATCH:
            return
        before = entries[-1].event.id
        session.expunge_all()


def people(actor: Actor) -> Sequence[Any]:
    """Id and name of everybody who was ever a member, for the filter."""
    return session.execute(
        sa.select(Person.id, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organization_id == actor.organization_id)
        .order_by(sa.func.lower(Person.name), Person.id)
        .limit(500)
    ).all()

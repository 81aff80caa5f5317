"""Macros: a canned reply, a label, an assignment and "done", in one tap.

A macro sends nothing that a person has not read: its text is put into the bar when something in it is still to be
filled in; only a text that is whole goes out, with the ten seconds in which it can be undone.
"""

import uuid
from collections.abc import Iterable

import sqlalchemy as sa

from webapp import db, events, times
from webapp.db import session
from webapp.errors import Invalid
from webapp.i18n import _
from webapp.inbox.models import Conversation
from webapp.inbox.work import assigning, finishing, labelling
from webapp.people.models import Person, Region
from webapp.people.permissions import Actor

from .models import CannedReply, Macro
from .offering import Choice

MOST = 100


def usable(region: Region, choices: Iterable[Choice]) -> list[Macro]:
    """Those of the region and above whose canned reply this person may use."""
    offered = {choice.row.id for choice in choices}
    found = [row for row in of_organization(region.organization_id) if region.path.startswith(row.region.path)]
    return [row for row in found if row.canned_id is None or row.canned_id in offered]


def of_organization(organization_id: uuid.UUID) -> list[Macro]:
    """All that are in use, by name."""
    where = (Macro.organization_id == organization_id, Macro.removed_at.is_(None))
    rows = session.scalars(sa.select(Macro).where(*where).limit(MOST)).unique()
    return sorted(rows, key=lambda row: (row.name.casefold(), row.id))


def create(
    name: str,
    region: Region,
    by: Actor,
    canned: CannedReply | None,
    label_id: uuid.UUID | None,
    *,
    mine: bool,
    done: bool,
) -> Macro:
    """A new one. Raises Invalid when it would do nothing or its name is taken there."""
    if not (canned or label_id or mine or done):
        raise Invalid(fields={"canned": _("Choose at least one thing that it does.")})
    if any(row.name.casefold() == name.casefold() for row in of_organization(by.organization_id)):
        raise Invalid(fields={"name": _("There is one of this name already.")})
    made = Macro(id=db.new_id(), organization_id=by.organization_id, region_id=region.id, name=name, region=region)
    made.canned, made.canned_id, made.label_id = canned, canned.id if canned else None, label_id
    made.mine, made.done = mine, done
    session.add(made)
    session.flush()
    events.record("macro.created", made, by=by, name=name)
    return made


def remove(row: Macro, by: Actor) -> None:
    """Offer it no more; twice is once."""
    if row.removed_at is None:
        row.removed_at = times.now()
        events.record("macro.removed", row, by=by, name=row.name)


def file(row: Macro, conversation: Conversation, by: Actor, *, waits: bool = False) -> None:
    """What it does besides answering, in the order in which a person would. `waits`: its answer needs a yes first, so
    nothing is done yet."""
    if row.label_id:
        before = {label.id for label in labelling.of([conversation.id]).get(conversation.id, [])}
        labelling.label(conversation, before | {row.label_id}, by)
    if row.mine:
        assigning.assign(conversation, session.get(Person, by.id), by)
        session.flush()
    if row.done and not waits:
        finishing.finish(conversation, by)

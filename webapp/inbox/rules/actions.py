"""What a rule does: one readable list. A company's actions are rows read by it; all of a rule's are done, in order.

Each is done for all conversations of a batch at once, through the verbs by which people do it. What is done already
stays: nothing is taken from whoever has it, nothing that is put off is put off again, nobody's label goes.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from webapp import events
from webapp.db import session
from webapp.i18n import N_
from webapp.inbox.canned.models import CannedReply
from webapp.inbox.models import Conversation
from webapp.inbox.work import assigning, labelling, snoozing
from webapp.people import reach
from webapp.people.models import Person, Region
from webapp.people.permissions import Permission

from .models import InboxRule

Of = Sequence[str]
Found = Sequence[Conversation]
LATER = {
    "hour": N_("In one hour"),
    "evening": N_("This evening"),
    "tomorrow": N_("Tomorrow morning"),
    "monday": N_("Next Monday"),
}
"""The usual times to be asked again (`snoozing.choices`); an evening that is over becomes tomorrow morning."""
KEPT = 5
"""So many rules are remembered with a conversation."""


@dataclass
class Here:
    """Where a batch came in: what its actions may need, each read once."""

    region: Region

    @cached_property
    def able(self) -> dict[uuid.UUID, Person]:
        """Those who may answer here."""
        found = reach.holders(self.region.organization_id, Permission.REPLY, self.region.id)
        return {person.id: person for person in found}

    @cached_property
    def later(self) -> dict[str, datetime]:
        """Usual times -> instants."""
        found = {choice.key: choice.at for choice in snoozing.choices(self.region)}
        return {"evening": found["tomorrow"], **found}

    def canned(self, raw: str) -> CannedReply | None:
        """A canned reply that is still offered here to everybody."""
        row = session.get(CannedReply, uuid.UUID(raw))
        fits = row is not None and row.removed_at is None and row.owner_id is None
        return row if row is not None and fits and self.region.path.startswith(row.region.path) else None


Act = Callable[[InboxRule, Found, Of, Here], bool]
"""Answers whether it could be done."""


def _assign(_rule: InboxRule, found: Found, of: Of, here: Here) -> bool:
    person = here.able.get(uuid.UUID(of[0]))
    free = [each for each in found if each.assignee_id is None]
    for each in free if person else ():
        assigning.put(each, person, None)
    return person is not None and bool(free)


def _label(_rule: InboxRule, found: Found, of: Of, _here: Here) -> bool:
    return labelling.add(found, {uuid.UUID(each) for each in of}, None)


def _snooze(_rule: InboxRule, found: Found, of: Of, here: Here) -> bool:
    awake = [each for each in found if each.snoozed_until is None and each.state == "open"]
    for each in awake:
        snoozing.put(each, here.later[of[0]], here.region.zone, None)
    return bool(awake)


def _suggest(rule: InboxRule, found: Found, of: Of, here: Here) -> bool:
    row = here.canned(of[0])
    for each in found if row else ():
        events.record("conversation.suggested", each, by=None, canned=of[0], rule=str(rule.id))
    return row is not None


def _notify(rule: InboxRule, found: Found, of: Of, _here: Here) -> bool:
    for each in found:
        events.record("conversation.pointed_out", each, by=None, people=list(of), rule=str(rule.id), name=rule.name)
    return True


@dataclass(frozen=True)
class Action:
    """`label`: in the form; `said`: in the words of a rule, with %(of)s for what it is about."""

    label: str
    said: str
    does: Act


ACTIONS: dict[str, Action] = {
    "assign": Action(N_("Give it to"), N_("give it to %(of)s"), _assign),
    "label": Action(N_("Label it"), N_("label it %(of)s"), _label),
    "snooze": Action(N_("Put it off"), N_("put it off: %(of)s"), _snooze),
    "suggest": Action(N_("Suggest a canned reply"), N_("suggest “%(of)s”"), _suggest),
    "notify": Action(N_("Tell people"), N_("tell %(of)s"), _notify),
}


def do(rule: InboxRule, found: Found, here: Here) -> None:
    """Everything that a rule does with these conversations. Its events say that it was this rule."""
    before = events.origin.set(f"rule {rule.id} {rule.name}")
    try:
        did = [row for row in rule.actions if ACTIONS[row["key"]].does(rule, found, row.get("of") or (), here)]
        for each in found if did else ():
            _remember(rule, each, did)
    finally:
        events.origin.reset(before)


def _remember(rule: InboxRule, conversation: Conversation, did: Sequence[dict[str, object]]) -> None:
    """With the conversation itself, so that its page need not ask: which rule, what it did, what it suggests."""
    kept = [each for each in conversation.ruled or () if each["rule"] != str(rule.id)]
    canned = next((row["of"] for row in did if row["key"] == "suggest"), None)
    said = {"rule": str(rule.id), "name": rule.name, "did": [row["key"] for row in did]}
    conversation.ruled = [*kept, said | ({"canned": canned} if canned else {})][-KEPT:]

"""Who hears of conversations: whose it is what is new, those who may answer what is nearly late, whoever is named in a
note, and whose reply did not leave.

A message carries the first words of what was written, without anything that looks like a number of theirs and without
their name: it may lie on a lock screen.
"""

import uuid
from dataclasses import dataclass

import regex

from webapp import links, times
from webapp.approvals import entitled
from webapp.db import session
from webapp.events import Event
from webapp.i18n import N_, _
from webapp.inbox.models import Conversation, Note
from webapp.inbox.replying.models import Reply
from webapp.networks import network
from webapp.people.models import Person, Region
from webapp.people.permissions import Permission

from .models import Notification

People = set[uuid.UUID]
NEW = frozenset({"message.received", "conversation.assigned"})
LATE = frozenset({"conversation.nearly_late"})
RULED = frozenset({"conversation.pointed_out"})
NOTED = frozenset({"note.added"})
STUCK = frozenset({"reply.failed", "reply.held", "reply.unknown"})
NUMBER = regex.compile(r"\+?\p{Nd}[\p{Nd}\s().-]{5,}\p{Nd}|\S+@[\w.-]+\w")
WORDS = 200


def _conversation(event: Event) -> Conversation | None:
    return session.get(Conversation, event.subject_id) if event.subject_type == "conversations" else None


def new_for(event: Event) -> People:
    """Whose the conversation is, if they may still answer there; never who gave it to themselves.

    What a rule gives to somebody came with a message, which tells them already.
    """
    row = _conversation(event)
    by_rule = event.kind == "conversation.assigned" and event.origin.startswith("rule ")
    if row is None or row.assignee_id is None or row.is_spam or by_rule:
        return set()
    return {row.assignee_id} & _able(row, Permission.REPLY) - {event.person_id}


def late_for(event: Event) -> People:
    """Whose it is; of what is nobody's, all who may answer there."""
    row = _conversation(event)
    if row is None:
        return set()
    able = _able(row, Permission.REPLY)
    return {row.assignee_id} & able if row.assignee_id in able else able


def named(event: Event) -> People:
    """Those whom a note names, if they see the region."""
    row = session.get(Note, event.subject_id)
    if row is None or row.deleted_at is not None:
        return set()
    return {uuid.UUID(person) for person in row.mentions} & _able(row, Permission.VIEW) - {row.person_id}


def pointed_out_to(event: Event) -> People:
    """Whom a rule tells, if they see the region."""
    row = _conversation(event)
    named = {uuid.UUID(person) for person in event.data.get("people") or ()}
    return named & _able(row, Permission.VIEW) if row else set()


def writer(event: Event) -> People:
    """Who wrote the reply."""
    row = session.get(Reply, event.subject_id)
    return {row.person_id} & _able(row, Permission.VIEW) if row else set()


def _able(row: Conversation | Note | Reply, permission: Permission) -> People:
    region = session.get(Region, row.region_id)
    held = entitled.holders({region.id: region.path}) if region else None
    return set(held.with_permission(row.region_id, permission.value)) if held else set()


def still_new(notification: Notification) -> bool:
    """It is theirs, open, and nobody has answered."""
    row = session.get(Conversation, notification.subject_id)
    return _open(row) and row is not None and row.assignee_id == notification.person_id


def still_late(notification: Notification) -> bool:
    """It still waits for an answer."""
    row = session.get(Conversation, notification.subject_id)
    return _open(row) and row is not None and row.due_at is not None


def still_open(notification: Notification) -> bool:
    """Nobody has answered, whoever has it."""
    return _open(session.get(Conversation, notification.subject_id))


def _open(row: Conversation | None) -> bool:
    return row is not None and row.state == "open" and row.unanswered > 0 and not row.is_spam


def still_noted(notification: Notification) -> bool:
    """The note was not deleted."""
    row = session.get(Note, notification.subject_id)
    return row is not None and row.deleted_at is None


def still_stuck(notification: Notification) -> bool:
    """A person still has to look."""
    row = session.get(Reply, notification.subject_id)
    return row is not None and row.state in ("failed", "held", "unknown")


@dataclass(frozen=True)
class Said:
    """What happened, details, the way there, and the words in question."""

    title: str
    lines: tuple[str, ...]
    url: str
    action: str
    quote: str = ""
    language: str = ""


def place(row: Conversation) -> str:
    """`Mastodon @brand, Warsaw`."""
    said = {"network": _(network(row.channel.network).label), "handle": row.channel.handle}
    return _("%(network)s %(handle)s, %(region)s", **said, region=row.channel.region.name)


def quoted(text: str) -> str:
    """The first words, without numbers and addresses of theirs."""
    line = NUMBER.sub("…", " ".join(text.split()))
    return line if len(line) <= WORDS else line[: WORDS - 1].rstrip() + "…"


def _to(conversation_id: uuid.UUID) -> str:
    return links.url(f"/inbox/{conversation_id}#reply")


def message(notification: Notification) -> Said | None:
    """Something new in a conversation of theirs."""
    row = session.get(Conversation, notification.subject_id)
    if row is None:
        return None
    url = _to(row.id)
    return Said(_("New for you: %(place)s", place=place(row)), (), url, _("Reply"), quoted(row.last_text), row.language)


def pointed_out(notification: Notification) -> Said | None:
    """A rule says that they should know."""
    row = session.get(Conversation, notification.subject_id)
    event = session.get(Event, uuid.UUID(notification.data["event"]))
    if row is None or event is None:
        return None
    why = _("The rule %(name)s tells you", name=event.data["name"])
    title = _("You should know: %(place)s", place=place(row))
    return Said(title, (why,), _to(row.id), _("Look"), quoted(row.last_text), row.language)


def late(notification: Notification) -> Said | None:
    """An answer is nearly late, or late by the time this is told: a host that was down tells it afterwards."""
    row = session.get(Conversation, notification.subject_id)
    if row is None or row.due_at is None:
        return None
    zone = row.channel.region.zone
    when = _("%(hour)s, %(day)s, %(place)s", hour=times.hour(row.due_at, zone), day=times.day(row.due_at, zone),
             place=times.place(zone))  # fmt: skip
    nobody = () if row.assignee_id else (_("Nobody has it yet."),)
    over = row.due_at < times.now()
    due = _("Was to be answered by %(when)s", when=when) if over else _("To be answered by %(when)s", when=when)
    title = _("Late: %(place)s", place=place(row)) if over else _("Late soon: %(place)s", place=place(row))
    lines = (due, *nobody)
    return Said(title, lines, _to(row.id), _("Reply"), quoted(row.last_text), row.language)


def note(notification: Notification) -> Said | None:
    """Somebody named them in a note."""
    row = session.get(Note, notification.subject_id)
    if row is None:
        return None
    by = session.get_one(Person, row.person_id)
    url = links.url(f"/inbox/{row.conversation_id}#n-{row.id}")
    return Said(_("%(name)s mentioned you in a note", name=by.name), (), url, _("Open"), row.text[:500])


_STUCK = {
    "failed": N_("Your reply was not sent: %(place)s"),
    "held": N_("Your reply is on hold: %(place)s"),
    "unknown": N_("Unknown whether your reply is there: %(place)s"),
}


def stuck(notification: Notification) -> Said | None:
    """A reply of theirs needs a look."""
    row = session.get(Reply, notification.subject_id)
    if row is None or row.state not in _STUCK:
        return None
    why = (_(row.problem, **row.problem_params),) if row.problem else ()
    title = _(_STUCK[row.state], place=place(row.conversation))
    return Said(title, (*why, _("Your text is kept.")), _to(row.conversation_id), _("Look"), quoted(row.text))

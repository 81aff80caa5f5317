"""A conversation as lists and headings show it: who wrote, in which words its deadline is said, whose it is."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from webapp import times
from webapp.i18n import N_, _
from webapp.inbox.models import Author, Conversation
from webapp.inbox.work import labelling
from webapp.networks import NETWORKS
from webapp.networks.base import Network
from webapp.people.permissions import Actor
from webapp.posts.labels.models import Label
from webapp.posts.queries import first_line

KINDS = {
    "comment": N_("%(network)s comment, %(place)s"),
    "mention": N_("%(network)s mention, %(place)s"),
    "review": N_("%(network)s review, %(place)s"),
    "direct": N_("%(network)s message, %(place)s"),
}


@dataclass(frozen=True)
class Chip:
    """A short fact with its symbol. `tone`: a class of a chip, or "" for a quiet one."""

    words: str
    icon: str
    tone: str = ""


@dataclass(frozen=True)
class Row:
    """One conversation, with the person who looks at it."""

    conversation: Conversation
    actor: Actor
    labels: Sequence[Label] = ()

    @property
    def id(self) -> uuid.UUID:
        return self.conversation.id

    @property
    def who(self) -> str:
        """The name that a person there goes by."""
        return called(self.conversation.author)

    @property
    def handle(self) -> str:
        """`@name`, when that says more than the name."""
        author = self.conversation.author
        return author.handle if author and author.handle and author.handle != self.who else ""

    @property
    def network(self) -> Network:
        return NETWORKS[self.conversation.channel.network]

    @property
    def place(self) -> str:
        """The place of its region."""
        return times.place(self.conversation.channel.region.zone)

    @property
    def kind(self) -> str:
        """What it is, where: `Mastodon comment, Warsaw`."""
        words = KINDS.get(self.conversation.kind, KINDS["comment"])
        return _(words, network=_(self.network.label), place=self.place)

    @property
    def line(self) -> str:
        return first_line(self.conversation.last_text)

    @property
    def deadline(self) -> Chip | None:
        """By when it must be answered, or what stands instead of that."""
        return deadline(self.conversation)

    @property
    def owner(self) -> str:
        """Whose it is, in words."""
        found = self.conversation
        if found.assignee_id == self.actor.id:
            return _("Yours")
        return found.assignee.name if found.assignee else _("Nobody has it")


def called(author: Author | None) -> str:
    """What somebody there is called; an erased one has no name any more."""
    if author is None or author.erased_at:
        return _("Somebody erased") if author else _("Somebody")
    return author.name or author.handle or _("Somebody")


def deadline(conversation: Conversation) -> Chip | None:
    """The words for what a conversation waits for."""
    now = times.now()
    if conversation.state == "done":
        return Chip(_("Done"), icon="check")
    if conversation.is_spam:
        return Chip(_("Likely spam"), icon="shield-alert")
    if conversation.snoozed_until and conversation.snoozed_until > now:
        return Chip(_("Later: %(when)s", when=_at(conversation)), icon="alarm-clock")
    if conversation.due_at is None:
        return None if conversation.unanswered else Chip(_("Answered"), icon="reply")
    if conversation.due_at < now:
        return Chip(_("Late: was due %(ago)s", ago=times.distance(conversation.due_at)), icon="timer-off", tone="bad")
    return Chip(_("Reply %(soon)s", soon=times.distance(conversation.due_at)), icon="timer", tone="due")


def _at(conversation: Conversation) -> str:
    """When it comes back, there."""
    at, zone = conversation.snoozed_until, conversation.snooze_zone or conversation.channel.region.zone
    assert at
    words = {"day": times.day(at, zone), "hour": times.hour(at, zone), "place": times.place(zone)}
    return _("%(day)s, %(hour)s %(place)s", **words)


def of(conversations: Sequence[Conversation], actor: Actor) -> list[Row]:
    """Conversations as rows, their labels in one query."""
    labels = labelling.of([each.id for each in conversations])
    return [Row(each, actor, labels.get(each.id, [])) for each in conversations]

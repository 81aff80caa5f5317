"""The reply bar of a conversation: what it shows, read once for a page."""

import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from webapp import times
from webapp.assets import store
from webapp.channels.models import Channel
from webapp.db import session
from webapp.i18n import _
from webapp.inbox.approval import deciding, guards, waits
from webapp.inbox.canned import macros, offering
from webapp.inbox.canned.models import Macro
from webapp.inbox.canned.offering import Choice
from webapp.inbox.canned.pictures import going, library
from webapp.inbox.canned.pictures.going import Shown
from webapp.inbox.models import Conversation, Message
from webapp.networks import network
from webapp.networks.answering import Answering
from webapp.people.permissions import Actor
from webapp.publishing import pauses

from . import drafts, replies, standing
from .models import Reply
from .standing import Standing
from .states import State

SHOWN, BEST = 40, 4
"""So many canned replies are in the sheet; the others are found by their list."""


@dataclass
class Bar:
    """Everything `inbox/reply.html` reads. `sure`: the mark that "send it all the same" is given for.

    `needs`: why every reply of theirs waits for a yes here; `risky`: why the words in the field do, or would.
    `room`: how many pictures an answer may carry there; `pictures`: those that would go out, or were left out.
    """

    conversation: Conversation
    message: Message | None
    standing: Standing
    text: str
    canned: str
    version: int
    going: list[Reply]
    choices: list[Choice]
    macros: list[Macro]
    paused: bool
    able: bool
    needs: list[str]
    risky: str
    room: int
    pictures: list[Shown]
    error: str = ""
    sure: str = ""
    other: Standing | None = None

    @property
    def language(self) -> str:
        """The language to answer in, by name; nothing when it is not known."""
        return offering.language_name(self.conversation.language) if self.conversation.language else ""

    @property
    def moving(self) -> bool:
        """Whether something is on its way by itself, so that the page looks again."""
        return any(reply.state in (State.WAITING, State.SENDING) for reply in self.going)

    @property
    def groups(self) -> list[tuple[str, list[Choice]]]:
        """The best few, then those of each folder, then this person's own: (heading, choices)."""
        found = [(_("Best match"), self.choices[:BEST])]
        if len(self.choices) <= BEST:
            return [(name, choices) for name, choices in found if choices]
        for name in offering.folders(self.choices):
            found.append((name, [choice for choice in self.choices if choice.row.folder == name]))
        found.append((_("Mine"), [choice for choice in self.choices if choice.row.owner_id]))
        found.append((_("Others"), [c for c in self.choices[BEST:] if not c.row.folder and not c.row.owner_id]))
        return [(name, choices) for name, choices in found if choices]

    @cached_property
    def thumbs(self) -> dict[str, str]:
        """Pictures of the canned replies that are offered: id -> address of the small form. One query at most."""
        wanted = [each["asset"] for choice in self.choices for each in choice.row.pictures]
        return {key: store.url_of(row.rendition("thumb")) for key, row in library.assets(wanted).items()}

    def on_whom(self, reply: Reply) -> list[str]:
        """Whose yes it waits for, by name."""
        return [person.name for person in deciding.deciders(reply)]

    def why(self, reply: Reply) -> list[str]:
        """Why it waits for a yes, in words."""
        standing_ = waits.of(reply)
        return guards.because(standing_.why) if standing_ is not None else []

    def behind(self, reply: Reply) -> bool:
        """Whether it is due and waits only for another reply of this conversation (`claim.due`)."""
        if reply.state != State.WAITING or reply.kind != "reply" or self.seconds(reply):
            return False
        return any(self._ahead_of(reply, other) for other in self.going if other.kind == "reply" and other is not reply)

    def _ahead_of(self, reply: Reply, other: Reply) -> bool:
        earlier = other.state == State.WAITING and (other.due_at, other.id) < (reply.due_at, reply.id)
        return earlier or other.state == State.SENDING or (other.state == State.UNKNOWN and other.probe_at is not None)

    def seconds(self, reply: Reply) -> int:
        """Until it leaves."""
        return replies.leaves_in(reply, times.now())


def make(conversation: Conversation, by: Actor, named: str = "", **more: Any) -> Bar:
    """The bar for this person; `named` is the message to answer, `text` and others override what is kept."""
    message = to_answer(conversation, named)
    draft = drafts.of(conversation.id, by.id)
    able = message is not None and isinstance(network(conversation.channel.network), Answering)
    choices = offering.for_conversation(conversation, by, message) if able else []
    kept = {"text": draft.text if draft else "", "canned": " ".join(draft.canned) if draft else ""}
    without = more.pop("without", draft.without if draft else ())
    values: dict[str, Any] = {
        **kept,
        "version": draft.version if draft else 0,
        "going": replies.open_ones(conversation.id),
        "choices": choices[:SHOWN],
        "macros": macros.usable(conversation.channel.region, choices) if able else [],
        "paused": _paused(conversation.channel),
        "able": able,
        **more,
    }
    values["room"] = going.most(conversation.channel) if able else 0
    values["pictures"] = going.of([c.row for c in choices], values["canned"].split(), conversation.channel, without)
    values |= _ahead(conversation, values["text"], by) if able else {"needs": [], "risky": ""}
    return Bar(conversation, message, standing.of(conversation, by), **values)


def _ahead(conversation: Conversation, text: str, by: Actor) -> dict[str, Any]:
    """What asks for a yes before these words leave."""
    known = guards.ahead(conversation, by)
    always, all_of = guards.because(known.always), guards.because(guards.needed(conversation, text, by, known))
    risky = "" if always or not known.risk else _("With a risky word it waits for a yes.")
    if all_of[len(always) :]:
        risky = _("It waits for a yes: %(why)s", why=all_of[-1])
    return {"needs": always, "risky": risky}


def to_answer(conversation: Conversation, named: str = "") -> Message | None:
    """The message of theirs with that id, else the newest of theirs."""
    try:
        row = session.get(Message, uuid.UUID(named)) if named else None
    except ValueError:
        row = None
    if row is not None and row.conversation_id == conversation.id and row.side == "in":
        return row
    return replies.to_answer(conversation)


def _paused(channel: Channel) -> bool:
    return pauses.over(pauses.known(channel.organization_id), channel.id, channel.region.path) is not None


def state(conversation: Conversation, by: Actor) -> object:
    """What of the bar changes without an event, seconds among it: for the page's ETag."""
    draft, now = drafts.of(conversation.id, by.id), times.now()
    going_ = [(reply.state, replies.leaves_in(reply, now)) for reply in replies.open_states(conversation.id)]
    return draft.version if draft else 0, going_

"""Writing messages for their readers: each in the person's language and time, with what only their device may know.

Readers of the same thing in one language and zone share its words; what differs is the badge, the receipt and the
single-use approval.
"""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa

from webapp import bulk
from webapp.db import session
from webapp.i18n import speaking
from webapp.people.models import Person

from . import answering, desk, payload, quick, receipts, said
from .kinds import kind_of
from .models import Notification, Push
from .said import Said

OVER, SIGNED_OUT = "over", "signed out"


class Claimed(NamedTuple):
    """What of a claimed message has to be known to write it."""

    id: uuid.UUID
    token: int
    tries: int
    organization_id: uuid.UUID
    person_id: uuid.UUID
    notification_id: uuid.UUID
    subscription_id: uuid.UUID


CLAIMED = tuple(getattr(Push, name) for name in Claimed._fields)


@dataclass(frozen=True, slots=True)
class Written:
    """A message ready to be encrypted, and the claim it is settled by."""

    push_id: uuid.UUID
    token: int
    tries: int
    subscription_id: uuid.UUID
    notification_id: uuid.UUID
    service: str
    urgent: bool
    sealed: str = field(repr=False)
    message: bytes = field(repr=False)
    headers: dict[str, str] = field(repr=False)


@dataclass(frozen=True)
class _Text:
    """What is said of some things in one language and zone: plain, and with the buttons that act at once."""

    said: Said
    tag: str
    urgent: bool
    headers: dict[str, str]
    plain: payload.Frame
    quick: payload.Frame


Texts = dict[tuple[object, ...], _Text | None]
"""What was said already, kept for the second that a run takes: the batches of a crowd share it."""


@dataclass
class _Writer:
    """The desk of a batch, what was found out at it, and what is to be changed."""

    desk: desk.Desk
    texts: Texts
    still: dict[tuple[object, ...], bool] = field(default_factory=dict)
    changes: dict[uuid.UUID, dict[str, Any]] = field(default_factory=dict)

    def write(self, push: Claimed) -> Written | str:
        """The message, or why there is none."""
        device, who = self.desk.devices.get(push.subscription_id), (push.organization_id, push.person_id)
        if device is None or device.organization_id != push.organization_id or who not in self.desk.readers:
            return SIGNED_OUT
        members = [n for n in self.desk.members.get(push.notification_id, ()) if self._still(n)]
        text = self._text(members, self.desk.readers[who]) if members else None
        if text is None:
            return OVER
        frame, token = text.plain, ""
        if who in self.desk.quick and text.said.card and text.said.card.offered_to(push.person_id, device.device):
            frame, token = text.quick, self._may_approve(push, text.said.card)
        elif text.said.talk and answering.offered_to(device.device):
            frame, token = text.quick, self._may_answer(push, text.said.talk)
        badge = self.desk.badges[push.organization_id].get(push.person_id, 0)
        return Written(
            push_id=push.id,
            token=push.token,
            tries=push.tries,
            subscription_id=push.subscription_id,
            notification_id=push.notification_id,
            service=device.service,
            urgent=text.urgent,
            sealed=device.sealed,
            message=frame.pack(badge, receipts.receipt(push.id), token),
            headers=text.headers,
        )

    def _still(self, row: Any) -> bool:
        """Whether it is still so for its reader; looked at once for all readers of a thing."""
        key = (row.kind, row.subject_id, row.thing)
        if key not in self.still:
            self.still[key] = kind_of(row.kind).still(session.get_one(Notification, row.id))
        asked = row.kind in desk.ASKS and (row.subject_id, row.person_id) in self.desk.decided
        return self.still[key] and not asked

    def _text(self, rows: list[Any], reader: Any) -> _Text | None:
        """What is said of these things to a reader of this language and zone."""
        own = reader.id if any(n.kind in ("soon", "test") for n in rows) else None
        things = tuple([n.thing for n in rows])
        key = (things, rows[0].tag, reader.language, reader.zone, own)
        if key not in self.texts:
            with speaking(reader.language):
                self.texts[key] = _say([session.get_one(Notification, n.id) for n in rows], reader.id)
        return self.texts[key]

    def _may_answer(self, push: Claimed, talk: answering.Talk) -> str:
        token, mark = quick.mint(answering.PURPOSE)
        bound = {"message_id": talk.message_id, "seen": talk.seen, "used_at": None}
        self.changes[push.id] = {"approve_hash": mark, **bound}
        return token

    def _may_approve(self, push: Claimed, card: quick.Card) -> str:
        token, mark = quick.mint()
        bound = {"revision_id": card.revision.id, "revision_hash": card.revision.hash, "used_at": None}
        self.changes[push.id] = {"approve_hash": mark, **bound}
        return token


def _say(members: Sequence[Notification], reader_id: uuid.UUID) -> _Text | None:
    words, tag = said.say(members, session.get_one(Person, reader_id)), members[0].tag
    if words is None:
        return None
    headers = payload.headers(words, tag, said.urgent(members))
    shown = payload.notification(words, tag, max(n.created_at for n in members))
    deciding = {**shown, **payload.image(words), "actions": payload.quick_actions(words)}
    return _Text(
        said=words,
        tag=tag,
        urgent=headers["urgency"] == "high" and members[0].kind != "test",
        headers=headers,
        plain=payload.Frame(shown),
        quick=payload.Frame(deciding),
    )


def write(claimed: Sequence[Claimed], texts: Texts) -> list[Written]:
    """The messages of what was claimed; what is over, or has no device any more, ends. The caller commits."""
    if not claimed:
        return []
    writer, written = _Writer(desk.lay(claimed), texts), []
    over: dict[str, list[uuid.UUID]] = defaultdict(list)
    for push in claimed:
        made = writer.write(push)
        if isinstance(made, str):
            over[made].append(push.id)
        else:
            written.append(made)
    for problem, ids in over.items():
        session.execute(
            sa.update(Push).where(Push.id.in_(ids)).values(due_at=None, lease_until=None, problem=problem),
            execution_options={"synchronize_session": False},
        )
    bulk.change(Push, writer.changes)
    return written

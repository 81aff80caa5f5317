"""From notifications to messages: quiet hours, the cap of an hour, bursts that become one, and who has no device.

One short transaction: what is due is taken, looked at person by person, and either put off, sent by mail or made into
one message for each device. A crash leaves it due.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from webapp import bulk, db, times
from webapp.db import session

from . import readers, writing
from .kinds import TEST, Kind, kind_of
from .models import Notification, Push
from .readers import HOUR, Key, Reader
from .writing import Claimed

BATCH = 200
"""So few that the first messages leave, and other workers help, before the last are planned."""
CAP = 6
"""At most so many messages an hour to a person; urgent kinds are not counted."""
BURST, URGENT_BURST = timedelta(seconds=60), timedelta(seconds=15)
"""After a message of a kind, more of it waits so long and comes as one."""
CHAIN = BURST + timedelta(seconds=30)
"""A message that follows another of its kind within this time belongs to its burst: it takes its place."""

SEVERAL = "several"
"""The name of a message about things of several kinds."""

_NOTED = (
    Notification.id,
    Notification.organization_id,
    Notification.person_id,
    Notification.kind,
    Notification.subject_type,
    Notification.subject_id,
    Notification.data,
    Notification.created_at,
    Notification.mailed_at,
)
"""What of a notification has to be known to plan it."""


def crowded() -> bool:
    """Whether more is due than is planned at once."""
    return session.scalar(sa.select(Notification.id).where(*_due(times.now())).offset(BATCH).limit(1)) is not None


def _due(now: datetime) -> list[sa.ColumnElement[bool]]:
    return [Notification.push_at.is_not(None), Notification.push_at <= now]


def plan_due(lease: datetime) -> tuple[int, list[Claimed]]:
    """Turn what is due into messages that are claimed by the caller until `lease`, so that nobody looks for them again.

    Answers how many notifications were looked at, and the messages. The caller commits.
    """
    now = times.now()
    db.plan_afresh()
    due = db.hold(_NOTED, _due(now), Notification.push_at, BATCH)
    if not due:
        return 0, []
    people = readers.of({(n.organization_id, n.person_id) for n in due}, now)
    groups: dict[Key, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for each in due:
        groups[each.organization_id, each.person_id][each.kind].append(each)
    plan = _Plan(now, lease, {each.id: {"push_at": None} for each in due})
    for key, kinds in groups.items():
        plan.person(people.get(key), kinds)
    plan.write()
    return len(due), [Claimed(*(push[column.key] for column in writing.CLAIMED)) for push in plan.pushes]


class _Plan:
    """What is to be written, gathered so that it is written at once. `changes`: what becomes of each notification."""

    def __init__(self, now: datetime, lease: datetime, changes: dict[uuid.UUID, dict[str, Any]]) -> None:
        self.now, self.lease, self.changes = now, lease, changes
        self.pushes: list[dict[str, Any]] = []
        self.joined: list[tuple[uuid.UUID, uuid.UUID]] = []

    def person(self, reader: Reader | None, kinds: dict[str, list[Any]]) -> None:
        """Decide about everything that is due for one person."""
        if reader is None:  # a member no more
            self._change((n for group in kinds.values() for n in group), problem="over")
            return
        free: list[list[Any]] = []
        for key, group in kinds.items():
            kind = kind_of(key)
            if not reader.reliable(self.now):
                self._mail(group, kind)
            if not reader.devices:
                continue
            put_off = self._put_off(reader, kind)
            if put_off is not None:
                self._change(group, push_at=put_off)
            elif kind.urgent:
                for part in [group] if kind is not TEST else [[each] for each in group]:
                    self._send(reader, part, kind.key)
            else:
                free.append(group)
        self._capped(reader, free)

    def _put_off(self, reader: Reader, kind: Kind) -> datetime | None:
        """Until when a kind waits: for the end of quiet hours, or for the end of a burst."""
        if kind is TEST:
            return None
        quiet = reader.wishes.quiet
        if kind.key not in reader.wishes.breaks and quiet.at(self.now):
            return quiet.until(self.now)
        last = reader.last(kind.key)
        pause = URGENT_BURST if kind.urgent else BURST
        return last.pushed_at + pause if last and self.now - last.pushed_at < pause else None

    def _capped(self, reader: Reader, groups: list[list[Any]]) -> None:
        """What the cap leaves room for; when there is more than room, the rest becomes one message."""
        if not groups:
            return
        left = reader.counted(self.now)
        room = CAP - len(left)
        if room <= 0:
            self._change((n for group in groups for n in group), push_at=left[-CAP] + HOUR)
            return
        groups.sort(key=lambda group: group[0].id)
        alone, rest = (groups, []) if len(groups) <= room else (groups[: room - 1], groups[room - 1 :])
        for group in alone:
            self._send(reader, group, group[0].kind)
        if rest:
            self._send(reader, [n for group in rest for n in group], "")

    def _send(self, reader: Reader, group: Sequence[Any], kind: str) -> None:
        """One message for each device, named after the last thing; `kind` "" for things of several kinds."""
        lead = max(group, key=lambda n: n.id)
        before = reader.last(kind) if kind else None
        if before is not None and self.now - before.pushed_at < CHAIN and before.tag != SEVERAL and kind != "test":
            tag = before.tag
            self.joined.append((before.notification_id, lead.id))
        else:
            tag = _tag(lead) if len(group) == 1 else (kind or SEVERAL)
        self._change(group, pushed_at=self.now, lead_id=lead.id, tag=tag)
        only = lead.data.get("device")
        for device in reader.devices:
            if only in (None, str(device.id)):
                self.pushes.append(self._push(lead, device.id))

    def _push(self, lead: Any, device_id: uuid.UUID) -> dict[str, Any]:
        return {
            "id": db.new_id(),
            "organization_id": lead.organization_id,
            "person_id": lead.person_id,
            "notification_id": lead.id,
            "subscription_id": device_id,
            "created_at": self.now,
            "due_at": self.now,
            "lease_until": self.lease,
            "token": 1,
            "tries": 1,
            "problem": "",
            "critical": kind_of(lead.kind).urgent and lead.kind != "test",
            "revision_hash": "",
        }

    def _mail(self, group: Iterable[Any], kind: Kind) -> None:
        """By mail after all: nobody can be pushed, or nothing is known to arrive."""
        for each in group:
            if each.mailed_at is None and kind.key != "test":
                self._change([each], mail_at=max(self.now, each.created_at + timedelta(seconds=kind.wait)))

    def _change(self, group: Iterable[Any], **values: Any) -> None:
        for each in group:
            self.changes[each.id] |= values

    def write(self) -> None:
        """Everything, in as few statements as it takes."""
        bulk.change(Notification, self.changes)
        if self.pushes:
            bulk.insert(Push, self.pushes)
        self._join()
        session.expire_all()

    def _join(self) -> None:
        """What an earlier message of a burst told is told by the later one."""
        if self.joined:
            rows = [{"key": former, "lead_id": lead} for former, lead in self.joined]
            bulk.update(Notification, rows, of="lead_id")


def _tag(lead: Any) -> str:
    """Under which name a thing stands on a device: what is newer about it takes its place."""
    prefix = {"posts": "post", "deliveries": "delivery", "channels": "channel", "pauses": "pause"}
    return f"{prefix.get(lead.subject_type, lead.kind)}-{lead.subject_id}"

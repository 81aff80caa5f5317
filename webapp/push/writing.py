"""Writing messages for their readers: each in the person's language and time, with what only their device may know.

Readers of the same thing in one language and zone share its words; what differs is the badge, the receipt and the
single-use approval.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from webapp import times
from webapp.approvals.models import Decision
from webapp.db import session
from webapp.i18n import speaking
from webapp.people.models import Membership, Person, SignIn
from webapp.posts.models import Post

from . import badge, payload, quick, receipts, said, wishes
from .kinds import kind_of
from .models import Notification, Push, Subscription
from .said import Said

OVER, SIGNED_OUT = "over", "signed out"


@dataclass(frozen=True)
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


@dataclass
class _Desk:
    """Everything the messages of a batch are written from, read in a handful of queries."""

    members: dict[uuid.UUID, list[Notification]]
    devices: dict[uuid.UUID, Any]
    readers: dict[uuid.UUID, Person]
    quick: dict[tuple[uuid.UUID, uuid.UUID], bool]
    badges: dict[uuid.UUID, dict[uuid.UUID, int]]
    decided: set[tuple[uuid.UUID, uuid.UUID]]
    still: dict[tuple[str, uuid.UUID, str], bool] = field(default_factory=dict)
    words: dict[tuple[object, ...], tuple[Said, dict[str, Any]] | None] = field(default_factory=dict)


def write(claimed: Sequence[Push]) -> list[Written]:
    """The messages of what was claimed; what is over, or has no device any more, ends. The caller commits."""
    desk = _desk(claimed)
    written: list[Written] = []
    over: dict[str, list[uuid.UUID]] = defaultdict(list)
    changes: list[dict[str, Any]] = []
    for push in claimed:
        made = _one(desk, push, changes)
        if isinstance(made, str):
            over[made].append(push.id)
        else:
            written.append(made)
    for problem, ids in over.items():
        session.execute(
            sa.update(Push).where(Push.id.in_(ids)).values(due_at=None, lease_until=None, problem=problem),
            execution_options={"synchronize_session": False},
        )
    if changes:
        session.execute(sa.update(Push), changes)
    return written


def _one(desk: _Desk, push: Push, changes: list[dict[str, Any]]) -> Written | str:
    device = desk.devices.get(push.subscription_id)
    if device is None or device.organization_id != push.organization_id or push.person_id not in desk.readers:
        return SIGNED_OUT
    members = [n for n in desk.members.get(push.notification_id, ()) if _still(desk, n)]
    found = _words(desk, members, desk.readers[push.person_id]) if members else None
    if found is None:
        return OVER
    words, shown = found
    approve = ""
    if desk.quick.get((push.organization_id, push.person_id)) and words.card is not None:
        shown, approve = _quick(words, shown, push, device.device, changes)
    count = desk.badges[push.organization_id].get(push.person_id, 0)
    urgent = said.urgent(members)
    headers = payload.headers(words, members[0].tag, urgent)
    return Written(
        push_id=push.id,
        token=push.token,
        tries=push.tries,
        subscription_id=push.subscription_id,
        notification_id=push.notification_id,
        service=device.service,
        urgent=headers["urgency"] == "high" and members[0].kind != "test",
        sealed=device.sealed,
        message=payload.pack(shown, count, receipts.receipt(push.id), approve),
        headers=headers,
    )


def _still(desk: _Desk, notification: Notification) -> bool:
    """Whether it is still so for its reader; asked once for all readers of a thing."""
    key = (notification.kind, notification.subject_id, notification.data.get("event", ""))
    if key not in desk.still:
        desk.still[key] = kind_of(notification.kind).still(notification)
    return desk.still[key] and not _decided_already(desk, notification)


def _decided_already(desk: _Desk, notification: Notification) -> bool:
    asks = notification.kind in ("waiting", "soon")
    return asks and (notification.person_id, notification.subject_id) in desk.decided


def _words(desk: _Desk, members: list[Notification], reader: Person) -> tuple[Said, dict[str, Any]] | None:
    """Words and payload of these things for a reader of this language and zone."""
    things = tuple(sorted((n.kind, n.subject_id, n.data.get("event", "")) for n in members))
    own = reader.id if any(n.kind in ("soon", "test") for n in members) else None
    key = (things, members[0].tag, reader.language, reader.zone, own)
    if key not in desk.words:
        with speaking(reader.language):
            made = said.say(members, reader)
            newest = max(n.created_at for n in members)
            desk.words[key] = (made, payload.notification(made, members[0].tag, newest)) if made else None
    return desk.words[key]


def _quick(
    words: Said, shown: dict[str, Any], push: Push, device: str, changes: list[dict[str, Any]]
) -> tuple[dict[str, Any], str]:
    """With the buttons that decide at once, when everything is shown there; and the token they need."""
    assert words.card
    if not words.card.offered_to(push.person_id, device):
        return shown, ""
    token, mark = quick.mint()
    revision = words.card.revision
    changes.append(
        {
            "id": push.id,
            "approve_hash": mark,
            "revision_id": revision.id,
            "revision_hash": revision.hash,
            "used_at": None,
        }
    )
    with speaking(shown["lang"]):
        image = payload.image(words)
        return {**shown, **image, "actions": payload.quick_actions(words)}, token


def _desk(claimed: Sequence[Push]) -> _Desk:
    people = {push.person_id for push in claimed}
    leads = {push.notification_id for push in claimed}
    members: dict[uuid.UUID, list[Notification]] = defaultdict(list)
    for each in session.scalars(
        sa.select(Notification).where(Notification.lead_id.in_(leads)).order_by(Notification.id)
    ):
        assert each.lead_id
        members[each.lead_id].append(each)
    rows = session.execute(
        sa.select(Membership.organization_id, Membership.person_id, Membership.notify)
        .where(Membership.person_id.in_(people), Membership.deactivated_at.is_(None))
        .where(Membership.organization_id.in_({push.organization_id for push in claimed}))
    ).all()
    readers = session.scalars(sa.select(Person).where(Person.id.in_({row.person_id for row in rows})))
    subjects = {n.subject_id for group in members.values() for n in group if n.kind in ("waiting", "soon")}
    return _Desk(
        members=members,
        devices=_devices({push.subscription_id for push in claimed}),
        readers={reader.id: reader for reader in readers},
        quick={(row.organization_id, row.person_id): wishes.quick(row.notify or {}) for row in rows},
        badges=_badges(claimed),
        decided=_decided(people, subjects),
    )


def _devices(ids: set[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """Device rows whose sign-in lives."""
    rows = session.execute(
        sa.select(Subscription.id, Subscription.sealed, Subscription.service, SignIn.organization_id, SignIn.device)
        .join(SignIn, SignIn.id == Subscription.session_id)
        .where(Subscription.id.in_(ids), SignIn.ended_at.is_(None), SignIn.expires_at > times.now())
    )
    return {row.id: row for row in rows}


def _badges(claimed: Iterable[Push]) -> dict[uuid.UUID, dict[uuid.UUID, int]]:
    people: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for push in claimed:
        people[push.organization_id].add(push.person_id)
    return {organization: badge.counts(organization, ids) for organization, ids in people.items()}


def _decided(people: set[uuid.UUID], posts: set[uuid.UUID]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """Who has decided already on which of the posts' current revisions: they are not asked again."""
    if not posts:
        return set()
    rows = session.execute(
        sa.select(Decision.person_id, Decision.post_id)
        .join(Post, (Post.id == Decision.post_id) & (Post.current_id == Decision.revision_id))
        .where(Decision.post_id.in_(posts), Decision.person_id.in_(people), Decision.undone_at.is_(None))
    )
    return {(row.person_id, row.post_id) for row in rows}

"""Which replies need a yes: those on some channels, by some roles, or with a risky word. What a region above asks
counts as well. Whoever may approve there needs nobody's yes."""

import hashlib
import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from webapp import db, events
from webapp.db import session
from webapp.i18n import N_, _
from webapp.inbox.canned.offering import roles_of
from webapp.inbox.models import Conversation
from webapp.people.models import Region, Role
from webapp.people.permissions import Actor, Permission
from webapp.posts import wordlists

from .models import ReplyGuard

REASONS = {
    "channel": N_("Replies on this channel need a yes"),
    "role": N_("Replies of this role need a yes"),
    "words": N_("It says “%(of)s”"),
}
Why = list[dict[str, Any]]


@dataclass(frozen=True)
class Ahead:
    """What is known before a word is typed: `always` asks for a yes whatever it says, `risk` when a word is risky."""

    always: Why = field(default_factory=list)
    risk: bool = False


def digest(text: str, pictures: Sequence[Mapping[str, Any]] = ()) -> str:
    """What a yes is given to: the words, and the pictures with their descriptions."""
    shown = [[each["sha256"], each["alt"]] for each in pictures]
    return hashlib.sha256((text + (f"\0{json.dumps(shown)}" if shown else "")).encode()).hexdigest()


def of(region: Region) -> ReplyGuard | None:
    """What this region itself asks."""
    return session.scalars(sa.select(ReplyGuard).where(ReplyGuard.region_id == region.id)).first()


def above(region: Region) -> Sequence[ReplyGuard]:
    """What the region and those above it ask. One query."""
    regions = [uuid.UUID(part) for part in region.path.strip("/").split("/")]
    return session.scalars(sa.select(ReplyGuard).where(ReplyGuard.region_id.in_(regions))).all()


def ahead(conversation: Conversation, by: Actor) -> Ahead:
    """What asks for a yes here, for this person."""
    region = conversation.channel.region
    if by.may(Permission.APPROVE, region):
        return Ahead()
    found = above(region)
    why: Why = []
    if any(str(conversation.channel_id) in guard.channels for guard in found):
        why.append({"key": "channel", "of": []})
    roles = {role for guard in found for role in guard.roles}
    if roles and roles & roles_of(by):
        why.append({"key": "role", "of": []})
    return Ahead(why, any(guard.risk for guard in found))


def needed(conversation: Conversation, text: str, by: Actor, known: Ahead | None = None) -> Why:
    """Why a reply of this person waits for a yes; nothing when it does not. `known`: what `ahead` said."""
    known = ahead(conversation, by) if known is None else known
    risky = _risky(text, conversation.language, conversation.channel.region) if known.risk else []
    return [*known.always, {"key": "words", "of": risky}] if risky else known.always


def _risky(text: str, language: str, region: Region) -> list[str]:
    """Its risky words, as posts of the region know them: in the language of the conversation and in the region's."""
    spoken = dict.fromkeys((language, region.language))
    found = [word for each in spoken for word in wordlists.found(text, each, region, wordlists.RISK)]
    return list(dict.fromkeys(found))


def because(why: Sequence[Mapping[str, Any]]) -> list[str]:
    """Why, in words."""
    said = [(REASONS[row["key"]], ", ".join(row["of"])) for row in why if row["key"] in REASONS]
    return [_(words, of=of_) for words, of_ in said]


def keep(region: Region, channels: Collection[str], roles: Collection[str], by: Actor, *, risk: bool) -> None:
    """Exactly these from now on; what waits already still waits."""
    db.lock(region)
    row = of(region)
    wanted: dict[str, Any] = {"channels": sorted(channels), "roles": sorted(roles), "risk": risk}
    before = {name: getattr(row, name) for name in wanted} if row else {"channels": [], "roles": [], "risk": False}
    if before == wanted:
        return
    if row is None:
        row = ReplyGuard(id=db.new_id(), organization_id=region.organization_id, region_id=region.id)
        session.add(row)
    for name, value in wanted.items():
        setattr(row, name, value)
    many = {"channels": len(wanted["channels"]), "roles": len(wanted["roles"])}
    events.record("inbox.guarded", region, by=by, region_id=region.id, many=many, risk=risk)


def roles(organization_id: uuid.UUID) -> list[Role]:
    """Those whose replies may need a yes: who may not say yes themselves."""
    every = sa.select(Role).where(Role.organization_id == organization_id).order_by(Role.id)
    return [role for role in session.scalars(every) if Permission.APPROVE.value not in role.permissions]

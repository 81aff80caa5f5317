"""Which canned replies somebody may use where, and how they would read in this very conversation."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import sqlalchemy as sa
from babel import Locale, UnknownLocaleError

from webapp import times
from webapp.db import Instant, session
from webapp.i18n import _, locale
from webapp.inbox.models import Conversation, Message
from webapp.people.models import Grant, Membership, Region
from webapp.people.permissions import Actor

from . import filling, ranking
from .models import CannedReply, CannedUse

MOST = 1000
RECENT = timedelta(days=60)


@dataclass(frozen=True)
class Choice:
    """One in the picker: its text filled here. `why`: a sentence's parts; `rule`: which one suggests it."""

    row: CannedReply
    language: str
    pieces: tuple[filling.Piece, ...]
    why: tuple[str, ...]
    rule: str = ""

    @property
    def text(self) -> str:
        """What is put in."""
        return filling.plain(list(self.pieces))

    @property
    def because(self) -> str:
        """Why it stands where it stands."""
        if self.rule:
            return _("Suggested by the rule %(name)s", name=self.rule)
        return ", ".join(_(ranking.REASONS[name]) for name in self.why)


def usable(region: Region, actor: Actor) -> list[CannedReply]:
    """Those of the region and above that this person may see, private ones included. One or two queries."""
    above = [uuid.UUID(part) for part in region.path.strip("/").split("/")]
    values = {"organization": region.organization_id, "regions": above, "person": actor.id}
    found = list(session.scalars(_usable(), values))
    if any(row.roles for row in found):
        mine = roles_of(actor)
        found = [row for row in found if not row.roles or mine & set(row.roles)]
    return found


@cache
def _usable() -> sa.Select[CannedReply]:
    person = sa.bindparam("person", type_=sa.Uuid())
    return (
        sa.select(CannedReply)
        .where(
            CannedReply.organization_id == sa.bindparam("organization", type_=sa.Uuid()),
            CannedReply.region_id.in_(sa.bindparam("regions", expanding=True, type_=sa.Uuid())),
            CannedReply.removed_at.is_(None),
            CannedReply.version > 0,
            sa.or_(CannedReply.owner_id.is_(None), CannedReply.owner_id == person),
        )
        .order_by(CannedReply.uses.desc(), CannedReply.id)
        .limit(MOST)
    )


def roles_of(actor: Actor) -> set[str]:
    """Ids of the roles somebody has in this organization."""
    query = sa.select(Grant.role_id).join(Membership, Membership.id == Grant.membership_id)
    mine = (Membership.person_id == actor.id, Membership.organization_id == actor.organization_id)
    return {str(role_id) for role_id in session.scalars(query.where(*mine))}


def for_conversation(conversation: Conversation, actor: Actor, message: Message | None) -> list[Choice]:
    """Everything that may be put in here, the best first."""
    region = conversation.channel.region
    rows = usable(region, actor)
    if not rows:
        return []
    asked = ranking.Asked(
        language=conversation.language,
        text=message.text if message else conversation.last_text,
        here=_used_on(conversation.post_id),
        mine=_used_by(actor),
    )
    by = suggested(conversation)
    ranked = ranking.rank(rows, asked, region.language)
    ranked.sort(key=lambda each: str(each.row.id) not in by)
    return [_choice(each, conversation, actor, message, by.get(str(each.row.id), "")) for each in ranked]


def suggested(conversation: Conversation) -> dict[str, str]:
    """Canned reply -> the name of the rule that suggests it in this conversation."""
    told = conversation.ruled or ()
    return {canned: each["name"] for each in told for canned in each.get("canned") or ()}


def one(conversation: Conversation, actor: Actor, message: Message | None, canned_id: str) -> Choice | None:
    """One of them by its id as it came with a form."""
    found = for_conversation(conversation, actor, message)
    return next((choice for choice in found if str(choice.row.id) == canned_id), None)


def _choice(
    each: ranking.Ranked, conversation: Conversation, actor: Actor, message: Message | None, rule: str
) -> Choice:
    row = each.row
    assert isinstance(row, CannedReply)
    pieces = filling.fill(row.texts[each.language], place(conversation, actor, message, each.language))
    return Choice(row, each.language, tuple(pieces), each.why, rule)


def place(conversation: Conversation, actor: Actor, message: Message | None, language: str) -> filling.Place:
    """What the variables are made from here."""
    region, author = conversation.channel.region, (message.author if message else None) or conversation.author
    values = {
        "name": (filling.harmless(author.name) or filling.harmless(_handle(author.handle))) if author else "",
        "handle": _handle(author.handle) if author else "",
        "me": actor.name.split()[0] if actor.name.split() else "",
        "brand": conversation.channel.name,
        "region": region.name,
        "city": city(region.zone, language),
        "hours": f"{region.work_start}-{region.work_end}",
    }
    return filling.Place(language, region.zone, times.now(), values)


def _handle(raw: str) -> str:
    return f"@{raw.lstrip('@')}" if raw.strip("@ ") else ""


def city(zone: str, language: str) -> str:
    """The city of a zone in the language of a reply."""
    try:
        named = Locale.parse(language.replace("-", "_")).time_zones.get(zone, {}).get("city")
    except (UnknownLocaleError, ValueError):
        named = None
    return named or zone.rsplit("/", 1)[-1].replace("_", " ")


def language_name(tag: str) -> str:
    """The name of a language for the reader."""
    return str(locale().languages.get(tag.replace("-", "_")) or locale().languages.get(tag.split("-")[0]) or tag)


def _used_on(post_id: uuid.UUID | None) -> set[uuid.UUID]:
    if post_id is None:
        return set()
    return set(session.scalars(_on_post(), {"post": post_id}))


@cache
def _on_post() -> sa.Select[uuid.UUID]:
    return sa.select(CannedUse.canned_id).where(CannedUse.post_id == sa.bindparam("post")).distinct().limit(MOST)


def _used_by(actor: Actor) -> Counter[uuid.UUID]:
    rows = session.execute(_by_person(), {"person": actor.id, "since": times.now() - RECENT})
    return Counter({row[0]: row[1] for row in rows})


@cache
def _by_person() -> sa.Select[uuid.UUID, int]:
    since = sa.bindparam("since", type_=Instant())
    return (
        sa.select(CannedUse.canned_id, sa.func.count())
        .where(CannedUse.person_id == sa.bindparam("person"), CannedUse.at > since)
        .group_by(CannedUse.canned_id)
    )


def folders(choices: Sequence[Choice]) -> list[str]:
    """The folders that have something, by name."""
    return sorted({choice.row.folder for choice in choices if choice.row.folder}, key=str.casefold)

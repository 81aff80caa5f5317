"""How soon a region answers, and which words it takes for spam. Headquarters' words count everywhere."""

import uuid
from collections.abc import Mapping

import sqlalchemy as sa

from webapp import db, events
from webapp.db import session
from webapp.events import Actor
from webapp.inbox import deadlines
from webapp.inbox.keeping import BlockedWords, ReplyTarget
from webapp.people.models import Region

Targets = Mapping[uuid.UUID | None, int | None]
"""Channel, or None for the whole region -> minutes, or None where nothing is set."""


def targets(region: Region) -> dict[uuid.UUID | None, int]:
    """What is set in a region."""
    rows = session.execute(
        sa.select(ReplyTarget.channel_id, ReplyTarget.minutes).where(ReplyTarget.region_id == region.id)
    )
    return {row.channel_id: row.minutes for row in rows}


def usual(region: Region) -> tuple[int, str]:
    """What holds where a region sets nothing: the minutes, and the region above that says so ("" is Nod itself)."""
    minutes, above = deadlines.inherited(region)
    return minutes, session.get_one(Region, above).name if above else ""


def set_targets(region: Region, wanted: Targets, by: Actor) -> None:
    """Exactly these for the region and the channels named; what waits is counted again soon (`recount.py`)."""
    before = targets(region)
    after = {channel: minutes for channel, minutes in wanted.items() if minutes}
    kept = {channel: minutes for channel, minutes in before.items() if channel not in wanted}
    if {**after, **kept} == before:
        return
    session.execute(sa.delete(ReplyTarget).where(ReplyTarget.region_id == region.id))
    for channel, minutes in {**kept, **after}.items():
        named = {"organization_id": region.organization_id, "region_id": region.id, "channel_id": channel}
        session.add(ReplyTarget(id=db.new_id(), minutes=minutes, **named))
    events.record("inbox.targets_changed", region, by=by, region_id=region.id, minutes=after.get(None))


def words(region: Region) -> str:
    """The blocked words of a region, one a line; those of headquarters are kept for everywhere."""
    found = session.scalar(sa.select(BlockedWords.words).where(*_where(region)))
    return found or ""


def _where(region: Region) -> tuple[sa.ColumnElement[bool], ...]:
    place = None if region.parent_id is None else region.id
    return (BlockedWords.organization_id == region.organization_id, BlockedWords.region_id == place)


def set_words(region: Region, text: str, by: Actor) -> None:
    """These words, each once, without empty lines."""
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if "\n".join(lines) == words(region):
        return
    row = session.scalars(sa.select(BlockedWords).where(*_where(region))).first()
    if row is None:
        place = None if region.parent_id is None else region.id
        row = BlockedWords(id=db.new_id(), organization_id=region.organization_id, region_id=place)
        session.add(row)
    row.words = "\n".join(lines)
    events.record("inbox.words_changed", region, by=by, region_id=region.id, count=len(lines))

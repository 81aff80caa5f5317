"""Keeping the lists of one region and language: what is there, what is inherited, and the verb that changes them."""

from collections.abc import Mapping

import sqlalchemy as sa

from webapp import events, times
from webapp.db import new_id, session
from webapp.errors import Invalid
from webapp.events import Actor
from webapp.i18n import _, ngettext
from webapp.people.models import Region

from . import KINDS, matching, ways
from .models import WordList

Own = dict[str, list[str]]


def own(region: Region, language: str) -> Own:
    """Kind -> the words that this region itself lists."""
    rows = session.scalars(sa.select(WordList).where(WordList.region_id == region.id, WordList.language == language))
    return {row.kind: row.words for row in rows}


def inherited(region: Region, language: str) -> dict[str, list[tuple[str, list[str]]]]:
    """Kind -> (name of a region above, its words), headquarters first."""
    above = ways(region)[:-1]
    query = (
        sa.select(Region.name, WordList.kind, WordList.words)
        .join(Region, Region.id == WordList.region_id)
        .where(WordList.region_id.in_(above), WordList.language.in_([language, ""]))
        .order_by(Region.path, WordList.language.desc())
    )
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for name, kind, words in session.execute(query):
        if words:
            found.setdefault(kind, []).append((name, words))
    return found


def languages(region: Region) -> list[str]:
    """The languages in which this region lists words."""
    query = sa.select(WordList.language).where(WordList.region_id == region.id).distinct()
    return sorted(session.scalars(query))


def keep(region: Region, language: str, typed: Mapping[str, str], by: Actor) -> list[str]:
    """Put what was typed, one entry a line, in place of the region's own lists; answers the kinds that changed.

    Raises Invalid for a list that is too long, or an entry that is. One event says which lists changed and how much.
    """
    lists = {kind: matching.read(typed.get(kind, "")) for kind in KINDS}
    _sound(lists)
    have = {row.kind: row for row in session.scalars(_rows(region, language))}
    changed = {}
    for kind, words in lists.items():
        before = have[kind].words if kind in have else []
        if words != before:
            changed[kind] = {"added": len(set(words) - set(before)), "removed": len(set(before) - set(words))}
            _write(region, language, kind, words, have.get(kind))
    if changed:
        _stamp(region)
        events.record("region.words_changed", region, by=by, region_id=region.id, language=language, lists=changed)
    return list(changed)


def _rows(region: Region, language: str) -> sa.Select[WordList]:
    return sa.select(WordList).where(WordList.region_id == region.id, WordList.language == language).with_for_update()


def _write(region: Region, language: str, kind: str, words: list[str], row: WordList | None) -> None:
    if row is None:
        row = WordList(id=new_id(), organization_id=region.organization_id, region_id=region.id, kind=kind)
        row.language = language
        session.add(row)
    row.words, row.updated_at = words, times.now()
    session.flush()


def _stamp(region: Region) -> None:
    """Let what is kept of the lists here and below be read again."""
    below = sa.update(Region).where(Region.path.startswith(region.path, autoescape=True))
    session.execute(below.values(words=new_id().hex), execution_options={"synchronize_session": "fetch"})


def _sound(lists: Own) -> None:
    problems = {}
    for kind, words in lists.items():
        if len(words) > matching.MOST:
            most = ngettext("Keep it to %(n)s entry.", "Keep it to %(n)s entries.", matching.MOST)
            problems[kind] = most
        long = next((word for word in words if len(word) > matching.LONGEST), None)
        if long:
            problems[kind] = _("“%(word)s…” is too long for one entry.", word=long[:20])
    if problems:
        raise Invalid(fields=problems)

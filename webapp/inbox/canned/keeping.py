"""Making and changing canned replies: every change is a version with a name on it; what is removed is put away.

Shared ones are changed by those who answer in their region; a private one by its owner alone.
"""

import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from webapp import db, events, times
from webapp.db import session
from webapp.errors import Forbidden, Invalid
from webapp.i18n import _
from webapp.people.models import Region
from webapp.people.permissions import Actor, Permission, scope

from . import filling
from .changes import guards
from .models import CannedReply, CannedVersion
from .pictures import library

CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,29}")
LONGEST, MOST, LANGUAGES = 2000, 1000, 12
TAG = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")


@dataclass(frozen=True)
class Values:
    """What one says. `private`: only its owner sees it; `roles`: ids, none for everybody; `pictures`: as in the row."""

    code: str
    title: str
    texts: Mapping[str, str]
    folder: str = ""
    private: bool = False
    roles: Collection[str] = field(default_factory=tuple)
    pictures: Sequence[Mapping[str, str]] = ()


def visible(actor: Actor) -> list[CannedReply]:
    """All in use that this person may read, by folder and title: shared ones of regions they see, and their own."""
    query = sa.select(CannedReply).where(*scope(CannedReply, actor), CannedReply.removed_at.is_(None))
    own = sa.or_(CannedReply.owner_id.is_(None), CannedReply.owner_id == actor.id)
    rows = session.scalars(query.where(own, CannedReply.version > 0).limit(MOST)).unique()
    return sorted(rows, key=lambda row: (row.folder.casefold(), row.title.casefold(), row.id))


def has(row: CannedReply, words: str) -> bool:
    """Whether it holds every one of these words, in whatever language."""
    text = "\n".join((row.title, row.code, row.folder, *row.texts.values())).casefold()
    return all(word in text for word in words.casefold().lstrip("/").split())


def may_change(row: CannedReply, actor: Actor) -> bool:
    """Whether this person may change or remove it."""
    return row.owner_id == actor.id if row.owner_id else actor.may(Permission.REPLY, row)


def must_change(row: CannedReply, actor: Actor) -> None:
    """Raises Forbidden for those who may not change it."""
    if not may_change(row, actor):
        raise Forbidden(_("Your role does not allow this here. Ask an administrator."))


def create(region: Region, values: Values, by: Actor) -> CannedReply:
    """A new one; where that needs a yes it waits (version 0) and is offered nowhere.

    Raises Invalid with the fields, Forbidden where this person does not answer.
    """
    if not by.may(Permission.REPLY, region):
        raise Forbidden(_("Your role does not allow this here. Ask an administrator."))
    check(values, region, by, None)
    row = CannedReply(
        id=db.new_id(), organization_id=region.organization_id, region_id=region.id, region=region, version=0, uses=0
    )
    row.owner_id = by.id if values.private else None
    _fill(row, values)
    session.add(row)
    session.flush()
    if row.owner_id is None and guards.needed(region, {row.folder}, by):
        guards.propose(row, values, by)
        return row
    _keep(row, by.id)
    events.record("canned.created", row, by=by, title=row.title, code=row.code)
    return row


def change(row: CannedReply, values: Values, by: Actor) -> bool:
    """Say it otherwise; answers whether anything changed, or waits for a yes. Raises Invalid, Forbidden."""
    must_change(row, by)
    db.lock(row)
    check(values, row.region, by, row)
    if row.owner_id is None and guards.needed(row.region, {row.folder, values.folder.strip()}, by):
        if not row.version or _state(row) != _wanted(values):
            guards.propose(row, values, by)
            return True
        return False
    if not put(row, values, by.id):
        return False
    guards.settle(row)
    events.record("canned.changed", row, by=by, title=row.title, code=row.code, version=row.version)
    return True


def put(row: CannedReply, values: Values, by_id: uuid.UUID) -> bool:
    """Make it so, as a version with a name on it; answers whether that changed anything."""
    before = _state(row)
    _fill(row, values)
    if row.version and before == _state(row):
        return False
    session.flush()
    _keep(row, by_id)
    return True


def _state(row: CannedReply) -> tuple[Any, ...]:
    return (row.code, row.title, row.folder, dict(row.texts), list(row.roles), list(row.pictures))


def _wanted(values: Values) -> tuple[Any, ...]:
    texts = dict(values.texts)
    return (
        values.code,
        values.title.strip(),
        values.folder.strip(),
        texts,
        sorted(values.roles),
        list(values.pictures),
    )


def may_remove(row: CannedReply, actor: Actor) -> bool:
    """Whether this person may put it away: where changes need a yes, only those who may give it."""
    return may_change(row, actor) and (
        row.owner_id is not None or not row.version or not guards.needed(row.region, {row.folder}, actor)
    )


def remove(row: CannedReply, by: Actor) -> None:
    """Put it away: offered no more, its history stays. Twice is once."""
    if not may_remove(row, by):
        raise Forbidden(_("Your role does not allow this here. Ask an administrator."))
    if row.removed_at is None:
        row.removed_at = times.now()
        guards.settle(row)
        events.record("canned.removed", row, by=by, title=row.title, code=row.code)


def check(values: Values, region: Region, by: Actor, row: CannedReply | None) -> None:
    """Raises Invalid with everything that is wrong."""
    wrong: dict[str, str] = {}
    if not CODE.fullmatch(values.code):
        wrong["code"] = _("Use small letters, digits and hyphens, at most 30, such as late or late-2.")
    elif _taken(values, region, by, row):
        wrong["code"] = _("There is one of this code already.")
    if not values.title.strip():
        wrong["title"] = _("Fill this in.")
    if not values.texts:
        wrong["text"] = _("Write it in at least one language.")
    for language, text in values.texts.items():
        problem = wrong_text(text)
        if problem or not TAG.fullmatch(language):
            wrong.setdefault("text", problem or _("This is no language tag. Use one such as pl or pt-BR."))
    wrong |= library.wrong(values.pictures, by, row.pictures if row else ())
    if wrong:
        raise Invalid(fields=wrong)


def wrong_text(text: str) -> str:
    """Why a text cannot be kept, or nothing."""
    if len(text) > LONGEST:
        return _("Use at most %(n)s characters.", n=LONGEST)
    stray = filling.broken(text)
    return _("A brace belongs to no variable: %(text)s. Write it twice to keep it.", text=stray) if stray else ""


def _taken(values: Values, region: Region, by: Actor, row: CannedReply | None) -> bool:
    private = row.owner_id is not None if row else values.private
    same = (
        CannedReply.owner_id == by.id
        if private
        else sa.and_(CannedReply.owner_id.is_(None), CannedReply.region_id == region.id)
    )
    query = sa.select(CannedReply.id).where(
        CannedReply.organization_id == region.organization_id,
        CannedReply.code == values.code,
        CannedReply.removed_at.is_(None),
        same,
    )
    return any(found != (row.id if row else None) for found in session.scalars(query))


def _fill(row: CannedReply, values: Values) -> None:
    row.code, row.title, row.folder = values.code, values.title.strip(), values.folder.strip()
    row.texts = {language: values.texts[language] for language in sorted(values.texts)}
    row.pictures = [dict(each) for each in values.pictures]
    row.roles = sorted(values.roles) if row.owner_id is None else []
    row.updated_at = times.now()


def _keep(row: CannedReply, by_id: uuid.UUID) -> None:
    """The state it has now, for ever."""
    row.version += 1
    session.flush()
    session.add(
        CannedVersion(
            id=db.new_id(),
            canned_id=row.id,
            version=row.version,
            code=row.code,
            title=row.title,
            folder=row.folder,
            texts=dict(row.texts),
            pictures=list(row.pictures),
            by_id=by_id,
        )
    )


def versions(row: CannedReply) -> list[CannedVersion]:
    """What it said before, the newest first."""
    query = sa.select(CannedVersion).where(CannedVersion.canned_id == row.id)
    return list(session.scalars(query.order_by(CannedVersion.version.desc()).limit(50)).unique())


def found(row_id: uuid.UUID, actor: Actor) -> CannedReply | None:
    """One that this person may read; those put away are gone."""
    query = sa.select(CannedReply).where(*scope(CannedReply, actor), CannedReply.id == row_id)
    own = sa.or_(CannedReply.owner_id.is_(None), CannedReply.owner_id == actor.id)
    return session.scalars(query.where(own, CannedReply.removed_at.is_(None))).unique().first()

"""The pictures of a table: chosen along with it, or of the library that its reader sees; a cell names them.

What comes along is kept when the table is tried, drafts or not, so that it need not be chosen again. It stands before
the library; a name that fits two different pictures there is asked about, never guessed.
"""

import unicodedata
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from webapp import db
from webapp.assets import store
from webapp.assets.models import Asset
from webapp.db import session
from webapp.errors import Invalid
from webapp.i18n import _, ngettext
from webapp.people.permissions import Actor, scope

from .. import pictures
from ..forms import writable
from ..models import Post
from . import columns, names
from .cells import Wrong, descriptions

AT_ONCE, MOST = 20, 200
"""Pictures taken of one try, and of all tries of a table."""


@dataclass(frozen=True)
class Picture:
    """Where a picture stands in a draft: after the text, or in the part of this name."""

    asset: Asset
    alt: str = ""
    part: str = ""


@dataclass
class Brought:
    """What came along, the newest last; and what was refused, with the reason."""

    assets: list[Asset] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def brought(ids: Sequence[str], uploads: Sequence[store.Upload], by: Actor) -> Brought:
    """What came along before, by the ids that the form carries, and now. Ends the transaction when there are files."""
    found = Brought(_before(ids, by))
    place = next(iter(writable(by)), None) if uploads else None
    if place is None:
        return found
    for upload in uploads[:AT_ONCE]:
        name = store.shown_name(upload.filename or "")
        try:
            found.assets.append(store.take_upload(upload, by, place))
            session.flush()
        except Invalid as error:
            found.refused.append((name, error.fields.get("file", error.message)))
    db.release()
    said = ngettext("At most %(n)s picture at once.", "At most %(n)s pictures at once.", AT_ONCE)
    found.refused += [(store.shown_name(each.filename or ""), said) for each in uploads[AT_ONCE:]]
    return found


def _before(ids: Sequence[str], by: Actor) -> list[Asset]:
    """Only a person's own: nobody else's form carries them."""
    wanted = [uuid.UUID(each) for each in ids[:MOST] if _is_id(each)]
    if not wanted:
        return []
    own = (Asset.organization_id == by.organization_id, Asset.person_id == by.id)
    return list(session.scalars(sa.select(Asset).where(db.among(Asset.id, wanted), *own).order_by(Asset.id)))


def _is_id(raw: str) -> bool:
    try:
        return len(raw) == 36 and bool(uuid.UUID(raw))
    except ValueError:
        return False


def plain(name: str) -> str:
    """A file's name however it was typed: one case, one form of its accents."""
    return unicodedata.normalize("NFC", name).casefold()


class Gallery:
    """The pictures that the cells of one table name, looked up at once."""

    def __init__(self, came: Iterable[Asset], called: Iterable[str], actor: Actor) -> None:
        self._came = {plain(asset.name): asset for asset in came}
        wanted = {form for name in called for form in _forms(name) if plain(name) not in self._came}
        self._library: dict[str, dict[str, Asset]] = {}
        query = sa.select(Asset).where(*scope(Asset, actor), db.among(Asset.name, wanted)).order_by(Asset.id)
        for asset in session.scalars(query) if wanted else ():
            self._library.setdefault(plain(asset.name), {})[asset.rendition("full").sha256] = asset

    def pictures(self, row: dict[str, str], wrong: list[Wrong]) -> tuple[Picture, ...]:
        """Those that a row names, with what they show; what is wrong with them is put to the rest."""
        found: list[Picture] = []
        for (column, part), about in zip(columns.PICTURES.items(), columns.ALTS, strict=True):
            try:
                found += self._of(row, column, part, about)
            except Wrong as error:
                wrong.append(error)
        return tuple(found)

    def _of(self, row: dict[str, str], column: str, part: str, about: str) -> list[Picture]:
        called = names.several(row.get(column, ""))
        alts = descriptions(about, row.get(about, ""), len(called))
        if len(called) > pictures.MOST:
            said = _("That is more pictures than any network takes. Take one out first.")
            raise Wrong(column, said)
        if called and part and not row.get(part, "").strip():
            raise Wrong(column, _("The part of these pictures has no text."))
        return [Picture(self.find(column, name), alt, part) for name, alt in zip(called, alts, strict=True)]

    def find(self, column: str, name: str) -> Asset:
        """The picture of a name. Raises Wrong for none, and for more than one."""
        came = self._came.get(plain(name))
        found = [came] if came else list(self._library.get(plain(name), {}).values())
        if not found:
            raise Wrong(column, _("There is no picture “%(name)s”. Choose it along with the table.", name=name))
        if len(found) > 1:
            said = _("Several pictures are called “%(name)s”. Choose the one you mean along with the table.", name=name)
            raise Wrong(column, said)
        return found[0]


def _forms(name: str) -> set[str]:
    """A name as files carry it: some systems part accents from their letters."""
    return {name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name)}


def attach(post: Post, wanted: Sequence[Picture], by: Actor) -> None:
    """Put the pictures of a row into its draft."""
    for each in wanted:
        pictures.add(post, each.asset, by, part=each.part).alt = each.alt
    session.flush()

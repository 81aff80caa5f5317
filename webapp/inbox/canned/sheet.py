"""Canned replies as a table: CSV out, and in again with a dry run and every error by its row.

One row a language. Columns: region, code, title, folder, language, text. Rows with the same region and code are one
reply. Nothing is taken when anything is wrong. Pictures are not in it: those of a reply that is there stay.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from webapp import sheets
from webapp.db import session
from webapp.errors import Invalid
from webapp.i18n import _
from webapp.people.models import Region
from webapp.people.permissions import Actor, Permission, scope

from . import keeping
from .models import CannedReply

COLUMNS = ("region", "code", "title", "folder", "language", "text")
ROWS, BYTES = 5000, 500_000


@dataclass
class Read:
    """What a file would do: new ones, changed ones, those that stay as they are; `errors`: (line, sentence)."""

    new: list[tuple[Region, keeping.Values]] = field(default_factory=list)
    changed: list[tuple[CannedReply, keeping.Values]] = field(default_factory=list)
    same: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """In words."""
        return sheets.outcome(new=len(self.new), changed=len(self.changed), same=self.same)


def written(rows: Iterable[CannedReply]) -> str:
    """The table of some canned replies. What a spreadsheet would take for a formula is kept from being one."""
    lines = [sheets.MARK + sheets.line(COLUMNS)]
    for row in rows:
        for language, text in sorted(row.texts.items()):
            lines.append(sheets.line((row.region.name, row.code, row.title, row.folder, language, text)))
    return "".join(lines)


def read(content: bytes, by: Actor) -> Read:
    """What it would do, nothing done. Raises Invalid for a file that is none."""
    lines = _lines(content)
    found, regions = Read(), _regions(by)
    groups: dict[tuple[str, str], list[tuple[int, dict[str, str]]]] = {}
    for number, line in lines:
        groups.setdefault((line["region"].strip().casefold(), line["code"].strip()), []).append((number, line))
    for (place, _code), members in groups.items():
        region = regions.get(place)
        if region is None:
            found.errors += [
                (number, _("There is no region of this name in which you answer.")) for number, _l in members
            ]
        else:
            _group(found, region, members, by)
    found.errors.sort()
    return found


def _lines(content: bytes) -> list[sheets.Line]:
    if len(content) > BYTES:
        raise Invalid(fields={"file": _("The file is larger than 500 kB.")})
    names = {name: name for name in COLUMNS}
    found = sheets.lines(sheets.decoded(content), names, names, ROWS)
    return [(number, {name: cells.get(name, "") for name in COLUMNS}) for number, cells in found]


def _regions(by: Actor) -> dict[str, Region]:
    query = sa.select(Region).where(*scope(Region, by, Permission.REPLY))
    return {region.name.casefold(): region for region in session.scalars(query)}


def _group(found: Read, region: Region, members: list[tuple[int, dict[str, str]]], by: Actor) -> None:
    number, first = members[0]
    code, title, folder = (first[name].strip() for name in ("code", "title", "folder"))
    languages = [line["language"].strip() for _n, line in members]
    row = _existing(region, code)
    texts = {
        **(row.texts if row else {}),
        **{n: line["text"] for n, (_i, line) in zip(languages, members, strict=True)},
    }
    for at, (line_number, line) in enumerate(members):
        problem = keeping.wrong_text(line["text"]) or ("" if line["text"].strip() else _("The text is empty."))
        if not keeping.TAG.fullmatch(languages[at]):
            problem = _("This is no language tag. Use one such as pl or pt-BR.")
        elif languages[at] in languages[:at]:
            problem = _("This language was there already, on an earlier line.")
        elif (line["title"].strip(), line["folder"].strip()) != (title, folder):
            problem = _("Title and folder must be the same on every line of a code.")
        if problem:
            found.errors.append((line_number, problem))
    kept: dict[str, Any] = {"roles": tuple(row.roles), "pictures": tuple(row.pictures)} if row else {}
    values = keeping.Values(code, title, texts, folder, **kept)
    try:
        keeping.check(values, region, by, row)
        if len(title) > 80 or len(folder) > 40:
            raise Invalid(fields={"title": _("Title or folder is too long.")})
    except Invalid as error:
        found.errors += [(number, said) for name, said in error.fields.items() if name != "text"]
        return
    if row is None:
        found.new.append((region, values))
    elif (row.title, row.folder, dict(row.texts)) == (title, folder, texts):
        found.same += 1
    else:
        found.changed.append((row, values))


def _existing(region: Region, code: str) -> CannedReply | None:
    where = (CannedReply.region_id == region.id, CannedReply.code == code, CannedReply.owner_id.is_(None))
    return session.scalars(sa.select(CannedReply).where(*where, CannedReply.removed_at.is_(None))).unique().first()


def take(read_: Read, by: Actor) -> None:
    """Do it. Raises Invalid when there is an error in it."""
    if read_.errors:
        raise Invalid(fields={"file": _("Mend the lines that are wrong first.")})
    for region, values in read_.new:
        keeping.create(region, values, by)
    for row, values in read_.changed:
        keeping.change(row, values, by)

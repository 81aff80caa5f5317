"""How far the regions are: "3 of 7 regions ready", and each with its state, who has it, and its slot there."""

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from webapp.db import session
from webapp.i18n import _, ngettext, number
from webapp.people.permissions import Actor, scope

from .. import lifecycle
from ..lifecycle import Look, State
from ..models import Post
from . import keeping
from .models import Adaptation, Edition

READY = (State.APPROVED, State.SCHEDULED, State.SENDING, State.PUBLISHED, State.PARTLY)
"""Cleared, or further. What failed or is not known to be out is not ready: somebody has to look."""

WAITS: list[Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, str]]] = []
"""Who is asked for their yes, in words, by post. Approvals tell it."""


@dataclass(frozen=True)
class Row:
    """One region. `who`: who has it now, in words. `behind`: it rests on what headquarters changed since."""

    adaptation: Adaptation
    look: Look
    ready: bool
    behind: bool
    who: str

    @property
    def post(self) -> Post:
        return self.adaptation.post

    @property
    def declined(self) -> bool:
        return self.adaptation.declined_at is not None


@dataclass(frozen=True)
class Progress:
    """All regions of a post that this person sees."""

    rows: tuple[Row, ...]

    @property
    def asked(self) -> int:
        """How many adapt it."""
        return sum(not row.declined for row in self.rows)

    @property
    def ready(self) -> int:
        return sum(row.ready for row in self.rows)

    @property
    def behind(self) -> int:
        """How many have not taken over what changed."""
        return sum(row.behind and not row.declined for row in self.rows)

    def words(self) -> str:
        """`3 of 7 regions ready`, and how many declined."""
        said = ngettext(
            "%(ready)s of %(n)s region ready", "%(ready)s of %(n)s regions ready", self.asked, ready=number(self.ready)
        )
        back = sum(row.adaptation.recalled for row in self.rows)
        declined = len(self.rows) - self.asked - back
        parts = [said] if self.asked else []
        parts += [ngettext("%(n)s declined", "%(n)s declined", declined)] if declined else []
        parts += [ngettext("%(n)s taken back", "%(n)s taken back", back)] if back else []
        return _joined(parts)


def _joined(parts: list[str]) -> str:
    said = parts[0]
    for no in parts[1:]:
        said = _("%(said)s, %(no)s", said=said, no=no)
    return said


def of(post: Post, actor: Actor) -> Progress:
    """The regions that were asked, by name; in three statements however many there are."""
    rows = list(session.scalars(_asked([post.id], actor)).unique())
    newest = keeping.newest_of(post.id) if rows else None
    return Progress(tuple(_rows(rows, newest)))


def of_many(master_ids: Collection[uuid.UUID], actor: Actor) -> dict[uuid.UUID, Progress]:
    """How many are ready, for a list of posts, in one statement; who has each is not told."""
    found = session.scalars(_asked(master_ids, actor)).unique() if master_ids else ()
    by_master: dict[uuid.UUID, list[Adaptation]] = {each: [] for each in master_ids}
    for row in found:
        by_master[row.master_id].append(row)
    return {each: Progress(tuple(_row(row, None, "") for row in rows)) for each, rows in by_master.items()}


def _asked(master_ids: Collection[uuid.UUID], actor: Actor) -> sa.Select[Any]:
    query = sa.select(Adaptation).where(Adaptation.master_id.in_(master_ids), *scope(Adaptation, actor))
    return query.options(joinedload(Adaptation.post), joinedload(Adaptation.declined_by))


def _rows(rows: list[Adaptation], newest: Edition | None) -> list[Row]:
    waits = {key: words for tell in WAITS for key, words in tell(keeping.ids(rows)).items()} if rows else {}
    made = [_row(row, newest, waits.get(row.post_id) or _who(row)) for row in rows]
    return sorted(made, key=lambda each: each.adaptation.region.name.casefold())


def _row(row: Adaptation, newest: Edition | None, who: str) -> Row:
    ready = row.declined_at is None and State(row.post.state) in READY
    behind = newest is not None and row.edition_id != newest.id
    return Row(row, lifecycle.look(row.post), ready, behind, who)


def _who(row: Adaptation) -> str:
    """Who has it, as long as it waits for nobody's yes."""
    if row.declined_at is not None:
        by = row.declined_by.name if row.declined_by else ""
        if row.recalled:
            return _("Taken back by %(name)s", name=by)
        return _("Declined by %(name)s", name=by) if by else _("Declined")
    if row.post.author_id == row.person_id and row.post.current_id is None:
        return _("Nobody has begun")
    return row.post.author.name

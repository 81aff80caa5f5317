"""What can be chosen: posts that wait for this person and have no open check, as the queue says; then each with the
very version it is about."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from webapp.db import session
from webapp.errors import Invalid
from webapp.i18n import _, ngettext
from webapp.people.permissions import Actor, scope
from webapp.posts.models import Revision

from .. import queries, rows
from ..models import Submission

MOST = 50


@dataclass(frozen=True)
class Pick:
    """A submission and the revision that was shown with it."""

    submission: uuid.UUID
    revision: uuid.UUID

    @property
    def token(self) -> str:
        """As a form carries it."""
        return f"{self.submission}:{self.revision}"


@dataclass(frozen=True)
class Line:
    """A row of the list to confirm: with its version."""

    row: rows.Row
    pick: Pick
    number: int
    hash: str


def clean(row: rows.Row) -> bool:
    """Whether a row of the queue may be chosen."""
    return row.flag.level == "ok"


def offered(actor: Actor, region: uuid.UUID | None) -> list[rows.Row]:
    """The first posts that wait, by deadline, the clean and the others."""
    query, values = queries.waiting(actor, region)
    return rows.rows(session.scalars(query.order_by(*queries.SORT).limit(MOST), values).all())


def lines(actor: Actor, wanted: Collection[uuid.UUID]) -> list[Line]:
    """Those of the chosen that still wait for this person and are clean, each with the revision it is about now."""
    query, values = queries.waiting(actor)
    chosen = query.where(Submission.id.in_(wanted)).order_by(*queries.SORT).options(undefer(Submission.revision_id))
    found = list(session.scalars(chosen, values))
    about = {each.id: each.revision_id for each in found}
    versions = _versions(set(about.values()))
    return [Line(row, Pick(row.id, about[row.id]), *versions[about[row.id]]) for row in rows.rows(found) if clean(row)]


def seen(actor: Actor) -> list[sa.ColumnElement[bool]]:
    """Conditions that keep submissions to what this person may see."""
    return scope(Submission, actor)


def _versions(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[int, str]]:
    query = sa.select(Revision.id, Revision.number, Revision.hash).where(Revision.id.in_(ids))
    return {row.id: (row.number, row.hash) for row in session.execute(query)}


def ids(raw: Sequence[str]) -> list[uuid.UUID]:
    """Chosen submissions as a form sends them. Raises Invalid for none, too many, or what is no id."""
    return [pick.submission for pick in picks([f"{each}:{uuid.UUID(int=0)}" for each in raw])]


def picks(raw: Sequence[str]) -> list[Pick]:
    """Chosen submissions with their revisions, each once. Raises Invalid likewise."""
    if not raw:
        raise Invalid(_("Choose at least one post."))
    if len(raw) > MOST:
        raise Invalid(ngettext("Choose at most %(n)s post at once.", "Choose at most %(n)s posts at once.", MOST))
    return list(dict.fromkeys(_pick(each) for each in raw))


def _pick(raw: str) -> Pick:
    submission, _colon, revision = raw.partition(":")
    try:
        if len(submission) != 36 or len(revision) != 36:
            raise ValueError
        return Pick(uuid.UUID(submission), uuid.UUID(revision))
    except ValueError:
        raise Invalid(_("This form is damaged. Reload the page and try again.")) from None

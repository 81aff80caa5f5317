"""What a card and a decision ask for and mostly find nothing of: the statement that reads the submission says of each
whether it is there, and what is not is not asked for."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from webapp import db
from webapp.posts.models import Comment

from .guests.models import Invitation
from .models import Decision, Submission


@dataclass(frozen=True)
class Around:
    """Rows of `model`: their column `of` holds what the column `to` of a submission holds, and they fulfil `where`."""

    model: type[db.Base]
    of: str
    to: str
    where: tuple[sa.ColumnElement[bool], ...] = ()


AROUND: list[Around] = [
    Around(Decision, "submission_id", "id"),
    Around(Comment, "post_id", "post_id"),
    Around(Invitation, "post_id", "post_id"),
]
"""Higher rooms add theirs, and look into `db.absent()` before they ask."""


def columns() -> list[sa.Exists]:
    """Whether each is there, beside a `Submission`."""
    return [
        sa.exists().where(getattr(each.model, each.of) == getattr(Submission, each.to), *each.where) for each in AROUND
    ]


def note(submission: Submission, there: Sequence[bool]) -> None:
    """Remember for this transaction what `columns` answered, in place of what it saw before."""
    for each, found in zip(AROUND, there, strict=True):
        key: tuple[str, uuid.UUID] = (each.model.__tablename__, getattr(submission, each.to))
        if found:
            db.absent().discard(key)
        else:
            db.absent().add(key)

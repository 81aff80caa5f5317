"""Finding is the permission check: invisible is 404, visible but not allowed is 403."""

import uuid
from typing import Any, TypeVar

import sqlalchemy as sa

from webapp import db
from webapp.db import Base, session
from webapp.errors import Forbidden, NotFound
from webapp.i18n import _
from webapp.people.permissions import Permission, scope

from .actor import actor

Row = TypeVar("Row", bound=Base)


def find(
    model: type[Row], row_id: uuid.UUID, may: Permission = Permission.VIEW, *options: Any, lock: bool = False
) -> Row:
    """The row, if this person sees it and may do that in its region; `lock` takes it alone for this transaction."""
    person = actor()
    conditions = [model.id == row_id, *scope(model, person)]  # type: ignore[attr-defined]
    deleted_at = getattr(model, "deleted_at", None)
    if deleted_at is not None:
        conditions.append(deleted_at.is_(None))
    query = sa.select(model).where(*conditions).options(*options)
    if lock:
        query = query.with_for_update(of=model).execution_options(populate_existing=True)
    row = session.scalars(query).unique().first()
    if row is None:
        raise NotFound
    if lock:
        db.taken().add(row_id)
    allow(may, row)
    return row


def allow(permission: Permission, row: Any = None) -> None:
    """403 unless the person holds the permission there."""
    if not actor().may(permission, row):
        raise Forbidden(_("Your role does not allow this here. Ask an administrator."))

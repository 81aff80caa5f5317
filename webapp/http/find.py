"""Finding is the permission check: invisible is 404, visible but not allowed is 403."""

import uuid
from functools import cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import lazyload

from webapp import db
from webapp.db import Base, session
from webapp.errors import Forbidden, NotFound
from webapp.i18n import _
from webapp.people.permissions import Permission, scope_by_name, scope_values

from .actor import actor

Row = TypeVar("Row", bound=Base)


def find(
    model: type[Row],
    row_id: uuid.UUID,
    may: Permission = Permission.VIEW,
    *options: Any,
    lock: bool = False,
    alone: bool = False,
) -> Row:
    """The row, if this person sees it and may do that in its region; `lock` takes it for this transaction alone.

    `alone`: without what is always read with it, which is read when it is asked for.
    """
    person = actor()
    query = _one(model, everywhere=person.everywhere(Permission.VIEW), lock=lock, alone=alone)
    values = {"row": row_id, **scope_values(person)}
    row = session.scalars(query.options(*options) if options else query, values).unique().first()
    if row is None:
        raise NotFound
    if lock:
        db.take(row_id)
    allow(may, row)
    return row


@cache
def _one(model: Any, *, everywhere: bool, lock: bool, alone: bool) -> sa.Select[Any]:
    query = sa.select(model).where(model.id == sa.bindparam("row"), *scope_by_name(model, everywhere=everywhere))
    if hasattr(model, "deleted_at"):
        query = query.where(model.deleted_at.is_(None))
    if alone:
        query = query.options(lazyload("*"))
    return query.with_for_update(of=model).execution_options(populate_existing=True) if lock else query


def allow(permission: Permission, row: Any = None) -> None:
    """403 unless the person holds the permission there."""
    if not actor().may(permission, row):
        raise Forbidden(_("Your role does not allow this here. Ask an administrator."))

"""When reply times, working hours or free days of a region change, what waits there and below has other deadlines.

As `approvals/recount.py`: the listener of events only writes down that it is to be done, a job does it a page at a
time. Who was warned of a deadline is not warned of the same conversation again because it moved.
"""

import time
import uuid
from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from webapp import db, events, times
from webapp.db import Instant, among, session
from webapp.events import Event
from webapp.people.models import Region

from . import deadlines
from .keeping import DeadlineRecount
from .models import Conversation, Message

KINDS = frozenset(
    {
        "inbox.targets_changed",
        "region.moved",
        "day.changed",
        "day.removed",
        "day.imported",
        "day.import_undone",
    }
)
HOURS = frozenset({"zone", "country", "subdivision", "minded", "work_days", "work_start", "work_end"})
"""What of a region its working time follows from."""
PAGE = 200
PATIENCE = 5.0
"""Seconds that a job is at it before others have their turn."""
C, M = Conversation, Message


def on_event(event: Event) -> None:
    """Ask for a recount of a region whose time for answers changed."""
    if event.region_id is not None and event.organization_id is not None and _concerns(event):
        ask(event.organization_id, event.region_id)


def _concerns(event: Event) -> bool:
    if event.kind == "region.changed":
        return bool(HOURS & set(event.data.get("after") or ()))
    return event.kind in KINDS or (event.kind == "day.added" and event.data.get("what") == "closed")


def ask(organization_id: uuid.UUID, region_id: uuid.UUID) -> None:
    """Everything that waits in a region and below is to be counted, from the start."""
    asked = {"asked_at": times.now(), "after": None}
    there = sa.update(DeadlineRecount).where(DeadlineRecount.region_id == region_id).values(asked)
    if not session.execute(there).rowcount:  # type: ignore[attr-defined]
        where = {"region_id": region_id, "organization_id": organization_id}
        session.execute(db.insert_ignoring(DeadlineRecount, **where, **asked, moved=0))


def due(seconds: float = PATIENCE) -> int:
    """Count what was asked for, page by page, for a moment; answers how many moved. Commits each page."""
    began, moved = time.monotonic(), 0
    while (found := page()) is not None:
        moved += found
        db.commit()
        if time.monotonic() - began >= seconds:
            break
    return moved


def page() -> int | None:
    """Count the next page of a region that nobody else is at; None when nothing is asked for."""
    query = sa.select(DeadlineRecount).order_by(DeadlineRecount.asked_at, DeadlineRecount.region_id).limit(1)
    asked = session.scalars(query if db.is_sqlite() else query.with_for_update(skip_locked=True)).first()
    if asked is None:
        return None
    found = _waiting(asked)
    moved = some(found)
    asked.moved += moved
    if len(found) < PAGE:
        _over(asked)
    else:
        asked.after = found[-1]
    session.flush()
    return moved


def _waiting(asked: DeadlineRecount) -> list[uuid.UUID]:
    path = session.get_one(Region, asked.region_id).path
    below = sa.select(Region.id).where(
        Region.organization_id == asked.organization_id, Region.path.startswith(path, autoescape=True)
    )
    where = (C.region_id.in_(below), C.state == "open", C.sort_at < deadlines.MIRROR, C.due_at.is_not(None))
    query = sa.select(C.id).where(*where, C.id > (asked.after or uuid.UUID(int=0)))
    return list(session.scalars(query.order_by(C.id).limit(PAGE)))


def _over(asked: DeadlineRecount) -> None:
    """All of the region is done; what moved is one line of the trail."""
    if asked.moved:
        region = session.get_one(Region, asked.region_id)
        events.record("inbox.deadlines_moved", region, by=None, region_id=region.id, many=asked.moved)
    session.delete(asked)


def some(found: Collection[uuid.UUID]) -> int:
    """Give conversations that wait the deadlines that hold now; answers how many had others. Four statements."""
    columns = (C.id, C.channel_id, C.due_at, C.last_at)
    query = sa.select(*columns).where(among(C.id, found), C.due_at.is_not(None)).order_by(C.id)
    rows = session.execute(query if db.is_sqlite() else query.with_for_update()).all() if found else []
    if not rows:
        return 0
    since: dict[uuid.UUID, datetime] = dict(session.execute(_since(), {"ids": [row.id for row in rows]}).all())
    now = deadlines.Due({row.channel_id for row in rows})
    moved: list[dict[str, Any]] = []
    for row in rows:
        at = now.at(row.channel_id, since[row.id]) if row.id in since else row.due_at
        if at != row.due_at:
            moved.append({"key": row.id, "due_at": at, "sort_at": deadlines.sort_at(at, row.last_at)})
    if moved:
        session.execute(_update(), moved)
    return len(moved)


@cache
def _since() -> Any:
    """Since when each of some conversations waits."""
    ours = sa.orm.aliased(M)
    said = (ours.conversation_id == C.id, ours.side == "out", ours.deleted_at.is_(None))
    last_out = sa.select(sa.func.max(ours.at)).where(*said).correlate(C).scalar_subquery()
    return (
        sa.select(M.conversation_id, sa.func.min(M.at, type_=Instant()))
        .join(C, C.id == M.conversation_id)
        .where(C.id.in_(sa.bindparam("ids", expanding=True)), deadlines.waiting(last_out, C.handled_at))
        .group_by(M.conversation_id)
    )


@cache
def _update() -> sa.Update:
    """One deadline by its conversation."""
    table: Any = C.__table__
    values = {name: sa.bindparam(name, type_=table.c[name].type) for name in ("due_at", "sort_at")}
    return sa.update(table).where(table.c.id == sa.bindparam("key", type_=sa.Uuid())).values(values)

"""A calendar with something on it: posts at wall times of a region, in a given state."""

from contextlib import contextmanager
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from tests.posts import make
from webapp import db, times
from webapp.posts import lifecycle


def planned(cast, wall, zone="Europe/Warsaw", region=None, state="draft", channels=None, text="Words", **more):
    """A post at a wall time (`2026-11-26T18:30`), whatever state it is said to be in."""
    at = times.plan(times.parse_wall(wall), zone)
    post = make.post(
        cast,
        channels if channels is not None else [],
        text,
        planned_at=at.at,
        zone=zone,
        wall=wall,
        **more,
    )
    if region is not None:
        post.region_id, post.region = region.id, region
    post.state, post.slot_at = state, at.at
    db.session.flush()
    return post


def soon(days=2, hour=12):
    """A wall time some days ahead, as text."""
    day = times.today("Europe/Warsaw") + timedelta(days=days)
    return datetime.combine(day, datetime.min.time()).replace(hour=hour).isoformat(timespec="minutes")


def key(row):
    """Its id, also after the session that read it is gone."""
    return sa.inspect(row).identity[0]


def day(text):
    return date.fromisoformat(text[:10])


def projected(post):
    """What lists show of it, from what is so."""
    lifecycle.project(post)
    db.commit()


@contextmanager
def counted():
    """The statements of this block."""
    made = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("PRAGMA", "BEGIN")):
            made.append(statement)

    sa.event.listen(db.engine(), "before_cursor_execute", note)
    try:
        yield made
    finally:
        sa.event.remove(db.engine(), "before_cursor_execute", note)


def body(answer):
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)

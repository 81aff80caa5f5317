"""Hand-made histories: a clock that stands at a Wednesday morning, and posts that are decided on when we say."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

from tests.approvals import house
from tests.cast import Clock
from tests.posts import make
from webapp import db
from webapp.insights import frame, report

WEDNESDAY = datetime(2026, 6, 10, 8, 0, tzinfo=UTC)
"""10:00 in Warsaw, 9:00 in London, 12:00 in Dubai: everybody works."""


def at(clock: Clock, day: int = 10, hour: int = 8, minute: int = 0) -> None:
    """June 2026, UTC; Warsaw is two hours ahead."""
    clock.at = datetime(2026, 6, day, hour, minute, tzinfo=UTC)


def waiting(cast, **more):
    """A post that goes out as soon as it is approved, sent now: it never misses a slot."""
    return house.waiting(cast, **{"as_soon": True, "planned_at": None, **more})


def decided(cast, clock, after, verdict="approve", who="approver", by="author", **more):
    """A post that is sent now and decided on some minutes later; its submission."""
    row = waiting(cast, by=by, **more)
    clock.forward(minutes=after)
    house.decide(cast, row, who, verdict)
    return row


def of_dubai(cast, **more):
    """A post of Dubai that is sent now."""
    values = {"as_soon": True, "planned_at": None, **more}
    post = make.post(cast, [make.channel(cast, region=cast.dubai)], by="dubai_author", **values)
    post.region_id = cast.dubai.id
    db.session.flush()
    db.session.refresh(post)
    return house.send(cast, post, "dubai_author")


def dubai(cast, clock, after, verdict="approve"):
    """A post of Dubai that is decided on some minutes after it was sent."""
    row = of_dubai(cast)
    clock.forward(minutes=after)
    house.decide(cast, row, "teammate", verdict)
    return row


def read(cast, name="administrator", **args):
    """The report as somebody sees it."""
    db.session.rollback()
    return report.of(frame.of(cast.actor(name), {key: str(value) for key, value in args.items()}))


def minutes(*values):
    found = [None if value is None else value / timedelta(minutes=1) for value in values]
    return found[0] if len(found) == 1 else found


def screen(cast, name="administrator", query=""):
    answer = getattr(cast, name).get(f"/reports/approvals{query}")
    return answer.get_data(as_text=True) if answer.status_code == 200 else answer.status_code


def table(cast, path, name="administrator"):
    """The lines of a CSV file."""
    answer = getattr(cast, name).get(path)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def array(cast, path, name="administrator"):
    answer = getattr(cast, name).get(path)
    assert answer.status_code == 200
    return json.loads(answer.get_data(as_text=True))

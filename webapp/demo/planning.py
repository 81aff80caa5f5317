"""What Pomela has in hand: ideas at every stage, a post that repeats every week, and templates to begin with."""

import uuid
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from webapp import times
from webapp.calendar.series import changing
from webapp.db import session
from webapp.posts import drafts
from webapp.posts.ideas import keeping as ideas
from webapp.posts.ideas.lifecycle import Stage
from webapp.posts.models import Post
from webapp.posts.templating import keeping as templates

if TYPE_CHECKING:
    from .timeline import House

Step = tuple[datetime, Callable[[], object]]
IDEAS = (
    ("", "A week behind the scenes of the harvest", "", Stage.NEW),
    ("", "What to do with the peel", "Candied, in tea, in a cake. Three pictures, one line each.", Stage.SHAPING),
    ("warsaw", "Grejpfrut do śniadania", "Pięć śniadań, które lubią kwaśne.", Stage.READY),
    ("sao-paulo", "Receita da avó", "Pedir aos leitores a receita da avó deles.", Stage.NEW),
    ("tokyo", "冬のホットグレープフルーツ", "", Stage.SHAPING),
)
"""Office, title, notes, and how far it is."""
WEEKLY = ("sao-paulo", "Quinta da receita: o que vai bem com toranja esta semana?", time(11), 4)
"""Office, words, hour on the clocks there, ISO weekday."""
TEMPLATES = (("sao-paulo", "Receita da semana"), ("warsaw", "Zapowiedź z obrazkiem"), ("", "Product news"))
"""Office whose newest post is kept, and its name."""


def steps(house: "House", now: datetime) -> list[Step]:
    """In the last two hours."""
    begun = now - timedelta(hours=2, seconds=40)
    found: list[Step] = [
        (begun + timedelta(minutes=n), lambda idea=idea: _idea(house, *idea))  # type: ignore[misc]
        for n, idea in enumerate(IDEAS)
    ]
    found.append((begun + timedelta(minutes=20), lambda: _repeat(house, now)))
    return [*found, (begun + timedelta(minutes=30), lambda: _keep(house))]


def _idea(house: "House", office: str, title: str, notes: str, stage: Stage) -> None:
    by = house.author(office)
    said: dict[str, Any] = {"title": title, "notes": notes, "campaign_id": None, "labels": []}
    row = ideas.have(house.region(office), said, by)
    if stage != Stage.NEW:
        ideas.move(row, stage, by)


def _repeat(house: "House", now: datetime) -> None:
    office, text, hour, weekday = WEEKLY
    region, by = house.region(office), house.author(office)
    soon = times.local(now, region.zone).date() + timedelta(days=2)
    first = soon + timedelta(days=(weekday - soon.isoweekday()) % 7)
    wall = datetime.combine(first, hour).isoformat(timespec="minutes")
    post = drafts.create(region, by, text=text, channels=[house.feed(office)], wall=wall)
    changing.begin(post, changing.Wanted("weekly", 1, (weekday,), None, None), by)


def _keep(house: "House") -> None:
    for office, name in TEMPLATES:
        templates.keep(_newest(house.regions[office]), name, house.author(office), own=False)


def _newest(region_id: uuid.UUID) -> Post:
    query = sa.select(Post).where(Post.region_id == region_id, Post.deleted_at.is_(None))
    return session.scalars(query.order_by(Post.id.desc()).limit(1)).unique().one()

"""One post of headquarters, of a campaign, that three offices adapt: one is ready, one writes, one has not begun."""

import uuid
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from webapp import times
from webapp.approvals import decisions, submission
from webapp.db import session
from webapp.posts import drafts, readings, revisions
from webapp.posts.adapting import asking
from webapp.posts.labels import filing
from webapp.posts.labels.models import Campaign
from webapp.posts.models import Post

from .approving import CAMPAIGN

if TYPE_CHECKING:
    from .timeline import House

Step = tuple[datetime, Callable[[], object]]
CLAIM = "No added sugar."
TEXT = f"Breakfast around the world: show us your first glass of the day. {CLAIM}"
OFFICES = {
    "sao-paulo": f"Café da manhã pelo mundo: mostre o seu primeiro copo do dia. {CLAIM}",
    "tokyo": f"世界の朝ごはん。一杯目のジュースを見せてください。{CLAIM}",
    "dubai": "",
}
"""What each office made of it so far."""
READY = "sao-paulo"
DAYS = 6


def steps(house: "House", now: datetime) -> list[Step]:
    """It is written, handed on, adapted by two, and approved for one."""
    made = _Adapted(house, now)
    begun = now - timedelta(hours=3, seconds=30)
    found: list[Step] = [(begun, made.write), (begun + timedelta(minutes=5), made.hand_on)]
    found += [
        (begun + timedelta(minutes=20 + n), lambda office=office: made.adapt(office))  # type: ignore[misc]
        for n, office in enumerate(office for office, text in OFFICES.items() if text)
    ]
    return [*found, (begun + timedelta(minutes=50), made.approve)]


class _Adapted:
    def __init__(self, house: "House", now: datetime) -> None:
        self.house, self.by = house, house.actors["planner"]
        zone = house.region("").zone
        day = times.local(now, zone).date() + timedelta(days=DAYS)
        self.planned = times.plan(datetime.combine(day, time(9)), zone, fold=0)
        self.posts: dict[str, uuid.UUID] = {}

    def _save(self, post: Post, text: str, by: object) -> None:
        values = drafts.Values(
            text=text,
            language=post.region.language,
            region=post.region,
            channels={v.channel_id: drafts.Own() for v in post.variants},
            planned=times.plan(self.planned.wall, post.region.zone, fold=0),
            wall=self.planned.wall.isoformat(timespec="minutes"),
        )
        drafts.save(post, values, by, version=post.version)  # type: ignore[arg-type]

    def write(self) -> None:
        post = drafts.create(self.house.region(""), self.by, channels=[self.house.feed("")])
        self.posts[""] = post.id
        self._save(post, TEXT, self.by)
        campaign = session.scalars(sa.select(Campaign.id).where(Campaign.name == CAMPAIGN)).one()
        filing.apply(post, filing.Filing(campaign=campaign))

    def hand_on(self) -> None:
        regions = [self.house.region(office) for office in OFFICES]
        what = asking.Handing(regions=regions, passages=[CLAIM], note="The claim is cleared by legal as it stands.")
        master = session.get_one(Post, self.posts[""])
        asking.hand_on(master, what, self.by)
        self.posts |= {
            office: row.post_id
            for row in asking.of_master(master)
            for office in OFFICES
            if row.region_id == self.house.regions[office]
        }

    def adapt(self, office: str) -> None:
        post = session.get_one(Post, self.posts[office])
        author = self.house.author(office)
        self._save(post, OFFICES[office], author)
        if office == READY:
            submission.submit(post, author)

    def approve(self) -> None:
        post, approver = session.get_one(Post, self.posts[READY]), self.house.approver(READY)
        revision = revisions.current(post)
        assert revision is not None
        readings.note(revision, approver)
        decisions.decide(post, revision.id, "approve", approver)

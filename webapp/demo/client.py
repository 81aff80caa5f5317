"""A post that a partner outside decides about: Brand said yes, and now it waits for the partner, by link."""

import uuid
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from webapp import times
from webapp.approvals import decisions, submission
from webapp.approvals.guests import inviting
from webapp.approvals.workflows import versions
from webapp.approvals.workflows.choosing import DEFAULT
from webapp.db import session
from webapp.people.permissions import Actor
from webapp.posts import comments, drafts, readings, revisions
from webapp.posts.labels import catalog, filing
from webapp.posts.labels.models import Label
from webapp.posts.models import Post

if TYPE_CHECKING:
    from .timeline import House

Step = tuple[datetime, Callable[[], object]]
LABEL, WORKFLOW = "Partner", "Brand, then the partner"
GUEST, ADDRESS = "Sok agency", "agency@sok.example"
TEXT = "Razem smaczniej: Pomela i herbaciarnia Sok zapraszają na grejpfrutową herbatę, w każdą sobotę do świąt."
SAID = "Is the name of your tea room right like this?"
OFFICE, DAYS = "warsaw", 3


def set_up(by: Actor) -> None:
    """The label of what is made with somebody else, and its workflow."""
    label = catalog.create(Label, {"name": LABEL}, by)
    session.flush()
    draft = versions.create("label", label.id, by, WORKFLOW)
    draft.stages = [
        {**DEFAULT, "id": "brand", "name": "Brand"},
        {"id": "partner", "name": LABEL, "who": [{"kind": "client", "client": ""}], "needed": "any"},
    ]
    versions.publish(draft, by)


def steps(house: "House", now: datetime) -> list[Step]:
    """It is written, the partner is asked, Brand says yes; their mail is on its way."""
    made = _Asked(house, now)
    begun = now - timedelta(hours=6, seconds=20)
    return [
        (begun, made.write),
        (begun + timedelta(minutes=20), made.ask),
        (begun + timedelta(hours=5), made.approve),
    ]


class _Asked:
    def __init__(self, house: "House", now: datetime) -> None:
        self.house, self.by = house, house.author(OFFICE)
        zone = house.region(OFFICE).zone
        day = times.local(now, zone).date() + timedelta(days=DAYS)
        self.planned = times.plan(datetime.combine(day, time(17)), zone, fold=0)
        self.post_id: uuid.UUID | None = None

    @property
    def post(self) -> Post:
        return session.get_one(Post, self.post_id)

    def write(self) -> None:
        post = drafts.create(self.house.region(OFFICE), self.by, channels=[self.house.feed(OFFICE)])
        self.post_id = post.id
        values = drafts.Values(
            text=TEXT,
            language=post.region.language,
            region=post.region,
            channels={v.channel_id: drafts.Own() for v in post.variants},
            planned=self.planned,
            wall=self.planned.wall.isoformat(timespec="minutes"),
        )
        drafts.save(post, values, self.by, version=post.version)
        label = session.scalars(sa.select(Label.id).where(Label.name == LABEL)).one()
        filing.apply(post, filing.Filing(labels=frozenset({label})))

    def ask(self) -> None:
        submission.submit(self.post, self.by)
        inviting.invite(self.post, ADDRESS, GUEST, "pl", 7, self.by)
        comments.add(self.post, SAID, self.by, audience="client")

    def approve(self) -> None:
        post, approver = self.post, self.house.approver(OFFICE)
        revision = revisions.current(post)
        assert revision is not None
        readings.note(revision, approver)
        decisions.decide(post, revision.id, "approve", approver)

"""What happened to each demo post, step by step in time, through the verbs of posts, approvals and publishing."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from webapp import db, times
from webapp.approvals import decisions, submission, sweep
from webapp.assets import store
from webapp.assets.models import Asset
from webapp.channels.models import Channel
from webapp.db import session
from webapp.people.models import Region
from webapp.people.permissions import Actor
from webapp.posts import comments, drafts, readings, revisions
from webapp.posts import pictures as media
from webapp.posts.models import Post
from webapp.publishing import pauses, sending
from webapp.publishing.models import Pause

from . import adapting, client, pictures, planning, trouble
from .stories import Fate, Story

Step = tuple[datetime, Callable[[], object]]
_DECIDED = (Fate.SCHEDULED, Fate.HELD, Fate.PUBLISHED, Fate.PARTLY, Fate.FAILED, Fate.UNKNOWN)
_OUT = (Fate.PUBLISHED, Fate.PARTLY)


@dataclass
class House:
    """The company: regions, people as actors, one feed a region; by the keys of `company.py` ("": headquarters).

    Rows are kept by id: the sender works in sessions of its own, and each step begins in a fresh one.
    """

    regions: dict[str, uuid.UUID]
    actors: dict[str, Actor]
    channels: dict[str, uuid.UUID]
    assets: dict[str, uuid.UUID] = field(default_factory=dict)

    def region(self, office: str) -> Region:
        """The region, in the session of the moment."""
        return session.get_one(Region, self.regions[office])

    def feed(self, office: str) -> Channel:
        """Its Site feed, in the session of the moment."""
        return session.get_one(Channel, self.channels[office])

    def author(self, office: str) -> Actor:
        """Who writes there."""
        return self.actors[f"{office.replace('-', '.')}.author" if office else "planner"]

    def approver(self, office: str) -> Actor:
        """Who says yes there."""
        return self.actors.get(f"{office}.approver") or self.actors["headquarters.approver"]


def run(house: House, stories: Sequence[Story], now: datetime, more: Sequence[Step] = ()) -> None:
    """Let every step happen at its moment, then let the present begin."""
    steps: list[Step] = [*more]
    for n, story in enumerate(stories):
        steps += _Thread(house, story, now, timedelta(minutes=n)).steps()
    steps += [*adapting.steps(house, now), *client.steps(house, now), *planning.steps(house, now)]
    steps += [(now, sweep.expire_due), (now, sending.publish_due)]
    for at, act in sorted(steps, key=lambda step: step[0]):
        times.clock = lambda at=at: at  # type: ignore[misc]
        act()
        db.commit()


class _Thread:
    """One post and what happens to it."""

    def __init__(self, house: House, story: Story, now: datetime, apart: timedelta) -> None:
        self.house, self.story, self.now = house, story, now
        self.zone = house.region(story.office).zone
        self.author, self.approver = house.author(story.office), house.approver(story.office)
        self.planned = self._slot()
        end = min(self.planned.at, now) if self.planned else now
        self.written, self.sent = end - timedelta(hours=20) + apart, end - timedelta(hours=12) + apart
        self.decided = end - timedelta(hours=5) + apart
        self.post_id: uuid.UUID | None = None

    def _slot(self) -> times.Planned | None:
        slot, zone = self.story.slot, self.zone
        if slot is None:
            return None
        if isinstance(slot, tuple):
            day = times.local(self.now, zone).date() + timedelta(days=slot[0])
            return times.plan(datetime.combine(day, time.fromisoformat(slot[1])), zone, fold=0)
        at = self.now + timedelta(hours=slot)
        return times.planned_from(at + timedelta(minutes=-at.minute % 5), zone)

    def steps(self) -> list[Step]:
        fate = self.story.fate
        steps: list[Step] = [(self.written, lambda: self.write(self.story.before or self.story.text))]
        if fate is Fate.DRAFT:
            return steps
        steps.append((self.sent, self.submit))
        if fate in (Fate.SENT_BACK, Fate.REJECTED, Fate.REVISED):
            steps.append((self.decided, self.refuse))
        elif self.story.comment:
            steps.append((self.decided, self.say))
        if fate is Fate.REVISED:
            steps += [
                (self.decided + timedelta(hours=1), self.rewrite),
                (self.decided + timedelta(hours=2), self.submit),
            ]
        if fate in _DECIDED:
            steps.append((self.decided, self.approve))
        return steps + self._sends()

    def _sends(self) -> list[Step]:
        if self.planned is not None and self.story.fate in (Fate.FAILED, Fate.UNKNOWN):
            return trouble.steps(self.planned.at, unclear=self.story.fate is Fate.UNKNOWN)
        if self.story.fate not in _OUT or self.planned is None:
            return []
        at = self.planned.at
        steps: list[Step] = [(at + timedelta(seconds=1), sending.publish_due)]
        if self.story.fate is Fate.PARTLY:
            steps += [(at - timedelta(minutes=20), self.pause), (at + timedelta(minutes=40), self.unpause)]
        return steps

    def write(self, text: str) -> None:
        feeds = self.story.feeds or (self.story.office,)
        region = self.house.region(self.story.office)
        post = drafts.create(region, self.author, channels=[self.house.feed(key) for key in feeds])
        self.post_id = post.id
        if self.story.picture:
            self.illustrate(post)
        self.save(text)

    def illustrate(self, post: Post) -> None:
        """Pictures are drawn at headquarters, each once."""
        key = self.story.picture
        if key not in self.house.assets:
            session.flush()
            data, top = pictures.draw(key), self.house.region("")
            self.house.assets[key] = store.take(data, f"{key}.png", region=top, by=self.house.actors["planner"]).id
        media.add(post, session.get_one(Asset, self.house.assets[key]), self.author)

    def save(self, text: str) -> None:
        post = self.the_post
        values = drafts.Values(
            text=text,
            language=self.story.language or post.region.language,
            region=post.region,
            channels={v.channel_id: drafts.Own() for v in post.variants},
            as_soon=self.planned is None and self.story.fate is not Fate.DRAFT,
            planned=self.planned,
            wall=self.planned.wall.isoformat(timespec="minutes") if self.planned else "",
            alts={m.id: (self.story.alt, False) for m in post.media},
        )
        drafts.save(post, values, self.author, version=post.version)

    @property
    def the_post(self) -> Post:
        """The post, once it is written."""
        assert self.post_id is not None
        return session.get_one(Post, self.post_id)

    def submit(self) -> None:
        submission.submit(self.the_post, self.author)

    def rewrite(self) -> None:
        self.save(self.story.text)

    def _decide(self, verdict: str, reasons: tuple[str, ...] = (), comment: str = "") -> None:
        revision = revisions.current(self.the_post)
        assert revision is not None
        readings.note(revision, self.approver)
        decisions.decide(self.the_post, revision.id, verdict, self.approver, reasons=reasons, comment=comment)

    def approve(self) -> None:
        self._decide("approve")

    def refuse(self) -> None:
        verdict = "reject" if self.story.fate is Fate.REJECTED else "changes"
        self._decide(verdict, ("claim",), self.story.comment)

    def say(self) -> None:
        comments.add(self.the_post, self.story.comment, self.author)

    def pause(self) -> None:
        channel = self.house.feed(self.story.feeds[-1])
        self.stopped = pauses.pause(channel, "news", self.house.actors["planner"]).id

    def unpause(self) -> None:
        pauses.end(session.get_one(Pause, self.stopped), self.house.actors["planner"])

"""A planned night and day over the change of clocks, in a simulated clock: planned through the form as people type it,
cleared, and sent by what the clock rings for, each at its own instant, never before and never twice."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from jobs import perform
from jobs import start as listed
from tests.cast import Browser
from tests.posts.adapting import house as composer
from tests.publishing import house
from webapp import db, times
from webapp.approvals import decisions
from webapp.channels.models import Channel
from webapp.people.models import Region
from webapp.people.permissions import Actor
from webapp.posts import drafts
from webapp.posts.models import Post
from webapp.publishing import due

FIRST, SECOND = {"fold": "0"}, {"fold": "1"}


def instead(at):
    return {"instead": at}


WARSAW = [
    ("2027-03-27T23:30", {}, "2027-03-27T22:30:00Z"),
    ("2027-03-28T01:59", {}, "2027-03-28T00:59:00Z"),
    ("2027-03-28T02:30", instead("2027-03-28T01:30:00Z"), "2027-03-28T01:30:00Z"),
    ("2027-03-28T03:00", {}, "2027-03-28T01:00:00Z"),
    ("2027-03-28T12:00", {}, "2027-03-28T10:00:00Z"),
    ("2027-03-29T12:00", {}, "2027-03-29T10:00:00Z"),
]
"""Two becomes three."""
SAO_PAULO = [
    ("2027-10-16T23:30", {}, "2027-10-17T02:30:00Z"),
    ("2027-10-17T00:30", {}, "2027-10-17T03:30:00Z"),
    ("2027-10-17T12:00", {}, "2027-10-17T15:00:00Z"),
]
"""It changed on that Sunday until 2018, and does not any more."""
CAIRO = [
    ("2027-04-29T23:30", {}, "2027-04-29T21:30:00Z"),
    ("2027-04-30T00:30", instead("2027-04-29T22:30:00Z"), "2027-04-29T22:30:00Z"),
    ("2027-04-30T01:00", {}, "2027-04-29T22:00:00Z"),
    ("2027-04-30T12:00", {}, "2027-04-30T09:00:00Z"),
]
"""Midnight becomes one."""
LORD_HOWE = [
    ("2027-10-02T23:30", {}, "2027-10-02T13:00:00Z"),
    ("2027-10-03T02:15", instead("2027-10-02T15:45:00Z"), "2027-10-02T15:45:00Z"),
    ("2027-10-03T02:30", {}, "2027-10-02T15:30:00Z"),
    ("2027-10-03T12:00", {}, "2027-10-03T01:00:00Z"),
]
"""By half an hour."""
BACK = [
    ("2027-10-31T02:30", FIRST, "2027-10-31T00:30:00Z"),
    ("2027-10-31T02:30", SECOND, "2027-10-31T01:30:00Z"),
    ("2027-10-31T12:00", {}, "2027-10-31T11:00:00Z"),
]
"""Warsaw again, when three becomes two and an hour comes twice."""
DAYS = {
    "Europe/Warsaw": WARSAW,
    "America/Sao_Paulo": SAO_PAULO,
    "Africa/Cairo": CAIRO,
    "Australia/Lord_Howe": LORD_HOWE,
}


@dataclass
class Desk:
    """Who writes and who approves, on that day; and where to."""

    browser: Browser
    author: Actor
    approver: Actor
    region: uuid.UUID
    channel: uuid.UUID


def desk(cast):
    channel = house.channel(cast)
    region, at = sa.inspect(cast.warsaw).identity[0], sa.inspect(channel).identity[0]
    return Desk(cast.signed_in("author"), cast.actor("author"), cast.actor("approver"), region, at)


def planned(at, wall, answer, text):
    """A post given its time in the composer, sent for approval there, and approved; what the clocks do is asked."""
    region, channel = db.session.get_one(Region, at.region), db.session.get_one(Channel, at.channel)
    row = drafts.create(region, at.author, text=text, channels=[channel])
    db.commit()
    key, path = row.id, f"/posts/{row.id}"
    data = composer.form(row, date=wall[:10], time=wall[11:], when="slot", action="send")
    if answer:
        asked = at.browser.post(path, data)
        assert asked.status_code == 422
        assert "The clocks change in" in asked.get_data(as_text=True)
    assert at.browser.post(path, data | answer).status_code == 303
    post = db.session.get_one(Post, key)
    decisions.decide(post, post.current_id, "approve", at.approver)
    db.commit()
    return key


def run_until(clock, sink, end):
    """What the clock does: it sleeps until something is due, rings, and looks again. Answers what went out and when."""
    went = []
    while (at := due.next_due(clock())) is not None and at <= end:
        for moment, some in ((at - timedelta(seconds=1), False), (at, True)):
            clock.at = max(clock.at, moment)
            before = len(sink.sent)
            db.session.remove()
            perform("publish_due")
            assert (len(sink.sent) > before) == some or clock.at != moment
        new = sink.sent[before:]
        went += [(sink.posts[key].text, times.iso(clock.at)) for key in new]
    return went


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("zone", "day"), [*DAYS.items(), ("Europe/Warsaw", BACK)], ids=[*(z.split("/")[1] for z in DAYS), "Warsaw-back"]
)
def test_a_day_on_which_the_clocks_change(cast, clock, sink, zone, day):
    assert listed.LISTED
    instants = [datetime.fromisoformat(at) for _wall, _answer, at in day]
    clock.at = min(instants) - timedelta(days=3)
    db.session.execute(sa.update(Region).where(Region.name == "Warsaw").values(zone=zone))
    db.commit()
    at_desk, expected = desk(cast), []
    for n, (wall, answer, at) in enumerate(day):
        key = planned(at_desk, wall, answer, f"Post {n} of {wall}")
        assert times.iso(db.session.get_one(Post, key).planned_at) == at
        expected.append((f"Post {n} of {wall}", at))
    went = run_until(clock, sink, max(instants) + timedelta(days=2))
    assert went == sorted(expected, key=lambda one: one[1])
    assert len(sink.sent) == len(set(sink.sent)) == len(day)
    assert [call for call in sink.calls if call[0] == "publish"] == [("publish", key) for key in sink.sent]


@pytest.mark.thorough
def test_all_of_them_in_one_clock(cast, clock, sink):
    """The four places at once: what is sent follows the instants, whatever the clocks on the walls say."""
    assert listed.LISTED
    clock.at = datetime(2027, 3, 20, tzinfo=UTC)
    at_desk, expected = desk(cast), []
    for zone, day in DAYS.items():
        db.session.execute(sa.update(Region).where(Region.name == "Warsaw").values(zone=zone))
        db.commit()
        for n, (wall, answer, at) in enumerate(day):
            planned(at_desk, wall, answer, f"Post {zone} {n} of {wall}")
            expected.append((f"Post {zone} {n} of {wall}", at))
    went = run_until(clock, sink, datetime(2027, 12, 1, tzinfo=UTC))
    assert went == sorted(expected, key=lambda one: one[1])
    assert {times.iso(clock.at)} == {max(at for _text, at in expected)}

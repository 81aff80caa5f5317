"""Feeds: right at the wall time of every zone, only what the person may see, nothing said twice, revoked at once."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.calendar import house
from webapp import db, events, times
from webapp.calendar.feeds import events as chosen
from webapp.calendar.feeds import lines, zones
from webapp.calendar.models import CalendarFeed
from webapp.people.models import Grant, Membership
from webapp.posts.labels.models import Campaign
from webapp.posts.models import Post

from .test_spans import ODD

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def today(clock):
    clock.at = NOW
    return clock


def address(browser, what=""):
    """A new feed, by the form; the path of its file."""
    assert browser.post("/calendar/feeds", {"what": str(what)}).status_code == 303
    html = house.body(browser.get("/calendar/feeds"))
    return re.search(r'value="https://nod.test(/calendars/[^"]+\.ics)"', html)[1]


def read(cast, path):
    answer = cast.signed_out().get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    return unfolded(answer.get_data(as_text=True))


def unfolded(body):
    """Strictly by RFC 5545: CRLF everywhere, at most 75 octets a line, every BEGIN with its END."""
    assert body.endswith("END:VCALENDAR\r\n")
    assert "\n" not in body.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in body.split("\r\n"))
    found = body.replace("\r\n ", "").split("\r\n")[:-1]
    stack = []
    for line in found:
        name, _, value = line.partition(":")
        if name == "BEGIN":
            stack.append(value)
        elif name == "END":
            assert stack.pop() == value
    assert not stack
    return found


def parts(found, kind):
    """Each component of a kind, as name (with parameters) to value."""
    made, inside = [], None
    for line in found:
        if line == f"BEGIN:{kind}":
            inside = {}
        elif line == f"END:{kind}":
            made.append(inside)
            inside = None
        elif inside is not None and not line.startswith(("BEGIN:", "END:")):
            name, _, value = line.partition(":")
            inside[name] = value
    return made


def by_text(found):
    return {each["SUMMARY"].partition(": ")[2]: each for each in parts(found, "VEVENT")}


def test_a_feed_holds_the_posts_at_their_wall_time_with_their_zone(today, cast):
    post = house.planned(cast, "2026-11-27T18:30", text="Evening, with; signs \\ and\nlines", state="scheduled")
    db.commit()
    found = read(cast, address(cast.author))
    (event,) = parts(found, "VEVENT")
    assert event["DTSTART;TZID=Europe/Warsaw"] == "20261127T183000"
    assert event["SUMMARY"] == "Scheduled: Evening\\, with\\; signs \\\\ and"
    assert event["UID"] == f"{house.key(post)}@nod"
    assert event["STATUS"] == "CONFIRMED"
    assert event["LOCATION"] == "Warsaw"
    assert event["URL"] == f"https://nod.test/posts/{house.key(post)}"
    assert "TZID:Europe/Warsaw" in found
    assert "BEGIN:VALARM" not in found


def offset_at(timezone, wall):
    """What a reader of the VTIMEZONE takes for the offset at a wall time: that of the last onset before it."""
    onsets = sorted((datetime.strptime(p["DTSTART"], "%Y%m%dT%H%M%S"), p["TZOFFSETTO"]) for p in timezone)
    return [to for at, to in onsets if at <= wall][-1]


@pytest.mark.parametrize("name", [*ODD, "Europe/Warsaw", "America/New_York", "Asia/Kathmandu", "Asia/Tokyo"])
def test_a_timezone_says_every_change_of_its_clocks(name):
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    found = list(zones.vtimezone(name, start, end))
    changes = parts(found, "STANDARD") + parts(found, "DAYLIGHT")
    at = start + timedelta(days=1)
    while at < end:
        there = times.local(at, name)
        wall = there.replace(tzinfo=None, fold=0)
        try:
            times.plan(wall, name)
        except times.TimeError:
            pass
        else:
            assert offset_at(changes, wall) == there.strftime("%z"), (name, at)
        at += timedelta(hours=7)


def test_only_what_the_person_may_see_is_in_it(today, cast):
    house.planned(cast, "2026-11-27T18:30", text="Warsaw only")
    house.planned(cast, "2026-11-27T18:30", "Asia/Dubai", cast.dubai, text="Dubai only")
    db.commit()
    assert set(by_text(read(cast, address(cast.author)))) == {"Warsaw only"}
    assert set(by_text(read(cast, address(cast.teammate)))) == {"Dubai only"}
    assert set(by_text(read(cast, address(cast.planner)))) == {"Warsaw only", "Dubai only"}
    assert set(by_text(read(cast, address(cast.planner, cast.dubai.id)))) == {"Dubai only"}
    assert set(by_text(read(cast, address(cast.stranger)))) == set()
    assert cast.author.post("/calendar/feeds", {"what": str(cast.dubai.id)}).status_code == 422


def test_a_campaign_has_its_own(today, cast):
    campaign = Campaign(organization_id=cast.organization.id, name="Winter")
    db.session.add(campaign)
    db.session.flush()
    house.planned(cast, "2026-11-27T18:30", text="In it", campaign_id=campaign.id)
    house.planned(cast, "2026-11-27T19:30", text="Not in it")
    db.commit()
    assert set(by_text(read(cast, address(cast.author, campaign.id)))) == {"In it"}


def test_what_is_over_is_cancelled_so_that_apps_take_it_away(today, cast):
    house.planned(cast, "2026-11-27T08:00", text="Rejected", state="rejected")
    house.planned(cast, "2026-11-27T09:00", text="Draft")
    gone = house.planned(cast, "2026-11-27T10:00", text="Deleted")
    db.commit()
    path = address(cast.author)
    before = by_text(read(cast, path))
    assert {text: each["STATUS"] for text, each in before.items()} == {
        "Rejected": "CANCELLED",
        "Draft": "TENTATIVE",
        "Deleted": "TENTATIVE",
    }
    cast.author.post(f"/posts/{house.key(gone)}/removal")
    after = by_text(read(cast, path))["Deleted"]
    assert after["STATUS"] == "CANCELLED"
    assert int(after["SEQUENCE"]) > int(before["Deleted"]["SEQUENCE"])


def test_an_unchanged_feed_is_the_same_to_the_letter_and_not_sent_again(today, cast):
    house.planned(cast, "2026-11-27T18:30", text="Evening")
    db.commit()
    path, browser = address(cast.author), cast.signed_out()
    first = browser.get(path)
    today.forward(minutes=50)
    assert browser.get(path).data == first.data
    with house.counted() as made:
        again = browser.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert len(made) <= 4
    cast.author.post("/posts", {"region": str(cast.warsaw.id), "text": "New", "day": "2026-11-28", "time": "09:00"})
    changed = browser.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert set(by_text(unfolded(changed.get_data(as_text=True)))) == {"Evening", "New"}


def test_a_moved_post_moves_and_grows_in_sequence(today, cast):
    post = house.planned(cast, "2026-11-27T18:30", text="Evening")
    db.commit()
    path = address(cast.author)
    before = by_text(read(cast, path))["Evening"]
    cast.author.post(
        f"/posts/{house.key(post)}/move", {"version": "1", "do": "move", "date": "2027-03-29", "time": "18:30"}
    )
    after = by_text(read(cast, path))["Evening"]
    assert after["UID"] == before["UID"]
    assert after["DTSTART;TZID=Europe/Warsaw"] == "20270329T183000"
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])


def test_the_second_of_two_same_hours_is_said_in_utc(today, cast, clock):
    clock.at = datetime(2026, 10, 20, tzinfo=UTC)
    for fold in (0, 1):
        at = times.plan(datetime(2026, 10, 25, 2, 30), "Europe/Warsaw", fold)
        post = house.planned(cast, "2026-10-25T04:00", text=f"Fold {fold}")
        post.planned_at = post.slot_at = at.at
    db.commit()
    found = by_text(read(cast, address(cast.author)))
    assert found["Fold 0"]["DTSTART;TZID=Europe/Warsaw"] == "20261025T023000"
    assert found["Fold 1"]["DTSTART"] == "20261025T013000Z"


def test_a_revoked_address_answers_like_one_that_never_was(today, cast):
    path = address(cast.author)
    feed = db.session.scalars(sa.select(CalendarFeed)).unique().one()
    removal = f"/calendar/feeds/{feed.id}/removal"
    for browser in (cast.approver, cast.stranger):
        assert browser.post(removal).status_code == 404
    assert cast.signed_out().get(path).status_code == 200
    assert cast.author.post(removal).status_code == 303
    gone, never = cast.signed_out().get(path), cast.signed_out().get("/calendars/" + "x" * 32 + ".ics")
    assert (gone.status_code, gone.data) == (never.status_code, never.data) == (404, never.data)
    kinds = db.session.scalars(sa.select(events.Event.kind).where(events.Event.kind.like("feed.%"))).all()
    assert sorted(kinds) == ["feed.made", "feed.revoked"]


def test_whoever_leaves_or_loses_the_region_reads_nothing_more(today, cast):
    house.planned(cast, "2026-11-27T18:30", text="Evening")
    db.commit()
    path, person = address(cast.author), cast.people["author"].id
    member = db.session.scalars(sa.select(Membership).where(Membership.person_id == person)).one()
    member.deactivated_at = times.now()
    db.commit()
    assert cast.signed_out().get(path).status_code == 404
    db.session.execute(sa.update(Membership).values(deactivated_at=None))
    db.session.execute(sa.delete(Grant).where(Grant.membership_id == house.key(member)))
    db.commit()
    assert cast.signed_out().get(path).status_code == 404


def test_the_address_is_in_no_trail_and_its_person_has_only_so_many(today, cast):
    path = address(cast.author)
    token = path.split("/")[-1].removesuffix(".ics")
    feed = db.session.scalars(sa.select(CalendarFeed)).unique().one()
    assert token not in repr(vars(feed))
    assert not db.session.scalars(
        sa.select(events.Event).where(sa.cast(events.Event.data, sa.Text).contains(token))
    ).all()
    for _ in range(19):
        address(cast.author)
    assert cast.author.post("/calendar/feeds", {"what": ""}).status_code == 422


@pytest.mark.parametrize(("most", "found"), [(1, "c"), (2, "bc"), (3, "bcd"), (4, "abcd"), (5, "abcde"), (9, "abcde")])
def test_of_too_many_it_holds_those_nearest_to_now(today, cast, monkeypatch, most, found):
    """The clock stands at noon of the 26th."""
    monkeypatch.setattr(chosen, "MOST", most)
    walls = ("2026-11-24T10:00", "2026-11-26T09:00", "2026-11-26T15:00", "2026-11-27T18:30", "2026-12-24T10:00")
    for name, wall in zip("abcde", walls, strict=True):
        house.planned(cast, wall, text=name)
    assert "".join(sorted(by_text(read(cast, address(cast.author))))) == found


def test_as_many_posts_as_there_are_end_at_two_thousand(today, cast):
    base = house.planned(cast, "2026-11-27T18:30", text="One")
    row = {c.key: getattr(base, c.key) for c in sa.inspect(Post).columns if c.key not in ("id", "search", "head")}
    at = base.slot_at
    many = [{**row, "id": db.new_id(), "slot_at": at + timedelta(minutes=n)} for n in range(2_100)]
    db.session.execute(sa.insert(Post), many)
    db.commit()
    assert len(parts(read(cast, address(cast.author)), "VEVENT")) == 2_000


@pytest.mark.parametrize("text", ["a" * 200, "ąęśćż" * 40, "日本語" * 60, "😀" * 50, "e\u0301" * 60, ""])
def test_folding_loses_nothing_and_breaks_no_letter(text):
    line = lines.fold(f"SUMMARY:{text}")
    assert all(len(part.encode()) <= 75 for part in line.split("\r\n"))
    assert line.replace("\r\n ", "") == f"SUMMARY:{text}"


def test_control_characters_have_no_place_in_a_line():
    assert lines.text("a\x00b\x07c\td\r\ne") == "abc\td\\ne"

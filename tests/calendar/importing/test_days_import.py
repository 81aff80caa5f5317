"""Own days from a calendar file: by RFC 5545, in the region's zone, within limits, never twice, and back again."""

import io
import time
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from tests.calendar import house
from webapp import db
from webapp.calendar.importing import expanding, parsing
from webapp.calendar.models import DayImport, OwnDay
from webapp.events import Event

NOW = datetime(2026, 11, 26, 7, tzinfo=UTC)


@pytest.fixture
def today(clock):
    clock.at = NOW
    return clock


def event(*lines, uid="one@x", name="Launch day"):
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{name}", *lines, "END:VEVENT", ""])


def calendar(*events):
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n" + "".join(events) + "END:VCALENDAR\r\n"


def send(browser, where, content, kind="launch", **more):
    raw = content if isinstance(content, bytes) else content.encode()
    data = {"file": (io.BytesIO(raw), "company.ics"), "region": str(house.key(where)), "kind": kind, **more}
    return browser.post("/calendar/days/import", data)


def take(browser, where, content, kind="launch"):
    return send(browser, where, content, kind, take="1")


def days():
    db.session.rollback()
    db.session.expire_all()
    rows = db.session.scalars(sa.select(OwnDay).where(OwnDay.removed_at.is_(None)).order_by(OwnDay.first, OwnDay.id))
    return [(row.kind, row.name, row.first.isoformat(), row.last.isoformat()) for row in rows.unique()]


def firsts():
    return [first for _kind, _name, first, _last in days()]


def test_a_try_takes_nothing_and_the_taking_takes_all(today, cast):
    file = calendar(
        event("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227", name="Closed\\, really", uid="a"),
        event("DTSTART;VALUE=DATE:20200101", uid="b"),
    )
    html = house.body(send(cast.author, cast.warsaw, file, "blackout"))
    assert "<h2>1 new</h2>" in html
    assert "1 event is over and left out." in html
    assert days() == []
    assert take(cast.author, cast.warsaw, file, "blackout").status_code == 303
    assert days() == [("blackout", "Closed, really", "2026-12-24", "2026-12-26")]
    kinds = db.session.scalars(sa.select(Event.kind)).all()
    assert "day.imported" in kinds
    assert "day.added" in kinds


def test_a_try_lists_days_in_the_order_in_which_they_come(today, cast):
    later, sooner = event("DTSTART;VALUE=DATE:20261224", uid="a"), event("DTSTART;VALUE=DATE:20261210", uid="b")
    html = house.body(send(cast.author, cast.warsaw, calendar(later, sooner), "blackout"))
    assert html.index("10 December 2026") < html.index("24 December 2026")


def test_a_timed_event_is_the_day_it_is_in_the_region(today, cast):
    file = calendar(
        event("DTSTART:20261201T233000Z", "DTEND:20261202T003000Z", uid="utc"),
        event("DTSTART;TZID=America/New_York:20261210T190000", "DURATION:PT2H", uid="ny"),
        event('DTSTART;TZID="Somewhere/Odd":20261220T190000', "DTEND:20261221T000000", uid="odd"),
        event("DTSTART;TZID=Europe/Warsaw:20261230T220000", "DTEND;TZID=Europe/Warsaw:20261231T000000", uid="eve"),
    )
    take(cast.author, cast.warsaw, file)
    assert [(first, last) for _k, _n, first, last in days()] == [
        ("2026-12-02", "2026-12-02"),
        ("2026-12-11", "2026-12-11"),
        ("2026-12-20", "2026-12-20"),
        ("2026-12-30", "2026-12-30"),
    ]


def test_what_repeats_is_expanded_as_far_as_we_look(today, cast):
    file = calendar(
        event("DTSTART;VALUE=DATE:20150301", "RRULE:FREQ=YEARLY", uid="founding", name="Founding day"),
        event(
            "DTSTART;VALUE=DATE:20261207",
            "RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=MO",
            "EXDATE;VALUE=DATE:20261214",
            uid="mondays",
            name="Monday",
        ),
        event("RECURRENCE-ID;VALUE=DATE:20261221", "DTSTART;VALUE=DATE:20261222", uid="mondays", name="Tuesday"),
    )
    take(cast.author, cast.warsaw, file)
    assert days() == [
        ("launch", "Monday", "2026-12-07", "2026-12-07"),
        ("launch", "Tuesday", "2026-12-22", "2026-12-22"),
        ("launch", "Monday", "2026-12-28", "2026-12-28"),
        ("launch", "Founding day", "2027-03-01", "2027-03-01"),
        ("launch", "Founding day", "2028-03-01", "2028-03-01"),
    ]


def test_a_newer_file_changes_what_is_there_and_takes_away_what_is_off(today, cast):
    take(
        cast.author,
        cast.warsaw,
        calendar(
            event("DTSTART;VALUE=DATE:20261201", uid="a"),
            event("DTSTART;VALUE=DATE:20261202", uid="b"),
            event("DTSTART;VALUE=DATE:20261203", uid="c"),
        ),
    )
    newer = calendar(
        event("DTSTART;VALUE=DATE:20261205", uid="a", name="Moved"),
        event("DTSTART;VALUE=DATE:20261202", "STATUS:CANCELLED", uid="b"),
        event("DTSTART;VALUE=DATE:20261203", uid="c"),
    )
    assert "1 changed, 1 taken away, 1 as they are" in house.body(send(cast.author, cast.warsaw, newer))
    take(cast.author, cast.warsaw, newer)
    assert [(name, first) for _k, name, first, _l in days()] == [("Launch day", "2026-12-03"), ("Moved", "2026-12-05")]
    assert "There is nothing to take in this file." in take(cast.author, cast.warsaw, newer).get_data(as_text=True)
    made = db.session.scalars(sa.select(DayImport.id).order_by(DayImport.id)).all()
    assert cast.author.post(f"/calendar/days/imports/{made[1]}/undo").status_code == 303
    assert firsts() == ["2026-12-01", "2026-12-02", "2026-12-03"]
    cast.author.post(f"/calendar/days/imports/{made[0]}/undo")
    assert days() == []
    assert cast.author.post(f"/calendar/days/imports/{made[0]}/undo").status_code == 303


def test_the_same_event_in_another_region_is_a_day_of_its_own(today, cast):
    file = calendar(event("DTSTART;VALUE=DATE:20261201", uid="a"))
    take(cast.planner, cast.warsaw, file)
    take(cast.planner, cast.dubai, file)
    assert len(days()) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Choose a file first."),
        (b"hello", "This is no calendar file."),
        (b"\xff\xfe\xfd", "This is no calendar file."),
        (calendar(), "There are no events in this file."),
        (calendar(event("DTSTART:x")), "It does not say on which day it is."),
        (calendar(event()), "It does not say on which day it is."),
        (calendar(event("DTSTART:20261399")), "It does not say on which day it is."),
        (calendar(event("DTSTART:20260101", "DTEND:20290101")), "It is longer than a year."),
        (calendar(event("DTSTART:10000101")), "too far away"),
        (calendar(event("DTSTART:20261201", "DURATION:ages")), "how long"),
        (calendar(event("DTSTART:20261201", "RRULE:FREQ=SECONDLY")), "repeats in a way"),
        (calendar(event("DTSTART:20261201", "RRULE:FREQ=DAILY;INTERVAL=0")), "repeats in a way"),
        (calendar(event("DTSTART:20261201", "RRULE:FREQ=DAILY;BYEASTER=1")), "repeats in a way"),
        (calendar(event("DTSTART:20261201", "RRULE:FREQ=DAILY;COUNT=x")), "repeats in a way"),
        (calendar(event("DTSTART:20261201", "RRULE:FREQ=DAILY")), "more than 120 times"),
        (calendar(*[event("DTSTART:20261201", uid=str(n)) for n in range(501)]), "more than 500 events"),
        (calendar(*[event("DTSTART:20261201", uid=str(n)) for n in range(301)]), "more than 300 days"),
        (calendar(*[event("DTSTART:20261201", "RRULE:FREQ=YEARLY", uid=str(n)) for n in range(101)]), "repeat."),
        ("BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\n" * 9, "more than 500 events"),
        (b"BEGIN:VCALENDAR\n" + b"x" * parsing.BYTES, "larger than 400 kB"),
    ],
)
def test_what_is_hostile_or_no_calendar_is_refused_with_a_sentence(today, cast, content, said):
    answer = take(cast.author, cast.warsaw, content)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert days() == []


def test_a_rule_that_never_comes_true_ends_soon():
    odd = event("DTSTART;VALUE=DATE:19900101", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=9999")
    begun = time.process_time()
    found = expanding.series(parsing.events(calendar(odd).encode())[0], "UTC", date(2026, 11, 26))
    assert found.days == ()
    assert time.process_time() - begun < 5


def test_lines_are_unfolded_and_names_are_words(today, cast):
    file = calendar(
        event("DTSTART;VALUE=DATE:20261201", "BEGIN:VALARM", "SUMMARY:No", "END:VALARM", name="<b>Long\r\n er")
    )
    take(cast.author, cast.warsaw, file)
    assert [name for _k, name, _f, _l in days()] == ["<b>Longer"]
    assert "&lt;b&gt;Longer" in house.body(cast.author.get("/calendar/days"))


def test_only_where_one_writes_and_only_ones_own(today, cast):
    file = calendar(event("DTSTART;VALUE=DATE:20261201"))
    assert take(cast.author, cast.dubai, file).status_code == 422
    assert take(cast.approver, cast.warsaw, file).status_code == 403
    assert cast.approver.get("/calendar/days/import").status_code == 403
    take(cast.author, cast.warsaw, file)
    made = db.session.scalars(sa.select(DayImport.id)).one()
    for name in ("stranger", "teammate", "planner"):
        assert getattr(cast, name).post(f"/calendar/days/imports/{made}/undo").status_code == 404, name
    assert len(days()) == 1

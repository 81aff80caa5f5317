"""Working time: counted minute by minute it is the same, over zones, clock changes and several places at once."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp import times, working
from webapp.working import Week

WARSAW, DUBAI = Week("Europe/Warsaw"), Week("Asia/Dubai", frozenset({1, 2, 3, 4, 7}), "08:00", "16:00")
ZONES = (
    "Europe/Warsaw",
    "Asia/Dubai",
    "America/Sao_Paulo",
    "Asia/Tokyo",
    "America/St_Johns",
    "Pacific/Auckland",
    "UTC",
)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@st.composite
def weeks(draw):
    start = draw(st.integers(0, 22 * 4))
    end = draw(st.integers(start + 1, 95))
    walls = [f"{n // 4:02}:{n % 4 * 15:02}" for n in (start, end)]
    days = draw(st.frozensets(st.integers(1, 7), min_size=1))
    return Week(draw(st.sampled_from(ZONES)), days, *walls)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)).map(
    lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
)
lengths = st.integers(0, 60 * 24 * 6).map(lambda n: n * MINUTE)
several = st.lists(weeks(), min_size=1, max_size=3)


def works(week, at):
    """The rule in plain words: a working day there, between the walls."""
    there = times.local(at, week.zone)
    return there.isoweekday() in week.days and week.start <= there.strftime("%H:%M") < week.end


@settings(max_examples=60, deadline=None)
@given(several, moments, st.integers(0, 60 * 24 * 3))
def test_it_is_what_counting_every_minute_gives(places, start, minutes):
    counted = sum(any(works(week, start + n * MINUTE) for week in places) for n in range(minutes))
    assert working.between(places, start, start + minutes * MINUTE) == counted * MINUTE


@settings(max_examples=150, deadline=None)
@given(several, moments, lengths, lengths)
def test_what_comes_after_another_adds_up(places, start, first, second):
    middle, end = start + first, start + first + second
    whole = working.between(places, start, end)
    assert whole == working.between(places, start, middle) + working.between(places, middle, end)
    assert timedelta() <= whole <= end - start


@settings(max_examples=150, deadline=None)
@given(several, moments, lengths)
def test_the_instant_after_so_much_work_is_the_first_such(places, start, amount):
    at = working.after(places, start, amount)
    if at is None:  # So few hours a week that it lies beyond what is looked at.
        assert working.between(places, start, start + timedelta(days=790)) < amount
        return
    assert working.between(places, start, at) == amount
    if amount:
        assert working.between(places, start, at - MINUTE) < amount


@settings(max_examples=100, deadline=None)
@given(several, weeks(), moments, lengths)
def test_more_people_never_make_it_later(places, another, start, amount):
    alone = working.after(places, start, amount)
    assert alone is None or working.after([*places, another], start, amount) <= alone


@settings(max_examples=100, deadline=None)
@given(weeks(), weeks(), moments, lengths)
def test_what_two_share_is_in_both(one, other, start, length):
    both = working.shared(one, other, start, start + length)
    assert both == working.shared(other, one, start, start + length)
    assert both <= min(working.between([one], start, start + length), working.between([other], start, start + length))
    assert working.shared(one, one, start, start + length) == working.between([one], start, start + length)


@settings(max_examples=100, deadline=None)
@given(several, moments)
def test_spans_are_in_order_and_apart(places, start):
    found = working.spans(places, start, start + timedelta(days=9))
    assert all(a < b for a, b in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-27T15:30:00+00:00", 1, "2026-11-30T08:30:00+00:00"),  # Friday 16:30 in Warsaw: on Monday 09:30
        ("2026-03-27T15:00:00+00:00", 2, "2026-03-30T08:00:00+00:00"),  # the clocks change over that weekend
        ("2026-11-28T10:00:00+00:00", 8, "2026-11-30T16:00:00+00:00"),  # a Saturday counts nothing
        ("2026-11-27T10:00:00+00:00", 0, "2026-11-27T10:00:00+00:00"),
    ],
)
def test_hours_in_warsaw(start, hours, end):
    found = working.after([WARSAW], datetime.fromisoformat(start), hours * HOUR)
    assert found == datetime.fromisoformat(end)


def test_a_sunday_counts_where_people_work_on_it():
    saturday = datetime(2026, 11, 28, 10, tzinfo=UTC)
    assert working.after([WARSAW, DUBAI], saturday, HOUR) == datetime(2026, 11, 29, 5, tzinfo=UTC)
    assert working.at_work([DUBAI], datetime(2026, 11, 29, 5, tzinfo=UTC))
    assert not working.at_work([WARSAW], datetime(2026, 11, 29, 9, tzinfo=UTC))


def test_nobody_who_works_never_gets_there():
    nobody = Week("UTC", frozenset(), "09:00", "17:00")
    assert working.after([nobody], datetime(2026, 11, 28, tzinfo=UTC), MINUTE) is None
    assert working.after([], datetime(2026, 11, 28, tzinfo=UTC), MINUTE) is None


def test_working_days_are_counted_before_the_day_back():
    first, back = datetime(2026, 11, 27).date(), datetime(2026, 12, 7).date()
    assert WARSAW.working_days(first, back) == 6
    assert WARSAW.daily == 8


@settings(max_examples=150, deadline=None)
@given(weeks(), moments, lengths)
def test_one_week_alone_is_the_same(week, start, length):
    assert working.within(week, start, start + length) == working.between([week], start, start + length)

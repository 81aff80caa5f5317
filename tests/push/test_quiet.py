"""Quiet hours by the wall clock of a zone, on every day of clock changes too."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.push.digests import next_digest
from webapp.push.quiet import Quiet, Span

ZONES = (
    "Europe/Warsaw",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Tokyo",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
)
walls = st.builds(lambda h, m: f"{h:02}:{m:02}", st.integers(0, 23), st.integers(0, 59))
spans = st.one_of(st.none(), st.builds(Span, walls, walls))
instants = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
quiets = st.builds(Quiet, st.sampled_from(ZONES), spans, spans)
NIGHTS = Quiet("Europe/Warsaw", Span("20:00", "07:00"), Span("18:00", "10:00"))


def by_hand(quiet, instant):
    """Written another way: minutes of the local day, and of the day before."""
    there = instant.astimezone(ZoneInfo(quiet.zone))
    minute = there.hour * 60 + there.minute

    def span(day):
        found = quiet.weekend if day.weekday() >= 5 else quiet.week
        return found and tuple(int(wall[:2]) * 60 + int(wall[3:]) for wall in found)

    today, before = span(there.date()), span(there.date() - timedelta(days=1))
    if today and (today[0] <= minute < today[1] if today[0] < today[1] else minute >= today[0]):
        return True
    return bool(before and before[1] <= before[0] and minute < before[1])


@given(quiets, instants)
@settings(max_examples=400, deadline=None)
def test_whether_it_is_quiet(quiet, instant):
    assert quiet.at(instant) == by_hand(quiet, instant)


@given(quiets, instants)
@settings(max_examples=300, deadline=None)
def test_it_ends_at_the_first_instant_that_is_not(quiet, instant):
    end = quiet.until(instant)
    if not quiet.at(instant):
        assert end == instant
    elif end - instant < timedelta(days=8):
        assert not quiet.at(end)
        step = (end - instant) / 50
        assert all(quiet.at(instant + step * n) for n in range(50))
        assert quiet.at(end - timedelta(seconds=1))


@given(quiets, instants)
@settings(max_examples=200, deadline=None)
def test_the_next_change_is_one(quiet, instant):
    change = quiet.change(instant)
    if change is not None:
        assert change > instant
        assert quiet.at(change) != quiet.at(instant)
        step = (change - instant) / 40
        assert all(quiet.at(instant + step * n) == quiet.at(instant) for n in range(40))


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-11-24T19:30+00:00", "2026-11-25T06:00+00:00"),
        ("2026-11-24T05:59+00:00", "2026-11-24T06:00+00:00"),
        ("2026-11-24T12:00+00:00", "2026-11-24T12:00+00:00"),
        ("2026-11-27T20:00+00:00", "2026-11-28T06:00+00:00"),
        ("2026-11-28T18:00+00:00", "2026-11-29T09:00+00:00"),
        ("2026-11-29T18:00+00:00", "2026-11-30T09:00+00:00"),
        ("2026-03-28T20:00+00:00", "2026-03-29T08:00+00:00"),
        ("2026-10-24T20:00+00:00", "2026-10-25T09:00+00:00"),
    ],
)
def test_nights_in_warsaw(at, until):
    assert NIGHTS.until(datetime.fromisoformat(at)) == datetime.fromisoformat(until)


def test_an_hour_that_comes_twice_is_quiet_twice_and_one_that_is_skipped_ends_with_it():
    doubled = Quiet("Europe/Warsaw", None, Span("02:00", "03:00"))
    assert doubled.until(datetime(2026, 10, 25, 0, 0, tzinfo=UTC)) == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)
    ends_in_the_gap = Quiet("Europe/Warsaw", None, Span("01:00", "02:30"))
    assert ends_in_the_gap.until(datetime(2026, 3, 29, 0, 30, tzinfo=UTC)) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_always_and_never():
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    always = Quiet("UTC", Span("00:00", "00:00"), Span("00:00", "00:00"))
    assert always.at(noon)
    assert always.change(noon) is None
    never = Quiet("UTC", None, None)
    assert not never.at(noon)
    assert never.until(noon) == noon
    assert never.change(noon) is None


@given(instants, st.sampled_from(ZONES), st.lists(walls, min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_a_digest_comes_within_two_days_at_a_chosen_time(after, zone, chosen):
    found = next_digest(after, zone, chosen)
    assert after < found <= after + timedelta(hours=27)
    there = found.astimezone(ZoneInfo(zone)).strftime("%H:%M")
    day = found.astimezone(ZoneInfo(zone)).replace(hour=12)
    changes = {(day + timedelta(days=n)).utcoffset() for n in (-1, 0, 1)}
    assert there in chosen or len(changes) > 1

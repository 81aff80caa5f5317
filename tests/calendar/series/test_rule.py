"""The days of a rule: in order, none twice, never past its end; and its hour is what the clocks there show."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from webapp import i18n, times
from webapp.calendar import walls
from webapp.calendar.series import forms, making, ordinals, rule, words
from webapp.calendar.series.rule import Rule

FIRST = date(2027, 1, 28)
"""The fourth Thursday, and the last."""


def some(wanted, n=5):
    return [day.isoformat() for day, _ in zip(rule.days(wanted), range(n), strict=False)]


@pytest.mark.parametrize(
    ("wanted", "days"),
    [
        (Rule("weekly", FIRST, 1, (4,)), ["2027-01-28", "2027-02-04", "2027-02-11", "2027-02-18", "2027-02-25"]),
        (Rule("weekly", FIRST, 2, (1, 4)), ["2027-01-28", "2027-02-08", "2027-02-11", "2027-02-22", "2027-02-25"]),
        (Rule("weekly", FIRST, 1, (1,)), ["2027-01-28", "2027-02-01", "2027-02-08", "2027-02-15", "2027-02-22"]),
        (Rule("day", date(2027, 1, 31)), ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]),
        (Rule("day", date(2027, 11, 30), 3), ["2027-11-30", "2028-02-29", "2028-05-30", "2028-08-30", "2028-11-30"]),
        (Rule("nth", FIRST), ["2027-01-28", "2027-02-25", "2027-03-25", "2027-04-22", "2027-05-27"]),
        (Rule("last", FIRST), ["2027-01-28", "2027-02-25", "2027-03-25", "2027-04-29", "2027-05-27"]),
        (Rule("weekly", FIRST, 1, (4,), until=date(2027, 2, 11)), ["2027-01-28", "2027-02-04", "2027-02-11"]),
        (Rule("weekly", FIRST, 1, (4,), most=2), ["2027-01-28", "2027-02-04"]),
    ],
)
def test_days(wanted, days):
    assert some(wanted) == days


rules = st.builds(
    Rule,
    kind=st.sampled_from(rule.KINDS),
    first=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    every=st.integers(1, rule.MOST_WEEKS),
    weekdays=st.sets(st.integers(1, 7), min_size=1).map(lambda days: tuple(sorted(days))),
    until=st.none() | st.dates(date(2020, 1, 1), date(2038, 12, 31)),
    most=st.none() | st.integers(2, rule.MOST_TIMES),
)


@settings(max_examples=300, deadline=None)
@given(rules, st.integers(0, 400), st.integers(0, 400))
def test_however_it_is_cut_every_day_comes_once(wanted, one, two):
    """What the job makes week by week is what one look at the whole would make."""
    assume(wanted.kind in forms.offered(wanted.first))
    start, middle = wanted.first, wanted.first + timedelta(days=one)
    end = middle + timedelta(days=two)
    whole = rule.between(wanted, start, end)
    parts = rule.between(wanted, start, middle) + rule.between(wanted, middle, end)
    assert parts == whole == sorted(set(whole))
    assert all(wanted.until is None or day <= wanted.until for day in whole)
    assert wanted.most is None or len(whole) < wanted.most
    if wanted.kind == rule.WEEKLY:
        assert {day.isoweekday() for day in whole} <= set(wanted.weekdays)
    if wanted.kind in (rule.NTH, rule.LAST):
        assert {day.weekday() for day in whole} <= {start.weekday()}


WALLS = [f"{hour:02}:{minute:02}" for hour in (0, 1, 2, 3, 12, 23) for minute in (0, 15, 30, 59)]


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(times.zones()), st.dates(date(2020, 1, 1), date(2037, 12, 31)), st.sampled_from(WALLS))
def test_the_hour_is_kept_over_every_change_of_every_zone(zone, day, wall):
    """Where the hour exists the clocks there show it; where it is skipped they show the moment after the change; where
    it comes twice it is the first."""
    series = SimpleNamespace(region=SimpleNamespace(zone=zone), wall=wall)
    planned, clock = making.placed(series, day)
    shown = times.local(planned.at, zone).replace(tzinfo=None)
    typed = datetime.fromisoformat(f"{day}T{wall}")
    assert shown == planned.wall
    if clock == walls.SKIPPED:
        assert shown > typed
        assert shown - typed <= timedelta(days=1)
    else:
        assert shown == typed
        earlier = planned.at - timedelta(minutes=30), planned.at - timedelta(hours=1)
        assert all(times.local(at, zone).replace(tzinfo=None) != typed for at in earlier)


@pytest.mark.parametrize(
    ("zone", "day", "wall", "clock", "at"),
    [
        ("Europe/Warsaw", "2027-03-28", "02:30", "skipped", "2027-03-28T01:30:00Z"),
        ("Europe/Warsaw", "2027-10-31", "02:30", "doubled", "2027-10-31T00:30:00Z"),
        ("Australia/Lord_Howe", "2027-10-03", "02:15", "skipped", "2027-10-02T15:45:00Z"),
        ("Africa/Cairo", "2027-04-30", "00:30", "skipped", "2027-04-29T22:30:00Z"),
        ("America/Sao_Paulo", "2027-10-17", "00:30", "", "2027-10-17T03:30:00Z"),
        ("Nowhere/Lost", "2027-10-17", "00:30", "", "2027-10-17T00:30:00Z"),
    ],
)
def test_what_the_clocks_do_is_said(zone, day, wall, clock, at):
    series = SimpleNamespace(region=SimpleNamespace(zone=zone), wall=wall)
    planned, said = making.placed(series, date.fromisoformat(day))
    assert (said, times.iso(planned.at)) == (clock, at)
    assert planned.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Rule("nth", date(2027, 1, 7)), "Every month on the first Thursday"),
        (Rule("nth", date(2027, 1, 13), 2), "Every 2 months on the second Wednesday"),
        (Rule("nth", date(2027, 1, 16)), "Every month on the third Saturday"),
        (Rule("nth", FIRST), "Every month on the fourth Thursday"),
        (Rule("last", date(2027, 1, 31)), "Every month on the last Sunday"),
        (Rule("last", date(2027, 1, 25), 3), "Every 3 months on the last Monday"),
        (Rule("day", date(2027, 1, 31)), "Every month on day 31"),
        (Rule("weekly", FIRST, 2, (4, 1)), "Every 2 weeks: Monday, Thursday"),
    ],
)
def test_a_rule_reads_as_people_say_it(wanted, said):
    with i18n.speaking("en"):
        assert words.days(wanted) == said


def test_every_weekday_of_a_month_has_words_of_its_own():
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    for nth, name in {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}.items():
        assert ordinals.ON[nth] == tuple(f"on the {name} {day}" for day in days)

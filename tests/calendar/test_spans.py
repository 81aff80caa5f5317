"""Weeks, months and days in every zone there is, 2020 to 2037: none is lost, none comes twice, none goes back."""

import random
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from webapp import i18n, times
from webapp.calendar import spans

FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)
ALL = sorted(times._known())
ODD = (
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Antarctica/Troll",
    "Africa/Cairo",
    "America/Sao_Paulo",
)


def changes(name):
    """The instants at which a zone's clocks change, to the second, by halving days."""
    zone, found, at = ZoneInfo(name), [], FIRST
    while at < LAST:
        step = at + timedelta(days=7)
        if at.astimezone(zone).utcoffset() != step.astimezone(zone).utcoffset():
            low, high = at, step
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                same = middle.astimezone(zone).utcoffset() == low.astimezone(zone).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            found.append(high.replace(microsecond=0))
        at = step
    return found


CHANGES = {name: changes(name) for name in ODD}


@pytest.mark.parametrize("name", ALL)
def test_a_wall_time_is_placed_or_asked_about_in_every_zone(name):
    """Around every change of clocks, and anywhere else: what `plan` answers shows the wall time that was typed."""
    zone, dice = ZoneInfo(name), random.Random(name)
    for change in changes(name):
        jump = change.astimezone(zone).utcoffset() - (change - timedelta(seconds=1)).astimezone(zone).utcoffset()
        before = (change - timedelta(minutes=1)).astimezone(zone).replace(tzinfo=None, fold=0) + timedelta(minutes=1)
        if jump > timedelta():
            for inside in (before, before + jump - timedelta(minutes=1)):
                with pytest.raises(times.TimeError) as raised:
                    times.plan(inside, name)
                assert raised.value.kind == "skipped"
                assert [times.local(at, name).replace(tzinfo=None) for at in raised.value.choices] != [inside, inside]
        elif jump < timedelta():
            wall = before + jump
            with pytest.raises(times.TimeError) as raised:
                times.plan(wall, name)
            assert raised.value.kind == "doubled"
            first, second = raised.value.choices
            assert second - first == -jump
            assert {times.local(at, name).replace(tzinfo=None, fold=0) for at in (first, second)} == {wall}
    for _ in range(20):
        at = (FIRST + (LAST - FIRST) * dice.random()).replace(second=0, microsecond=0)
        made = times.planned_from(at, name)
        assert at in {times.plan(made.wall, name, fold).at for fold in (0, 1)}


@pytest.mark.parametrize("name", ALL)
def test_the_days_of_a_month_meet_in_every_zone(name):
    """Each begins where the one before ends; every instant lies in the day that the clocks there say."""
    zone, dice = ZoneInfo(name), random.Random(name)
    week = spans.week_in("PL")
    for _ in range(4):
        days = week.month(date(dice.randrange(2020, 2038), dice.randrange(1, 13), 1))
        edges = spans.bounds(days, name)
        assert len(edges) == len(days) + 1
        assert edges == sorted(edges)
        at = edges[0] + (edges[-1] - edges[0]) * dice.random()
        place = sum(at >= edge for edge in edges) - 1
        assert at.astimezone(zone).date() == days[place]


@pytest.mark.parametrize("name", ODD)
def test_around_every_change_an_instant_is_in_the_day_its_clocks_say(name):
    zone = ZoneInfo(name)
    for change in CHANGES[name]:
        middle = change.astimezone(zone).date()
        days = [middle + timedelta(days=n) for n in (-1, 0, 1)]
        edges = spans.bounds(days, name)
        for minutes in range(-180, 181, 15):
            at = change + timedelta(minutes=minutes)
            if edges[0] <= at < edges[-1]:
                assert at.astimezone(zone).date() == days[sum(at >= edge for edge in edges) - 1]


def test_a_day_that_a_zone_skipped_has_no_length():
    days = [date(2011, 12, 29), date(2011, 12, 30), date(2011, 12, 31)]
    edges = spans.bounds(days, "Pacific/Apia")
    assert edges[1] == edges[2] == datetime(2011, 12, 30, 10, tzinfo=UTC)
    assert edges[3] - edges[2] == timedelta(days=1)


@pytest.mark.parametrize(
    ("country", "first", "weekend"),
    [("PL", 0, {5, 6}), ("US", 6, {5, 6}), ("EG", 5, {4, 5}), ("SA", 6, {4, 5}), ("IR", 5, {4}), ("JP", 6, {5, 6})],
)
def test_weeks_are_counted_as_in_the_country(country, first, weekend):
    week = spans.week_in(country)
    cldr = Locale.parse(f"und_{country}")
    assert week.first == cldr.first_week_day
    if country in ("PL", "US", "EG"):
        assert (week.first, week.weekend) == (first, weekend)
    days = week.month(date(2026, 11, 26))
    assert days[0].weekday() == week.first
    assert len(days) % 7 == 0
    assert {date(2026, 11, 1), date(2026, 11, 30)} <= set(days)


def test_a_country_nobody_knows_has_the_week_of_the_reader():
    assert spans.week_in("", Locale("ar", "EG")).first == 5
    assert spans.week_in("XX", Locale("en", "US")).first == Locale("en", "US").first_week_day
    assert spans.week_in("!!", None).first == 0


@pytest.mark.parametrize(
    ("tag", "month", "weekday", "dated"),
    [
        ("en", "November", "Thu", "Thu 26 Nov"),
        ("pl", "listopad", "czw.", "czw., 26 lis"),
        ("ja", "11月", "木", "11月26日(木)"),
        ("ar", "نوفمبر", "الخميس", "الخميس، 26 نوفمبر"),
    ],
)
def test_days_are_written_as_cldr_does(clock, tag, month, weekday, dated):
    clock.at = datetime(2026, 11, 26, 12, tzinfo=UTC)
    day = date(2026, 11, 26)
    with i18n.speaking(tag):
        assert spans.month_name(day) == month
        assert spans.weekday(day) == weekday
        assert spans.dated(day).replace("\u202f", " ") in (
            dated,
            dated.replace("،", ","),
            dated.replace("Thu ", "Thu, "),
        )
        assert "2027" in spans.month_name(date(2027, 11, 1))


def test_every_month_of_the_years_is_whole_in_every_kind_of_week():
    for country in ("PL", "US", "EG"):
        week = spans.week_in(country)
        day = date(2020, 1, 15)
        while day.year < 2038:
            days = week.month(day)
            assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
            assert sum(each.month == day.month for each in days) == (spans.next_month(day) - day.replace(day=1)).days
            assert spans.last_month(spans.next_month(day)) == day.replace(day=1)
            day = spans.next_month(day)


def test_whoever_comes_first_lends_nobody_their_months():
    """In a process of its own, for Babel remembers what it found for the first reader."""
    script = (
        "from webapp import i18n, times; from webapp.calendar import spans\n"
        "day = times.now().date().replace(month=12, day=1)\n"
        "for tag in ('ja', 'de', 'ko'):\n"
        "    with i18n.speaking(tag): print(ascii(spans.month_name(day)))"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True, timeout=60).stdout
    assert said.split() == [ascii("12月"), ascii("Dezember"), ascii("12월")]


def test_a_lost_zone_is_shown_in_utc_and_takes_no_plan():
    at, day = datetime(2026, 11, 26, 12, 30, tzinfo=UTC), date(2026, 11, 26)
    for lost in ("Mars/Olympus", "", "../etc/passwd"):
        assert (times.hour(at, lost), times.place(lost)) == ("12:30", "UTC")
        assert times.local(at, lost).utcoffset() == timedelta(0)
        assert times.day_bounds(day, lost)[0] == datetime(2026, 11, 26, tzinfo=UTC)
        assert times.planned_from(at, lost) == times.Planned(at, "UTC", datetime(2026, 11, 26, 12, 30))
        with pytest.raises(times.TimeError, match="zone"):
            times.plan(datetime(2026, 11, 26, 12, 30), lost)
    assert times.place("Europe/Warsaw") == "Warsaw"

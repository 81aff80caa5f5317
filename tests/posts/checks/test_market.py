"""Market hours, holidays, mourning and closed Sundays, in the region's own place."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest

from tests.cast import Cast
from tests.posts import make
from tests.posts.checks import look
from webapp.i18n import speaking
from webapp.posts import days
from webapp.posts.checks import Level
from webapp.posts.days import mourning, trading


def _at(cast: Cast, wall: str, zone: str = "Europe/Warsaw"):
    at = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone))
    return make.post(cast, [make.channel(cast)], planned_at=at, zone=zone, wall=wall)


def _heed(cast: Cast, start: str = "08:00", end: str = "20:00") -> None:
    cast.warsaw.market_start, cast.warsaw.market_end = start, end
    cast.warsaw.minded = ["holiday", "mourning", "trading"]


@pytest.mark.parametrize(
    ("hour", "level"), [("08:00", Level.OK), ("20:00", Level.OK), ("07:59", Level.WARN), ("20:01", Level.WARN)]
)
def test_hours_are_those_of_the_region(cast: Cast, hour: str, level: Level) -> None:
    _heed(cast)
    assert look.levels(_at(cast, f"2027-03-10T{hour}"), "hours") == [level]


def test_hours_are_read_in_the_regions_zone_whatever_the_slots(cast: Cast) -> None:
    _heed(cast)
    tokyo = _at(cast, "2027-03-10T12:00", "Asia/Tokyo")
    assert look.of(tokyo, "hours") == [(Level.WARN, "Outside market hours in Warsaw")]


def test_hours_may_run_over_midnight_or_not_matter(cast: Cast) -> None:
    _heed(cast, "18:00", "02:00")
    assert look.levels(_at(cast, "2027-03-10T01:30"), "hours") == [Level.OK]
    assert look.levels(_at(cast, "2027-03-10T12:00"), "hours") == [Level.WARN]
    _heed(cast, "", "")
    assert look.levels(_at(cast, "2027-03-10T04:00"), "hours") == []


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2027-11-11", [(Level.WARN, "Public holiday: National Independence Day")]),
        ("2027-03-26", [(Level.WARN, "Day of mourning: Good Friday")]),
        (
            "2027-08-01",
            [
                (Level.WARN, "Day of mourning: Anniversary of the Warsaw Rising"),
                (Level.INFO, "Shops are closed this Sunday"),
            ],
        ),
        ("2027-03-07", [(Level.INFO, "Shops are closed this Sunday")]),
        ("2027-12-19", [(Level.OK, "It is an ordinary day there")]),
        ("2027-03-10", [(Level.OK, "It is an ordinary day there")]),
    ],
)
def test_special_days_are_named(cast: Cast, day: str, found: list[tuple[Level, str]]) -> None:
    _heed(cast)
    assert look.of(_at(cast, f"{day}T12:00"), "day") == found


def test_the_day_is_the_one_there(cast: Cast) -> None:
    _heed(cast)
    late = _at(cast, "2027-11-10T23:30", "UTC")
    assert look.levels(late, "day") == [Level.WARN]


def test_a_region_minds_what_it_wants(cast: Cast) -> None:
    _heed(cast)
    cast.warsaw.minded = ["holiday"]
    assert look.levels(_at(cast, "2027-03-07T12:00"), "day") == [Level.OK]
    cast.warsaw.minded = []
    assert look.levels(_at(cast, "2027-11-11T12:00"), "day") == []


def test_a_subdivision_has_its_own_days_and_unknown_places_have_none() -> None:
    assert [d.kind for d in days.of("DE", "BY", date(2027, 1, 6))] == ["holiday"]
    assert days.of("DE", "BE", date(2027, 1, 6)) == []
    assert [d.kind for d in days.of("DE", "XX", date(2027, 10, 3))] == ["holiday"]
    assert days.of("ZZ", "", date(2027, 1, 1)) == []


def test_names_are_in_the_readers_language_when_the_library_has_it() -> None:
    with speaking("pl"):
        assert days.of("PL", "", date(2027, 11, 11))[0].name == "Narodowe Święto Niepodległości"
    assert days.of("JP", "", date(2027, 1, 1))[0].name == "New Year's Day"


def test_poland_opens_shops_on_eight_sundays_since_2025() -> None:
    def open_in(year: int) -> list[str]:
        every = (date(year, 1, 1) + timedelta(days=n) for n in range(365))
        return [f"{d:%m-%d}" for d in every if d.weekday() == 6 and not trading.closed("PL", d)]

    assert open_in(2026) == ["01-25", "03-29", "04-26", "06-28", "08-30", "12-06", "12-13", "12-20"]
    assert open_in(2023) == ["01-29", "04-02", "04-30", "06-25", "08-27", "12-10", "12-17"]
    assert not trading.closed("GB", date(2026, 11, 29))
    assert trading.closed("DE", date(2026, 12, 20))


def test_easter_is_where_the_library_has_it() -> None:
    for year in range(2000, 2100):
        known = holidays.country_holidays("PL", years=year, language="en_US").get_named("Easter Sunday")
        assert trading.easter(year) in known


def test_moving_days_of_mourning_fall_on_their_sundays() -> None:
    assert mourning.of("DE", date(2026, 11, 15)) == ["People's day of mourning"]
    assert mourning.of("DE", date(2026, 11, 22)) == ["Sunday of the dead"]
    assert mourning.of("GB", date(2026, 11, 8)) == ["Remembrance Sunday"]
    assert mourning.of("US", date(2026, 9, 11)) == ["Anniversary of the attacks of 11 September"]

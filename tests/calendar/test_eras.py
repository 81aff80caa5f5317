"""The date beside the Gregorian: right on known days, said where a country says it, and nowhere else."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from babel import Locale

from tests.calendar import house
from webapp import db
from webapp.calendar import eras, spans
from webapp.people.models import Region


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-26", "16 Jumada II 1448 AH"),
        ("2026-02-18", "1 Ramadan 1447 AH"),
        ("2025-03-01", "1 Ramadan 1446 AH"),
        ("2024-04-10", "1 Shawwal 1445 AH"),
        ("2025-06-26", "1 Muharram 1447 AH"),
        ("2023-06-28", "10 Dhu al-Hijjah 1444 AH"),
        ("2077-11-17", ""),
        ("2099-12-01", ""),
    ],
)
def test_umm_al_qura_as_it_was_announced(day, said):
    assert eras.hijri(date.fromisoformat(day)) == said


def test_a_hijri_month_has_29_or_30_days_and_none_is_skipped():
    days = [date(2025, 6, 26) + timedelta(days=n) for n in range(40 * 366)]
    numbers = [int(eras.hijri(day).split()[0]) for day in days]
    assert all(after in (1, before + 1) for before, after in pairwise(numbers))
    assert {before for before, after in pairwise(numbers) if after == 1} == {29, 30}


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-26", "Reiwa 8"),
        ("2019-05-01", "Reiwa 1"),
        ("2019-04-30", "Heisei 31"),
        ("1989-01-08", "Heisei 1"),
        ("1989-01-07", "Shōwa 64"),
        ("1926-12-25", "Shōwa 1"),
        ("1926-12-24", "Taishō 15"),
        ("1912-07-30", "Taishō 1"),
        ("1912-07-29", "Meiji 45"),
        ("1868-10-23", "Meiji 1"),
        ("1868-10-22", ""),
    ],
)
def test_an_era_begins_on_its_day(day, said):
    assert eras.japanese(date.fromisoformat(day)) == said


def test_the_buddhist_year():
    assert eras.buddhist(date(2026, 11, 26)) == "2569 BE"


def test_every_day_a_calendar_opens_at_can_be_asked_for():
    for say in eras.SAID.values():
        for day in (spans.EARLIEST, spans.LATEST, date.min, date.max):
            assert isinstance(say(day), str)


def test_a_country_says_its_own_and_else_the_reader():
    day, english = date(2026, 11, 26), Locale("en", "GB")
    assert eras.beside("SA", english)(day).endswith("AH")
    assert eras.beside("TH", english)(day) == "2569 BE"
    assert eras.beside("PL", english)(day) == eras.beside("", english)(day) == ""
    assert eras.beside("", Locale("ja", "JP"))(day) == "Reiwa 8"
    assert eras.beside("PL", Locale("ja", "JP"))(day) == ""


def test_it_stands_beside_each_day_of_the_agenda(cast, clock):
    clock.at = datetime(2026, 11, 26, 7, tzinfo=UTC)
    house.planned(cast, "2026-11-27T14:00")
    db.commit()
    plain = house.body(cast.author.get("/calendar"))
    assert " AH" not in plain
    html = house.body(cast.teammate.get("/calendar"))
    assert "16 Jumada II 1448 AH" in html
    assert "17 Jumada II 1448 AH" in html
    for country, words in (("JP", "Reiwa 8"), ("TH", "2569 BE")):
        db.session.get_one(Region, house.key(cast.warsaw)).country = country
        db.commit()
        assert words in house.body(cast.author.get("/calendar"))

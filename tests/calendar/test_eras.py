"""The date beside the Gregorian: right on known days, said where a country says it, and nowhere else."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from babel import Locale

from tests.calendar import house
from webapp import db, i18n
from webapp.calendar import eras, spans
from webapp.people.models import Region
from webapp.posts.labels.models import Campaign


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
    days = (spans.EARLIEST, spans.LATEST, date.min, date.max)
    for other in eras.SAID.values():
        for day in days:
            assert isinstance(other.day(day), str)
            assert isinstance(other.number(day), str)
        assert isinstance(other.span(days), str)


def test_a_country_says_its_own_and_else_the_reader():
    day, english = date(2026, 11, 26), Locale("en", "GB")
    assert eras.beside("SA", english).day(day).endswith("AH")
    assert eras.beside("TH", english).day(day) == "2569 BE"
    assert eras.beside("PL", english).day(day) == eras.beside("", english).day(day) == ""
    assert eras.beside("", Locale("ja", "JP")).day(day) == "Reiwa 8"
    assert eras.beside("PL", Locale("ja", "JP")).day(day) == ""


def plain(text):
    """Without the thin spaces that CLDR puts around a dash."""
    return text.replace("\N{THIN SPACE}", " ")


@pytest.mark.parametrize(
    ("country", "days", "said"),
    [
        ("AE", ("2026-11-01", "2026-11-30"), "Jumada I – Jumada II 1448 AH"),
        ("AE", ("2026-06-01", "2026-06-30"), "Dhu al-Hijjah 1447 – Muharram 1448 AH"),
        ("AE", ("2026-11-23", "2026-11-29"), "Jumada II 1448 AH"),
        ("AE", ("2077-11-01", "2077-11-30"), ""),
        ("JP", ("2026-11-01", "2026-11-30"), "Reiwa 8"),
        ("JP", ("2019-04-29", "2019-05-05"), "Heisei 31 – Reiwa 1"),
        ("JP", ("2026-12-28", "2027-01-03"), "Reiwa 8 – Reiwa 9"),
        ("TH", ("2026-11-01", "2026-11-30"), "2569 BE"),
        ("TH", ("2026-12-28", "2027-01-03"), "2569 BE – 2570 BE"),
        ("PL", ("2026-11-01", "2026-11-30"), ""),
    ],
)
def test_days_are_said_together_by_the_months_they_run_through(country, days, said):
    assert plain(eras.beside(country, Locale("en", "GB")).span([date.fromisoformat(day) for day in days])) == said


@pytest.mark.parametrize(
    ("language", "day", "month", "year"),
    [
        ("ja", "AH1448年5月21日", "AH1448年5月～6月", "AH1447年12月～1448年1月"),
        ("th", "21 Jumada I AH 1448", "Jumada I – Jumada II AH 1448", "Dhu al-Hijjah AH 1447 – Muharram AH 1448"),
        ("de", "21. Jumada I 1448 AH", "Jumada I–Jumada II 1448 AH", "Dhu al-Hijjah 1447 – Muharram 1448 AH"),
    ],
)
def test_the_order_is_that_of_the_readers_language(monkeypatch, language, day, month, year):
    monkeypatch.setattr(eras, "_", lambda text: text)
    with i18n.speaking(language):
        assert eras.hijri(date(2026, 11, 1)) == day
        assert plain(eras.hijri_months(spans.month_of(date(2026, 11, 1)))) == month
        assert plain(eras.hijri_months(spans.month_of(date(2026, 6, 1)))) == year


def test_a_language_whose_pattern_has_one_part_says_both_months_whole(monkeypatch):
    monkeypatch.setattr(eras, "_", lambda text: text)
    with i18n.speaking("fa"):
        assert eras.hijri_months(spans.month_of(date(2026, 11, 1))) == "Jumada I ۱۴۴۸ AH تا Jumada II ۱۴۴۸ AH"


def test_languages_of_many_scripts_have_the_patterns():
    for tag in ("en-GB", "pl", "ar", "he", "hi", "zh-Hant", "pt-BR", "sw", "ko", "my"):
        with i18n.speaking(tag):
            assert {"GyMMM", "GyMMMd"} <= set(i18n.locale().datetime_skeletons)


@pytest.mark.parametrize(
    ("country", "day", "said"),
    [
        ("SA", "2026-11-26", "16"),
        ("SA", "2099-11-26", ""),
        ("JP", "2026-11-26", ""),
        ("JP", "2026-11-01", "R8"),
        ("JP", "2019-04-30", ""),
        ("JP", "2019-05-01", "R1"),
        ("JP", "1989-01-07", ""),
        ("JP", "1989-01-08", "H1"),
        ("JP", "1868-10-22", ""),
        ("TH", "2026-11-26", ""),
        ("TH", "2026-12-01", "2569"),
        ("TH", "2027-01-01", "2570"),
        ("PL", "2026-11-01", ""),
    ],
)
def test_a_cell_says_another_number_or_the_year_where_a_month_or_an_era_begins(country, day, said):
    assert eras.beside(country, Locale("en")).number(date.fromisoformat(day)) == said


PAGES = ("/calendar", "/calendar/regions", "/calendar/month", "/calendar/print")


@pytest.fixture
def november(cast, clock):
    clock.at = datetime(2026, 11, 26, 7, tzinfo=UTC)
    house.planned(cast, "2026-11-27T14:00")
    db.commit()
    return cast


def test_it_stands_beside_each_day_of_the_agenda(november):
    assert " AH" not in house.body(november.author.get("/calendar"))
    html = house.body(november.teammate.get("/calendar"))
    assert "16 Jumada II 1448 AH" in html
    assert "17 Jumada II 1448 AH" in html


def test_a_week_has_the_other_numbers_and_their_months(november):
    for path in PAGES[:2]:
        html = house.body(november.teammate.get(path))
        assert '<p class="hint">Jumada II 1448 AH</p>' in html
        assert html.count('<small aria-hidden="true">1') == 7, path
        assert "13 Jumada II 1448 AH" in html
        assert "19 Jumada II 1448 AH" in html


def test_a_month_names_both_months_that_it_runs_through(november):
    for path in PAGES[2:]:
        assert "Jumada I – Jumada II 1448 AH" in plain(house.body(november.teammate.get(f"{path}?month=2026-11")))
        assert "Dhu al-Hijjah 1447 – Muharram 1448 AH" in plain(
            house.body(november.teammate.get(f"{path}?month=2026-06"))
        )


def cell(html, day):
    """What a cell of the month shows and says."""
    inside = re.search(rf'<a class="q[^>]*day={day}"[^>]*>(.*?)</a>', html, re.DOTALL)[1]
    shown = re.search(r'<i aria-hidden="true">(.*?)</i>', inside)
    return (shown[1] if shown else ""), re.search(r'<span class="vh">(.*?)</span>', inside, re.DOTALL)[1]


def test_each_day_of_a_month_has_its_other_number_and_says_it_whole(november):
    html = house.body(november.teammate.get("/calendar/month?month=2026-11"))
    assert cell(html, "2026-11-27") == ("17", "0 posts, 17 Jumada II 1448 AH")
    assert cell(html, "2026-11-11") == ("1", "0 posts, 1 Jumada II 1448 AH")
    assert "<i " not in house.body(november.author.get("/calendar/month?month=2026-11"))


@pytest.mark.parametrize(
    ("country", "shown", "words"), [("JP", "R8", "0 posts, Reiwa 8"), ("TH", "2569", "0 posts, 2569 BE")]
)
def test_the_first_of_a_month_has_the_other_year(november, country, shown, words):
    db.session.get_one(Region, house.key(november.warsaw)).country = country
    db.commit()
    html = house.body(november.author.get("/calendar/month?month=2026-10"))
    assert cell(html, "2026-10-01") == (shown, words)
    assert cell(html, "2026-10-02") == ("", "0 posts")


@pytest.mark.parametrize(("country", "words"), [("JP", "Reiwa 8"), ("TH", "2569 BE")])
def test_where_only_the_year_is_another_it_stands_above_and_no_day_has_a_second_number(november, country, words):
    db.session.get_one(Region, house.key(november.warsaw)).country = country
    db.commit()
    for path in PAGES:
        html = house.body(november.author.get(path))
        assert words in html, path
        assert '<small aria-hidden="true">' not in html


def test_a_sheet_says_it_beside_each_day(november):
    house.planned(november, "2026-11-27T14:00", region=november.dubai, zone="Asia/Dubai")
    db.commit()
    html = house.body(november.teammate.get("/calendar/print?month=2026-11"))
    assert "27 November 2026 <small>17 Jumada II 1448 AH</small>" in html


def test_a_whole_campaign_has_no_month_above(november):
    row = Campaign(organization_id=november.warsaw.organization_id, name="Launch")
    db.session.add(row)
    db.session.flush()
    house.planned(november, "2026-11-28T14:00", region=november.dubai, zone="Asia/Dubai", campaign_id=row.id)
    db.commit()
    html = house.body(november.teammate.get(f"/calendar/print?whole=1&campaign={house.key(row)}"))
    assert "18 Jumada II 1448 AH" in html
    assert '<p class="hint">Jumada' not in html


def test_nothing_more_is_asked_of_the_database(november):
    for path in PAGES:
        asked = []
        for country in ("", "AE"):
            db.session.get_one(Region, house.key(november.warsaw)).country = country
            db.commit()
            november.author.get(path)
            with house.counted() as made:
                assert (" AH" in house.body(november.author.get(path))) is (country == "AE")
            asked.append(len(made))
        assert asked[0] == asked[1], path

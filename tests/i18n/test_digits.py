"""Digits: those the reader's locale uses, in numbers, dates and hours alike."""

from datetime import UTC, date, datetime, timedelta

import pytest

from webapp import i18n, times
from webapp.calendar import spans

AT = datetime(2031, 5, 2, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tag", "count", "hour"),
    [("ar-EG", "١٬٢٣٤", "٠٩:٠٥"), ("ar-AE", "1,234", "09:05"), ("en", "1,234", "09:05"), ("pl", "1234", "09:05")],
)
def test_numbers_and_hours_are_of_one_kind(tag, count, hour):
    at = AT.replace(hour=9, minute=5)
    with i18n.speaking(tag):
        assert i18n.number(1234).replace("\xa0", "") == count
        digits = [c for c in times.hour(at, "UTC") if c.isdigit()]
        assert digits == [c for c in hour if c.isdigit()] or digits == [c for c in hour if c.isdigit()][1:]


def test_every_way_to_write_a_date_has_them():
    with i18n.speaking("ar-EG"):
        written = [
            times.day(AT, "UTC"),
            times.full_date(AT.date()),
            times.distance(times.now() + timedelta(days=5)),
            spans.short(date(2031, 5, 2)),
            spans.dated(date(2031, 5, 2)),
            spans.month_name(date(2031, 5, 2)),
        ]
    for words in written:
        assert any("٠" <= c <= "٩" for c in words), words
        assert not any("0" <= c <= "9" for c in words), words


def test_machines_read_western_digits_whoever_reads():
    with i18n.speaking("ar-EG"):
        assert times.iso(AT) == "2031-05-02T16:30:00Z"

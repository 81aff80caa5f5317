"""Counting by tables and by properties: the numbers a person sees are those that are enforced."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.networks import counting
from webapp.networks.base import Limits

MASTODON = Limits(500, counting.CHARACTERS, url_length=23)
BLUESKY = Limits(300, counting.CHARACTERS, bytes=3000)
FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("", 0),
        ("abc", 3),
        ("zażółć", 6),
        ("e\u0301", 1),
        (FAMILY, 1),
        ("🇵🇱🇯🇵", 2),
        ("👍🏽", 1),
        ("नमस्ते", 3),
        ("a\nb", 3),
        ("\u202eabc", 4),
    ],
)
def test_a_character_is_what_a_person_calls_one(text: str, used: int) -> None:
    assert counting.plain(text, Limits(10, counting.CHARACTERS)).used == used


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("https://example.com", 23),
        ("http://a.pl", 23),
        ("see https://example.com/a/very/long/path?with=query&and=more#too now", 4 + 23 + 4),
        ("(https://example.com/a_(b))", 1 + 23 + 1),
        ("https://example.com.", 24),
        ("https://example.com/x, and", 23 + 5),
        ("https://example.com https://example.org", 47),
        ("日本https://example.jp", 25),
        ("xhttps://example.com", 20),
        ("https://localhost/x", 19),
        ("example.com", 11),
        ("ftp://example.com", 17),
        ("@friend", 7),
        ("@friend@far.example", 7),
        ("hi @a.b@far.example!", 3 + 4 + 1),
        ("me@mail.example", 15),
        ("https://example.com/@friend@far.example", 23),
        (FAMILY + " @x@y.z", 1 + 1 + 2),
    ],
)
def test_mastodon_counts_links_and_remote_mentions(text: str, used: int) -> None:
    assert counting.with_links(text, MASTODON).used == used


def test_the_excess_starts_at_the_link_that_crosses_the_limit() -> None:
    text = "a" * 490 + " https://example.com"
    measure = counting.with_links(text, MASTODON)
    assert (measure.used, measure.over, measure.over_at) == (514, 14, 491)
    assert measure.note
    assert measure.note_params == {"n": 23}


def test_bluesky_shows_the_tighter_of_two_limits() -> None:
    assert counting.with_bytes("a" * 301, BLUESKY).over_at == 300
    families = counting.with_bytes(FAMILY * 130, BLUESKY)
    assert (families.used, families.limit, families.unit) == (130 * 25, 3000, counting.BYTES)
    assert families.over_at == 120 * len(FAMILY)


@given(st.text())
def test_plain_characters_never_exceed_code_points_and_add_up(text: str) -> None:
    spans = list(counting.graphemes(text))
    assert counting.plain(text, MASTODON).used == len(spans) <= len(text)
    assert [start for start, _ in spans] == sorted({start for start, _ in spans})


@given(st.text())
def test_bytes_are_the_encoding_s(text: str) -> None:
    assert sum(weight for _, weight in counting.utf8(text)) == len(text.encode("utf-8", "surrogatepass"))


@given(st.text(alphabet="ab @.:/htps_-()#日\n👍"), st.integers(1, 60))
def test_the_excess_begins_where_the_sum_passes_the_limit(text: str, limit: int) -> None:
    spans = list(counting.fediverse(text, 23))
    used, over_at = counting.total(iter(spans), limit)
    assert used == sum(weight for _, weight in spans)
    assert (over_at is None) == (used <= limit)
    if over_at is not None:
        assert sum(w for at, w in spans if at < over_at) <= limit


@pytest.mark.parametrize("text", ["@" * 20_000, "@a" * 10_000, "https://" * 5_000, "https://a." * 5_000, "(" * 20_000])
def test_hostile_texts_are_counted_in_reasonable_time(text: str) -> None:
    assert counting.with_links(text, MASTODON).used > 0

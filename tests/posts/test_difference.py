"""The word difference: both texts can be rebuilt, nothing is cut inside a character, and the summary counts."""

import time

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp import i18n
from webapp.posts import difference, hidden
from webapp.posts.alignment import Piece
from webapp.posts.difference import words

FAMILY = "👨‍👩‍👧‍👦"
TEXTS = st.lists(
    st.sampled_from(["Pomela", "bez", " ", "  ", "\n", ",", FAMILY, "é", "e\u0301", "\u200b", "\u202e", "漢字", "한"]),
    max_size=25,
).map("".join) | st.text(max_size=40)


def rebuilt(pieces: tuple[Piece, ...]) -> tuple[str, str]:
    old = "".join(p.text for p in pieces if p.op != "ins")
    new = "".join(p.text for p in pieces if p.op != "del")
    return old, new


@given(TEXTS, TEXTS)
@settings(max_examples=300, deadline=None)
def test_both_texts_can_be_rebuilt(old: str, new: str) -> None:
    assert rebuilt(words(old, new)) == (old, new)
    assert (difference.count(words(old, new)) == 0) == (old == new)


@given(TEXTS, TEXTS)
@settings(max_examples=200, deadline=None)
def test_emoji_are_never_split(old: str, new: str) -> None:
    for piece in words(f"a {FAMILY} {old}", f"b {FAMILY} {new}"):
        assert all(g != "\u200d" for g in regex.findall(r"\X", piece.text) if "\u200d" not in old + new)
    assert any(FAMILY in p.text for p in words(f"a {FAMILY} b", f"c {FAMILY} d"))


@pytest.mark.parametrize(
    ("old", "new", "many"),
    [
        ("one two three", "one two three", 0),
        ("one two three", "one 2 three", 1),
        ("one two three", "one three", 1),
        ("one", "one two three", 2),
        ("one two three four", "1 two 3 4", 3),
        ("one two", "one, two", 1),
        ("paypal", "pay\u200bpal", 1),
        ("Mniej cukru", "Bez cukru", 1),
        ("日本語です", "日本人です", 1),
    ],
)
def test_how_many_words_changed(old: str, new: str, many: int) -> None:
    assert difference.count(words(old, new)) == many


def test_ten_thousand_letters_and_repeated_words_take_no_quadratic_time() -> None:
    began = time.process_time()
    words("W" * 10_000, "W" * 9_999 + "X")
    for many in (100, 500, 5_000):
        words("a b " * many, "b c " * many)
        words("a b\n" * many, "b c\n" * many)
    assert time.process_time() - began < 10


def test_a_long_text_is_still_compared_inside_its_lines() -> None:
    lines = [f"line {n} says something of its own" for n in range(400)]
    other = [line.replace("something", "anything") if n % 10 == 0 else line for n, line in enumerate(lines)]
    found = words("\n".join(lines), "\n".join(other))
    assert rebuilt(found) == ("\n".join(lines), "\n".join(other))
    assert difference.count(found) == 40


def _content(text: str, **more: object) -> dict[str, object]:
    parts = [{"kind": "text", "text": text}, *more.pop("pictures", [])]  # type: ignore[misc]
    entry = {"channel": "c1", "network": "site", "handle": "feed", "parts": parts}
    plain = {"v": 1, "region": "r", "language": "pl", "as_soon": False, "zone": "Europe/Warsaw", "wall": ""}
    return {**plain, "instant": "2026-11-26T17:30:00Z", "channels": [entry], **more}


def _picture(sha: str, alt: str = "") -> dict[str, object]:
    return {"kind": "picture", "asset": sha, "sha256": sha, "alt": alt, "decorative": False}


def test_the_sentence_in_english_and_polish_forms() -> None:
    old = _content("a b c d", pictures=[_picture("x", "one")])
    new = _content("A B C d", pictures=[_picture("y", "one")], instant="2026-11-26T18:30:00Z")
    found = difference.difference(old, new)
    assert (found.words, found.pictures, found.alts) == (3, 1, 0)
    assert found.time is not None
    assert found.summary() == "3 words, 1 picture and the time since you read it"
    assert found.since(1) == "3 words, 1 picture, the time changed since version 1"
    with i18n.speaking("en-XA"):
        assert "3" in found.summary()


def test_what_changed_besides_words() -> None:
    old = _content("a", pictures=[_picture("x", "one")])
    assert not difference.difference(old, _content("a", pictures=[_picture("x", "one")]))
    assert difference.difference(old, _content("a", pictures=[_picture("x", "two")])).alts == 1
    assert difference.difference(old, _content("a")).pictures == 1
    assert difference.difference(old, _content("a", pictures=[_picture("x", "one")], language="en")).language
    gone = difference.difference(old, _content("a", channels=[]))
    assert gone.removed == ("feed",)


def test_hidden_characters_are_named_and_never_sent_to_the_page() -> None:
    shown = str(hidden.shown("approve \u202edecline\u202c <b>"))
    assert "\u202e" not in shown
    assert "U+202E" in shown
    assert "&lt;b&gt;" in shown
    assert hidden.without("pay\u200bpal\u200c\u200d\ufeff") == "paypal"


@pytest.mark.parametrize("innocent", [FAMILY, "🏳️‍🌈", "\U0001f3f4\U000e0067\U000e0062\U000e007f", "می‌خواهم", "क्‍ष"])
def test_joiners_that_are_needed_are_left_alone(innocent: str) -> None:
    assert not hidden.has(innocent)
    assert str(hidden.shown(innocent)) == innocent


def test_a_sentence_begins_with_a_capital_letter() -> None:
    found = difference.difference(_content("a"), _content("a", instant="2026-11-26T18:30:00Z"))
    assert (found.since(2), found.summary()) == ("The time changed since version 2", "The time since you read it")

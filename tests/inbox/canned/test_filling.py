"""Variables: filled once, made harmless, with defaults; what nobody knows stays in sight and blocks sending."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.inbox.canned import filling, ranking
from webapp.inbox.canned.filling import Piece, Place

AT = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)
WARSAW = Place("pl", "Europe/Warsaw", AT, {"name": "Zosia", "me": "Ola", "city": "Warszawa", "empty": ""})


def filled(text, place=WARSAW):
    return filling.plain(filling.fill(text, place))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Dzień dobry, {name}!", "Dzień dobry, Zosia!"),
        ("{name|you} and {order|your order}", "Zosia and your order"),
        ("{order}", "{order}"),
        ("{empty|nobody}", "nobody"),
        ("{{name}} is how one writes it", "{name} is how one writes it"),
        ("{date:long}", "28 listopada 2026"),
        ("{date:short}, {time}", "28.11.2026, 00:30"),
        ("{city}", "Warszawa"),
        ("No variables, 100 %", "No variables, 100 %"),
    ],
)
def test_a_text_is_filled(text, said):
    assert filled(text) == said


def test_dates_are_those_of_the_place_and_the_language():
    tokyo = Place("ja", "Asia/Tokyo", AT, {})
    assert filled("{date:long}", tokyo) == "2026年11月28日"
    assert filled("{date:full}", Place("en", "America/New_York", AT, {})) == "Friday, November 27, 2026"
    assert filled("{date:long}", Place("xx-nowhere", "UTC", AT, {})) == "November 27, 2026"


def test_the_pieces_say_what_was_filled_and_what_is_missing():
    pieces = filling.fill("Hi {name}, about {order}: soon", WARSAW)
    assert pieces == [
        Piece("Hi "),
        Piece("Zosia", "filled"),
        Piece(", about "),
        Piece("{order}", "missing"),
        Piece(": soon"),
    ]
    assert filling.unfilled(filling.plain(pieces)) == ["{order}"]


@pytest.mark.parametrize(
    "name",
    [
        "{order}",
        "https://evil.example",
        "win at evil.example now",
        "evil.com",
        "@everyone look",
        "#ad",
        "x" * 61,
        "\u202e\u200b",
        "",
    ],
)
def test_how_somebody_calls_themselves_does_nothing_in_our_words(name):
    said = filled("Hi {name|there}!", Place("en", "UTC", AT, {"name": name}))
    assert said in ("Hi there!", "Hi order!")


def test_a_name_is_one_line_without_what_cannot_be_seen():
    assert filling.harmless("Zo\u200bsia\n  Zielona\u202e") == "Zosia Zielona"
    assert filling.harmless("@zosia@balkon.example") == "@zosia@balkon.example"
    assert filling.harmless("Anna-Maria O'Neill 🌿") == "Anna-Maria O'Neill 🌿"


@given(st.text(max_size=200), st.text(max_size=80))
def test_whatever_is_filled_in_is_never_read_again(text, name):
    said = filling.fill(text + "{name}", Place("en", "UTC", AT, {"name": name}))
    last = said[-1]
    assert last.kind in ("filled", "missing") or text.endswith("{")
    if last.kind == "filled":
        assert "{" not in last.text
        assert "\n" not in last.text


@pytest.mark.parametrize(
    ("text", "left"),
    [("{order}", ["{order}"]), ("{a} {b|c} {a}", ["{a}", "{b|c}"]), ("{Order}", []), ("{ order }", []), ("{}", [])],
)
def test_what_still_stands_in_braces_is_found(text, left):
    assert filling.unfilled(text) == left


@pytest.mark.parametrize(
    ("text", "stray"), [("{name", "{name"), ("a } b", "} b"), ("{{ {name} }}", ""), ("{1}", "{1}")]
)
def test_a_brace_that_belongs_to_nothing_is_found(text, stray):
    assert filling.broken(text) == stray


class Row:
    """As much of a canned reply as ranking reads."""

    def __init__(self, id_, texts, title="", folder="", uses=0):
        self.id, self.texts, self.title, self.folder, self.uses = id_, texts, title, folder, uses


def order(rows, **asked):
    return [(r.row.id, r.why) for r in ranking.rank(rows, ranking.Asked(**asked), "pl")]


def test_the_best_comes_first_and_says_why():
    rows = [
        Row("thanks", {"pl": "Dziękujemy!"}, "Thanks"),
        Row("late", {"pl": "Przepraszamy za opóźnienie zamówienia."}, "Late delivery", "Delivery"),
        Row("english", {"en": "Sorry"}, "Sorry"),
        Row("used", {"pl": "Odpiszemy"}, "Used"),
    ]
    asked = {"language": "pl", "text": "Zamówienie miało być wczoraj", "here": {"used"}, "mine": {"thanks": 3}}
    assert order(rows, **asked) == [
        ("late", ("language", "topic")),
        ("used", ("language", "here")),
        ("thanks", ("language", "mine")),
        ("english", ()),
    ]


def test_a_language_nobody_wrote_gets_the_regions_then_english():
    row = Row("a", {"en": "Hi", "pl": "Cześć"})
    assert ranking.rank([row], ranking.Asked(language="ja"), "pl")[0].language == "pl"
    assert ranking.rank([row], ranking.Asked(language="ja"), "ar")[0].language == "en"
    assert ranking.rank([Row("b", {"pt-BR": "Oi"})], ranking.Asked(language="pt"), "pl")[0].language == "pt-BR"
    assert ranking.rank([Row("c", {"pl": " "})], ranking.Asked(), "pl") == []


def test_of_equal_ones_the_one_that_is_used_more_comes_first():
    rows = [Row("b", {"en": "x"}, "B"), Row("a", {"en": "x"}, "A"), Row("c", {"en": "x"}, "C", uses=4)]
    assert [name for name, _why in order(rows)] == ["c", "a", "b"]

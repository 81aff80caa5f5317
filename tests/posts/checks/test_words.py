"""Banned words block, risky ones warn, claims want their evidence, advertising says what it is."""

import pytest

from tests.cast import Cast
from tests.posts import make
from tests.posts.checks import look
from webapp.posts.checks import Level
from webapp.posts.wordlists import keeping


def _lists(cast: Cast, region=None, language: str = "pl", **lists: str) -> None:
    keeping.keep(region or cast.warsaw, language, lists, cast.actor("administrator"))


def test_a_banned_word_blocks_where_it_is_banned(cast: Cast) -> None:
    _lists(cast, cast.headquarters, "", banned="miracle")
    _lists(cast, cast.dubai, "pl", banned="cud*")
    post = make.post(cast, [make.channel(cast)], "Miracle! Cudowna lemoniada")
    assert look.of(post, "banned") == [(Level.BLOCK, "Banned in Warsaw: “Miracle”")]
    assert look.levels(make.post(cast, [make.channel(cast)], "Lemoniada"), "banned") == [Level.OK]


def test_a_word_in_one_channels_own_text_is_found_and_led_to(cast: Cast) -> None:
    _lists(cast, banned="cud*")
    feed, other = make.channel(cast), make.channel(cast)
    post = make.post(cast, [feed, other], "Lemoniada")
    next(v for v in post.variants if v.channel_id == other.id).text = "Cudo!"
    found = look.found(post, "banned")[0]
    assert (found.level, found.field) == (Level.BLOCK, f"v-{other.id}")


def test_risk_warns_and_a_claim_asks_for_its_evidence(cast: Cast) -> None:
    _lists(cast, risk="wojn*", claim="nr 1\nnajlepsz*")
    post = make.post(cast, [make.channel(cast)], "Wojna cenowa: najlepsza lemoniada nr 1")
    assert look.of(post, "risk") == [(Level.WARN, "Risky: “Wojna”")]
    found = look.found(post, "claim")[0]
    assert (found.level, found.title) == (Level.WARN, "Needs its evidence: “najlepsza”, “nr 1”")
    assert found.fix_url == f"/posts/{post.id}#comments"


@pytest.mark.parametrize(
    ("language", "text", "levels"),
    [
        ("pl", "Nowy smak!", [Level.WARN]),
        ("pl", "Nowy smak! #reklama", [Level.OK]),
        ("pl", "Reklama: nowy smak", [Level.OK]),
        ("en", "New taste, an adventure", [Level.WARN]),
        ("en", "New taste #ad", [Level.OK]),
        ("de", "Anzeige. Neuer Geschmack", [Level.OK]),
    ],
)
def test_what_is_paid_says_so(cast: Cast, language: str, text: str, levels: list[Level]) -> None:
    assert (
        look.levels(make.post(cast, [make.channel(cast)], text, language=language, paid=True), "disclosure") == levels
    )


def test_words_of_a_sponsor_or_a_partners_name_ask_for_a_mark(cast: Cast) -> None:
    _lists(cast, cast.headquarters, "", partner="Zestowa\n@zestowa.example", disclosure="#wspolpraca")
    feed = make.channel(cast)
    assert look.levels(make.post(cast, [feed], "We współpracy z Kimś"), "disclosure") == [Level.WARN]
    assert look.levels(make.post(cast, [feed], "Zestowa i my"), "disclosure") == [Level.WARN]
    assert look.levels(make.post(cast, [feed], "Zestowa i my #wspolpraca"), "disclosure") == []
    assert look.levels(make.post(cast, [feed], "Tylko my"), "disclosure") == []


def test_every_text_must_say_it(cast: Cast) -> None:
    feed, other = make.channel(cast), make.channel(cast)
    post = make.post(cast, [feed, other], "Reklama", paid=True)
    next(v for v in post.variants if v.channel_id == other.id).text = "Bez słowa"
    found = look.found(post, "disclosure")[0]
    assert (found.level, found.field) == (Level.WARN, f"v-{other.id}")

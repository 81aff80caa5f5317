"""Word lists: what they find, who inherits them, who may change them."""

from tests.cast import Cast
from webapp import db
from webapp.posts import wordlists
from webapp.posts.wordlists import keeping, matching


def test_whole_words_are_found_in_any_case_ending_and_script() -> None:
    found = matching.matches
    assert found(["gwaranc*"], "Masz GWARANCJĘ! niegwarancja") == ["GWARANCJĘ"]
    assert found(["gwarancja"], "gwarancji nie ma") == []
    assert found(["strasse"], "Die Straße, die Straßenbahn") == ["Straße"]
    assert found(["nr 1", "#ad", "100%"], "Nr  1! #adventure, 100% and #ad.") == ["Nr  1", "100%", "#ad"]
    assert found(["最高"], "これは最高の水です") == ["最高"]
    assert found(["cure"], "c\u00adu\u200bre, and \uff43\uff55\uff52\uff45") == ["cure"]
    assert found(["a(b", "*", ""], "a(b * [") == ["a(b"]


def test_a_list_is_read_as_it_is_typed() -> None:
    assert matching.read("  cure \n\nCURE\r\nbest   ever\n*\n") == ["cure", "best ever"]


def test_a_long_list_and_a_long_text_are_looked_through_in_no_time() -> None:
    import time

    words = [f"word{n} * x{n}*" for n in range(500)]
    began = time.perf_counter()
    assert matching.matches(words, "word1 " + "a" * 50_000 + " x" * 5_000) == []
    assert time.perf_counter() - began < 5


def test_a_region_keeps_the_words_of_all_above_it(cast: Cast) -> None:
    by = cast.actor("administrator")
    keeping.keep(cast.headquarters, "", {"banned": "miracle"}, by)
    keeping.keep(cast.headquarters, "pl", {"banned": "cud*"}, by)
    keeping.keep(cast.warsaw, "pl", {"banned": "lek*"}, by)
    db.commit()
    text = "A miracle: cudowny lek"
    assert wordlists.found(text, "pl", cast.warsaw, "banned") == ["miracle", "cudowny", "lek"]
    assert wordlists.found(text, "pl-PL", cast.headquarters, "banned") == ["miracle", "cudowny"]
    assert wordlists.found(text, "en", cast.warsaw, "banned") == ["miracle"]
    assert wordlists.found(text, "ar", cast.dubai, "risk") == []


def test_the_screen_keeps_lists_and_refuses_what_cannot_be(cast: Cast) -> None:
    url = f"/words/{cast.warsaw.id}"
    answer = cast.administrator.post(url, {"language": "pl", "banned": "cud*\nlek", "claim": "nr 1"})
    assert answer.status_code == 303
    assert "language=pl" in answer.headers["Location"]
    html = cast.administrator.get(f"{url}?language=pl").get_data(as_text=True)
    assert "cud*\nlek" in html
    assert "nr 1" in html
    assert "cud*" not in cast.administrator.get(f"{url}?language=all").get_data(as_text=True).split("<form")[-1]
    refused = cast.administrator.post(url, {"language": "pl", "banned": "x" * 200 + "\nkept"})
    assert refused.status_code == 422
    assert "is too long for one entry" in refused.get_data(as_text=True)
    assert "kept" in refused.get_data(as_text=True)
    assert cast.administrator.post(url, {"language": "xx"}).status_code == 422


def test_who_sees_the_region_reads_and_only_settings_change(cast: Cast) -> None:
    url = f"/words/{cast.warsaw.id}"
    cast.administrator.post(url, {"language": "pl", "banned": "cud"})
    html = cast.author.get(f"{url}?language=pl").get_data(as_text=True)
    assert "cud" in html
    assert "<textarea" not in html
    assert cast.author.post(url, {"language": "pl", "banned": ""}).status_code == 403
    assert cast.teammate.get(url).status_code == 404
    assert cast.stranger.get(url).status_code == 404
    assert cast.stranger.post(url, {"language": "pl"}).status_code == 404


def test_a_change_is_one_event_without_the_words(cast: Cast) -> None:
    import sqlalchemy as sa

    from webapp.events import Event

    keeping.keep(cast.warsaw, "pl", {"banned": "cud\nlek"}, cast.actor("administrator"))
    keeping.keep(cast.warsaw, "pl", {"banned": "cud\nlek"}, cast.actor("administrator"))
    db.commit()
    rows = db.session.scalars(sa.select(Event).where(Event.kind == "region.words_changed")).all()
    assert [row.data["lists"] for row in rows] == [{"banned": {"added": 2, "removed": 0}}]

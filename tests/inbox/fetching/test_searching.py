"""Search finds what was written in any script, as people type, the newest first, and only where a person may look."""

import pytest

from tests.inbox.fetching.house import ANN, START, channel, item, kept
from webapp.db import session
from webapp.inbox import searching
from webapp.inbox.models import Message

TEXTS = {
    "pl": "Gdzie jest moja PACZKA z Łodzi?",
    "de": "Die Straße ist nass, schöne Grüße",
    "ja": "大阪の店は何時に開きますか。ガラス",
    "ar": "أين طلبي من دبي؟",
    "en": "Where is my parcel? Order 12345-A, don't wait",
    "sign": "100% % _ ' \" \\ : & | ! ( ) * 🍊",
}


@pytest.fixture
def here(cast):
    made = channel(cast)
    kept(made, *[item(key, text=text, minute=n, author=ANN) for n, (key, text) in enumerate(TEXTS.items())])
    return made


def found(cast, text, who="author", **more):
    ids = [hit.message_id for hit in searching.find(cast.actor(who), text, **more)]
    return [session.get(Message, each).remote_id for each in ids]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("paczka", ["pl"]),
        ("PACZ", ["pl"]),
        ("lodzi paczka", ["pl"]),
        ("Łodzi", ["pl"]),
        ("strasse", ["de"]),
        ("schone grusse", ["de"]),
        ("大阪", ["ja"]),
        ("店", ["ja"]),
        ("何時に開", ["ja"]),
        ("ｶﾞﾗｽ", ["ja"]),
        ("طلبي", ["ar"]),
        ("12345", ["en"]),
        ("parcel where", ["en"]),
        ("acz", []),
        ("parcel paczka", []),
        ("%", []),
        ("' OR 1=1 --", []),
        ('"*" NEAR(a b)', []),
        ("", []),
        ("words : x", []),
    ],
)
def test_words_are_found_as_they_are_typed(cast, here, text, keys):
    assert found(cast, text) == keys


def test_the_newest_come_first_and_the_next_page_goes_on(cast, here):
    kept(here, *[item(f"m{n}", text="needle here", minute=10 + n) for n in range(5)])
    assert found(cast, "needle", limit=2) == ["m4", "m3"]
    last = searching.find(cast.actor("author"), "needle", limit=2)[-1]
    assert found(cast, "needle", before=last.at, limit=2) == ["m2", "m1"]


def test_people_are_found_by_their_names(cast, here):
    assert len(found(cast, "@ann@there")) == len(TEXTS)


def test_only_where_a_person_may_look(cast, here):
    kept(channel(cast, cast.dubai), item("d", text="paczka"))
    assert found(cast, "paczka", "author") == ["pl"]
    assert found(cast, "paczka", "teammate") == ["d"]
    assert sorted(found(cast, "paczka", "planner")) == ["d", "pl"]
    assert found(cast, "paczka", "stranger") == []


def test_an_edit_is_found_by_its_new_words_and_what_is_erased_not_at_all(cast, here):
    kept(here, item("pl", text="Teraz inaczej", edited_at=START.replace(year=START.year + 1)))
    assert found(cast, "paczka") == []
    assert found(cast, "inaczej") == ["pl"]
    row = session.get(Message, searching.find(cast.actor("author"), "inaczej")[0].message_id)
    row.text = row.words = ""
    session.flush()
    assert found(cast, "inaczej") == []


def test_what_is_very_common_is_read_from_the_newest_down(cast, here, monkeypatch):
    monkeypatch.setattr(searching, "MANY", 3)
    kept(here, *[item(f"m{n}", text="needle here", minute=10 + n) for n in range(9)])
    kept(channel(cast, cast.dubai), item("d", text="needle", minute=99))
    assert found(cast, "needle", limit=2) == ["m8", "m7"]
    assert found(cast, "needle", "planner", limit=2) == ["d", "m8"]
    assert found(cast, "here", limit=20) == [f"m{n}" for n in reversed(range(9))]


@pytest.mark.parametrize(("newest", "many"), [(4000, 8000), (2, 8000), (2, 3)], ids=["read", "index", "all"])
def test_each_way_of_finding_finds_the_same(cast, here, monkeypatch, newest, many):
    monkeypatch.setattr(searching, "NEWEST", newest)
    monkeypatch.setattr(searching, "MANY", many)
    kept(here, *[item(f"m{n}", text=f"needle no{n % 3} hay", minute=10 + n) for n in range(9)])
    kept(channel(cast, cast.dubai), item("d", text="needle no2 hay", minute=99))
    assert found(cast, "needle") == [f"m{n}" for n in reversed(range(9))]
    assert found(cast, "needle no2") == ["m8", "m5", "m2"]
    assert found(cast, "hay no2 need", "planner") == ["d", "m8", "m5", "m2"]
    assert found(cast, "no") == [f"m{n}" for n in reversed(range(9))]
    assert found(cast, "eedle") == found(cast, "need hay") == found(cast, searching.place(cast.dubai.id)) == []
    later = searching.find(cast.actor("author"), "needle", limit=4)[-1].at
    assert found(cast, "no2", before=later) == ["m2"]

"""What headquarters locked stays: while it is typed, by the buttons of pictures, at submission and at the yes."""

import io

import pytest
import sqlalchemy as sa

from tests.approvals import house as approvals
from tests.posts import make
from tests.posts.adapting import house
from tests.posts.adapting.house import CLAIM, LINK, TEXT, text, token
from webapp import db
from webapp.approvals import submission
from webapp.db import session
from webapp.errors import Forbidden, Invalid
from webapp.posts import checks, pictures
from webapp.posts.adapting import passages
from webapp.posts.models import Medium, Post


def save(cast, row, words, **more):
    post = house.again(row).post
    return cast.author.post(f"/posts/{post.id}", house.form(post, text=words, **more))


def test_sentences_of_a_text():
    assert passages.of(TEXT) == ["A new taste for autumn.", CLAIM, f"Read why: {LINK}"]
    assert passages.of("砂糖なし。おいしい！毎日どうぞ") == ["砂糖なし。", "おいしい！", "毎日どうぞ"]
    assert passages.of("Version 2.5 is out. Version 2.5 is out.\n\n***\n") == ["Version 2.5 is out."]
    assert passages.of("") == []
    assert len(passages.of("Go on! " * 30_000)) == 1
    assert len(passages.of("".join(f"Line {n}\n" for n in range(500)))) == passages.MOST


def test_marking_and_exchanging():
    assert [(s.text, s.locked) for s in passages.marked("a b (c", ["(c", "b"])] == [
        ("a ", False),
        ("b", True),
        (" ", False),
        ("(c", True),
    ]
    assert passages.exchanged("One. Two.", {"Three.": "Two."}) == "One. Three."
    assert passages.exchanged("One.", {"Three.": "Two.", "One.": ""}) == "One.\nThree."
    assert passages.exchanged("", {"Three.": ""}) == "Three."
    assert passages.without("One. Two. Three.", ["Two."]) == "One. Three."


def test_a_locked_sentence_stays_word_for_word(cast):
    row = house.asked(cast)
    for words in ("Nowy smak jesieni.", f"Nowy smak. {CLAIM.upper()}", "Nowy smak. Now with less\u200b sugar."):
        answer = save(cast, row, words)
        assert answer.status_code == 422
        assert "is locked and stays word for word" in text(answer)
        assert 'aria-describedby="text-error"' in text(answer)
        assert words in text(answer), "nothing typed is lost"
    assert house.again(row).post.text == TEXT
    assert save(cast, row, f"Nowy smak jesieni. {CLAIM}").status_code == 303
    assert house.again(row).post.text == f"Nowy smak jesieni. {CLAIM}"


def test_saving_by_itself_is_refused_too(cast):
    row = house.asked(cast)
    answer = cast.author.post(f"/posts/{row.post_id}/draft", house.form(row.post, text="Nowy smak"))
    assert answer.status_code == 422
    assert "word for word" in answer.json["errors"]["text"][0]
    assert house.again(row).post.text == TEXT


def test_the_text_of_one_channel_is_a_text_too(cast):
    row = house.asked(cast)
    channel = str(row.post.variants[0].channel_id)
    for words in ("Inny tekst", ""):
        answer = save(cast, row, TEXT, **{f"own-{channel}": "own", f"text-{channel}": words})
        assert answer.status_code == 422
        assert f'id="text-{channel}-error"' in text(answer)


def test_a_locked_link_stays_that_very_link(cast):
    row = house.asked(cast, links=True, passages=[])
    assert save(cast, row, "Czytaj: https://pomela.pl").status_code == 422
    assert save(cast, row, f"Czytaj: {LINK}er").status_code == 422
    assert save(cast, row, f"Czytaj: {LINK}").status_code == 303


def with_picture(cast, **locks):
    make.channel(cast)
    asset, other = make.asset(cast), make.asset(cast, "red")
    post = house.master(cast)
    make.picture(post, session.merge(asset))
    db.commit()
    house.hand(cast, post, cast.warsaw, **{"pictures": True, **locks})
    return house.of(post, cast.warsaw), other


def test_locked_pictures_are_not_touched_and_their_words_may_be(cast):
    row, other = with_picture(cast)
    medium = row.post.media[0]
    page = text(cast.author.get(f"/posts/{row.post_id}/edit"))
    assert "Headquarters locked the pictures" in page
    for gone in ("nod-upload", f"media/{medium.id}/removal", "Own pictures"):
        assert gone not in page
    upload = {"file": (io.BytesIO(make.png()), "a.png")}
    here = f"/posts/{row.post_id}/media"
    assert cast.author.post(here, upload, content_type="multipart/form-data").status_code == 403
    assert cast.author.post(f"{here}/{medium.id}/removal").status_code == 403
    assert cast.author.post(f"{here}/{medium.id}/place?to=later").status_code == 403
    post = house.stored(row.post)
    with pytest.raises(Forbidden, match="Headquarters"):
        pictures.add(post, session.merge(other), cast.actor("author"))
    channel = str(row.post.variants[0].channel_id)
    answer = save(cast, row, TEXT, **{f"pics-{channel}": "own"})
    assert answer.status_code == 422
    assert "The pictures are locked" in text(answer)
    assert save(cast, row, TEXT, **{f"alt-{medium.id}": "Puszka"}).status_code == 303
    assert house.again(row).post.media[0].alt == "Puszka"


def test_pictures_that_are_not_locked_are_the_regions(cast):
    row, _other = with_picture(cast, pictures=False)
    medium = row.post.media[0]
    assert cast.author.post(f"/posts/{row.post_id}/media/{medium.id}/removal").status_code == 303
    assert not house.again(row).post.media


def blocked(row):
    report = checks.of_working(house.stored(row.post))
    return [c.title for c in report.blocks if c.key == "locked"]


def test_whatever_way_it_came_it_is_not_sent(cast):
    """The rule holds for the revision, whoever wrote the row."""
    row, other = with_picture(cast, links=True)
    assert not blocked(row)
    house.rewrite(row, "Bez cukru")
    assert blocked(row) == [f"Locked words are missing: “{CLAIM}”", f"Locked words are missing: “{LINK}”"]
    with pytest.raises(Invalid, match="Locked words are missing"):
        submission.submit(house.stored(row.post), cast.actor("author"))
    house.rewrite(row, TEXT)
    session.execute(sa.update(Medium).where(Medium.post_id == row.post_id).values(asset_id=other.id))
    db.commit()
    assert blocked(row) == ["The pictures are not those that headquarters locked"]


def test_who_can_unlock_is_named_and_a_post_of_ones_own_asks_nothing(cast):
    row = house.asked(cast)
    page = text(cast.author.get(f"/posts/{row.post_id}/edit"))
    assert "Who writes in Headquarters can change it" in page
    assert CLAIM in page
    own = make.post(cast, [make.channel(cast)])
    db.commit()
    assert not [c for c in checks.of_working(own).checks if c.key == "locked"]


def test_an_adaptation_stays_in_its_region(cast):
    row = house.asked(cast)
    answer = cast.administrator.post(f"/posts/{row.post_id}", house.form(row.post, region=str(cast.dubai.id)))
    assert answer.status_code == 422
    assert house.again(row).post.region_id == cast.warsaw.id


def test_headquarters_gives_a_region_its_own_wording(cast):
    row = house.asked(cast)
    polish = "Teraz mniej cukru."
    here = f"/adaptations/{row.id}/wording"
    assert cast.author.post(here, {f"wording-{token(CLAIM)}": polish}).status_code == 403
    assert "wording-" not in text(cast.author.get(f"/adaptations/{row.id}"))
    assert f'name="wording-{token(CLAIM)}"' in text(cast.planner.get(f"/adaptations/{row.id}"))
    assert cast.planner.post(here, {f"wording-{token(CLAIM)}": polish}).status_code == 303
    assert house.again(row).post.text == TEXT.replace(CLAIM, polish)
    assert save(cast, row, f"Jesień! {CLAIM}").status_code == 422, "the other words are not allowed now"
    assert save(cast, row, f"Jesień! {polish}").status_code == 303
    assert approvals.kinds(row.post)[:2] == ["post.adapted", "post.worded"]
    answer = cast.planner.post(here, {f"wording-{token(CLAIM)}": "a\0b"})
    assert answer.status_code == 422
    assert "a" in text(answer)


def test_who_writes_and_sends_in_one_go_is_the_author_too(cast):
    row = house.asked(cast)
    assert save(cast, row, f"Jesień! {CLAIM}", action="send").status_code == 303
    made = house.again(row).post
    assert (made.author_id, made.state) == (cast.people["author"].id, "waiting")


def test_the_first_writer_of_the_region_is_its_author_and_headquarters_own_yes_does_not_count(cast):
    row = house.asked(cast)
    assert save(cast, row, f"Jesień! {CLAIM}").status_code == 303
    made = house.again(row).post
    assert made.author_id == cast.people["author"].id
    assert "post.adapting" in approvals.kinds(made)
    sent = approvals.send(cast, session.get_one(Post, made.id))
    assert {cast.people["author"].id, cast.people["planner"].id} <= approvals.stored(sent).authors

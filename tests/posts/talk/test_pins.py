"""Point at it: words or a place on a picture, without scripts; the author sees it there and marks it solved."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from tests.approvals import house
from tests.posts import make
from webapp import db
from webapp.db import session
from webapp.events import Event
from webapp.posts import revisions
from webapp.posts.models import Comment, Post
from webapp.posts.talk import pins, places

TEXT = "Cooler evenings. A warmer taste!\nPomela grapefruit is in shops."


@pytest.fixture
def row(cast):
    asset = make.asset(cast)
    post = make.post(cast, [make.channel(cast)], TEXT)
    make.picture(post, asset)
    return house.send(cast, post)


def page(browser, url: str, status: int = 200) -> str:
    answer = browser.get(url)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def content(row) -> dict:
    return session.get_one(Post, row.post_id).current.content


def entry(row) -> dict:
    return content(row)["channels"][0]


def words(row, quote: str = "warmer") -> str:
    return places.typed(quote, entry(row))


def picture(row) -> str:
    return revisions.pictures_of(entry(row))[0]["asset"]


def point(browser, row, token: str, text: str = "Mend this", **more: str):
    data = {"place": token, "about": str(row.revision_id), "text": text, **more}
    return browser.post(f"/posts/{row.post_id}/pointing", data)


def url(row) -> str:
    return f"/posts/{row.post_id}"


def test_sentences_can_be_chosen_and_are_what_they_say(cast, row):
    html = page(cast.approver, url(row) + "/pointing")
    found = places.quotes(entry(row))
    assert [q.text for q in found] == ["Cooler evenings.", "A warmer taste!", "Pomela grapefruit is in shops."]
    for quote in found:
        assert f'value="{quote.token}"' in html
        assert places.read(quote.token, content(row))["quote"] == quote.text


def test_a_tap_on_a_picture_needs_no_script(cast, row):
    html = page(cast.approver, url(row) + "/pointing")
    tapped = re.search(r'<input class="tap" type="image" name="([^"]+)"[^>]* width="(\d+)" height="(\d+)"', html)
    assert tapped
    name, width, height = tapped[1], int(tapped[2]), int(tapped[3])
    assert (width, height) == (288, 192)
    chosen = page(cast.approver, f"{url(row)}/pointing?{name}.x=72&{name}.y=144")
    token = re.search(r'name="place" value="([^"]+)"', chosen)
    assert token
    assert places.read(token[1], content(row)) == {
        "kind": "picture", "asset": name, "x": 0.25, "y": 0.75, "version": 0
    }  # fmt: skip
    assert 'cx="15.0" cy="30.0"' in chosen


def test_a_keyboard_chooses_a_third_and_the_corner_it_sends_is_no_place(cast, row):
    name = picture(row)
    html = page(cast.approver, f"{url(row)}/pointing?{name}.x=0&{name}.y=0")
    assert "Tap the place on a picture" in html
    assert "bottom right" in html
    for said, token in places.thirds(name):
        assert places.third(places.read(token, content(row))) == said


@pytest.mark.parametrize(
    "token",
    [
        "words.{channel}.0.0",
        "words.{channel}.5.4",
        "words.{channel}.0.9999",
        "words.{asset}.0.4",
        "picture.{asset}.1001.0",
        "picture.{channel}.1.1",
        "picture.{asset}.0.-1",
        "words.{channel}.٣.٤",
        "nothing",
        "x" * 500,
    ],
)
def test_a_place_that_is_not_there_is_refused_and_said(cast, row, token):
    wrong = token.format(channel=entry(row)["channel"], asset=picture(row))
    assert point(cast.approver, row, wrong).status_code == 422
    assert cast.approver.get(f"{url(row)}/pointing", query_string={"place": wrong}).status_code == 422
    assert house.rows(Comment) == []


def test_typed_words_must_be_in_the_text(cast, row):
    assert "not in the text" in page(cast.approver, f"{url(row)}/pointing?quote=summer")
    assert "<mark>warmer taste</mark>" in page(cast.approver, f"{url(row)}/pointing?quote=warmer+taste")


def test_the_author_sees_words_and_pins_where_they_are(cast, row):
    assert point(cast.approver, row, words(row), "Too warm").status_code == 303
    assert point(cast.approver, row, places.picture_token(picture(row), 0.5, 0.1)).status_code == 303
    first, second = house.rows(Comment)
    for where in (url(row), url(row) + "/approval"):
        html = page(cast.author, where)
        assert f'<mark>warmer</mark><a class="pin-n" href="#c-{first.id}"' in html
        assert f'<a href="#c-{second.id}" aria-label="Comment 2, top"><circle cx="30.0" cy="4.0"' in html
    html = page(cast.author, url(row) + "/edit")
    assert "Too warm" in html
    assert "On picture 1, top" in html


def test_it_is_marked_solved_by_those_who_write_or_who_said_it(cast, row):
    point(cast.approver, row, words(row))
    [said] = house.rows(Comment)
    to = f"{url(row)}/comments/{said.id}/solution"
    assert cast.analyst.post(to).status_code == 403
    assert cast.second.post(to).status_code == 403
    assert cast.teammate.post(to).status_code == 404
    assert cast.stranger.post(to).status_code == 404
    assert [cast.author.post(to).status_code for _n in range(2)] == [303, 303]
    [said] = house.rows(Comment)
    assert (said.solved_by_id, said.solved_at is not None) == (cast.people["author"].id, True)
    assert "<mark>" not in page(cast.author, url(row))
    assert "Solved" in page(cast.author, url(row))
    assert "Mend this" not in page(cast.author, url(row) + "/edit")
    assert cast.approver.post(to, {"open": "1"}).status_code == 303
    assert "<mark>warmer</mark>" in page(cast.author, url(row))
    kinds = session.scalars(sa.select(Event.kind).where(Event.subject_id == said.id).order_by(Event.id)).all()
    assert kinds == ["comment.added", "comment.solved", "comment.reopened"]


def test_solving_from_the_composer_answers_with_what_is_left(cast, row):
    point(cast.approver, row, words(row), "First")
    point(cast.approver, row, words(row, "shops"), "Second")
    first, _second = house.rows(Comment)
    to = f"{url(row)}/comments/{first.id}/solution"
    html = cast.author.post(to, {"from": "composer"}, htmx=True).get_data(as_text=True)
    assert "Second" in html
    assert "First" not in html
    assert cast.author.post(to, {"from": "composer"}).headers["Location"].startswith(f"{url(row)}/edit")


def test_on_a_new_version_a_pin_stays_on_its_words_or_says_where_it_was(cast, row):
    point(cast.approver, row, words(row, "warmer"), "Stays")
    point(cast.approver, row, words(row, "Cooler evenings."), "Goes")
    post = session.get_one(Post, row.post_id)
    house.rewrite(cast, post, "Autumn again. A much warmer taste!")
    html = page(cast.author, url(row))
    assert "<mark>warmer</mark>" in re.sub(r"</?ins>", "", html)
    assert "On version 1: <q" in html
    assert "Cooler evenings." in html


@pytest.mark.parametrize(
    ("text", "at", "found"),
    [("one two one", 8, (8, 11)), ("one two one", 0, (0, 3)), ("no", 0, None), ("oneone", 2, (3, 6))],
)
def test_words_are_found_nearest_to_where_they_were(text, at, found):
    place = {"kind": "words", "quote": "one", "from": at}
    assert places.span_in(place, {"parts": [{"kind": "text", "text": text}]}) == found


def test_nobody_points_at_what_they_may_not_see_or_comment(cast, row):
    token = words(row)
    assert point(cast.analyst, row, token).status_code == 403
    for outsider in (cast.teammate, cast.stranger):
        assert point(outsider, row, token).status_code == 404
        assert outsider.get(url(row) + "/pointing").status_code == 404


def test_a_revision_of_another_post_is_not_there(cast, row):
    other = house.waiting(cast, text=TEXT)
    assert point(cast.approver, row, words(row), about=str(other.revision_id)).status_code == 404
    assert cast.approver.get(f"{url(row)}/pointing?about={other.revision_id}").status_code == 404


def test_a_choice_for_somewhere_else_goes_there_and_only_to_a_path_of_ours(cast, row):
    token = words(row)
    there = f"{url(row)}/approval/changes?run=a"
    answer = cast.approver.get(f"{url(row)}/pointing", query_string={"place": token, "then": there})
    assert answer.status_code == 302
    to = urlsplit(answer.headers["Location"])
    assert (to.netloc, to.path) == ("", f"{url(row)}/approval/changes")
    assert parse_qs(to.query) == {"run": ["a"], "place": [token], "about": [str(row.revision_id)]}
    away = cast.approver.get(f"{url(row)}/pointing", query_string={"place": token, "then": "//evil.example/"})
    assert away.status_code == 200


def test_a_draft_can_be_pointed_at_too(cast):
    post = make.post(cast, [make.channel(cast)], TEXT)
    db.commit()
    token = places.words_token(revisions.working_content(post)["channels"][0]["channel"], 0, 6)
    answer = cast.approver.post(f"/posts/{post.id}/pointing", {"place": token, "text": "Why?"})
    assert answer.status_code == 303
    html = page(cast.author, f"/posts/{post.id}")
    assert "<mark>Cooler</mark>" in html


def test_what_is_empty_is_asked_again_with_its_place(cast, row):
    refused = point(cast.approver, row, words(row), " ")
    html = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert words(row) in html
    assert "<mark>warmer</mark>" in html


def test_the_same_pin_twice_is_one(cast, row):
    post = session.get_one(Post, row.post_id)
    revision, by = post.current, cast.actor("approver")
    made = [pins.add(post, "Here", by, words(row), revision, revision.content, "internal") for _n in range(2)]
    assert made[0].id == made[1].id


def test_a_no_carries_its_place_and_the_author_sees_it_there(cast, row):
    token = words(row)
    html = page(cast.approver, f"{url(row)}/approval/changes?run=a&place={token}&about={row.revision_id}")
    assert f'name="place" value="{token}"' in html
    assert ">warmer</mark>" in html
    sheet = page(cast.approver, f"{url(row)}/approval")
    assert f"/pointing?about={row.revision_id}&amp;then=/posts/{row.post_id}/approval/changes" in sheet
    form = house.decision_form(row, "changes", reasons=["claim"], place=token)
    assert cast.approver.post(house.decision_url(row), form).status_code == 303
    [said] = house.rows(Comment)
    assert (said.text, said.audience, said.place["quote"]) == ("Claim", "internal", "warmer")
    assert "<mark>warmer</mark>" in page(cast.author, url(row))


def test_a_no_with_a_place_that_is_not_there_decides_nothing(cast, row):
    form = house.decision_form(row, "changes", comment="Kept words", place="words.x.1.2")
    refused = cast.approver.post(house.decision_url(row), form)
    assert refused.status_code == 422
    assert "Kept words" in refused.get_data(as_text=True)
    assert house.rows() == []
    assert house.rows(Comment) == []


def test_a_yes_points_nowhere(cast, row):
    form = house.decision_form(row, place=words(row))
    assert cast.approver.post(house.decision_url(row), form).status_code == 303
    assert house.rows(Comment) == []


def test_who_may_only_look_is_not_asked_to_point(cast, row):
    assert "/pointing" in page(cast.approver, url(row))
    assert "/pointing" not in page(cast.analyst, url(row))

"""Pictures in a table: chosen along with it or known by name, each error by row, and nothing guessed."""

import io
import re
import unicodedata
from unittest.mock import patch

import pytest
import sqlalchemy as sa

from tests.calendar import house
from tests.posts import make
from tests.posts.importing.test_import import posts
from webapp import db
from webapp.assets import pictures
from webapp.assets.models import Asset

HEAD = 'Text,Region,Pictures,Image descriptions,Part 2,"Pictures, Part 2"\n'


@pytest.fixture(autouse=True)
def _pressed_once():
    with patch.object(pictures, "renditions", make._as_before):
        yield


def png(name, colour="teal"):
    return io.BytesIO(make.png(colour=colour)), name


def send(browser, table, *files, brought=(), **more):
    data = {"encoding": "", "file": (io.BytesIO(table.encode()), "plan.csv"), "brought": list(brought), **more}
    return browser.post("/posts/import", data | ({"pictures": list(files)} if files else {}))


def carried(answer):
    """The pictures that the next form carries."""
    return list(dict.fromkeys(re.findall(r'name="brought" value="([^"]+)"', answer.get_data(as_text=True))))


def take(browser, table, brought):
    data = {"content": table, "take": "1", "encoding": "", "name": "plan.csv", "brought": brought}
    return browser.post("/posts/import", data)


def shown(post):
    media = sorted(post.media, key=lambda medium: (medium.part, medium.position))
    return [(medium.asset.name, medium.alt, medium.part) for medium in media]


def names():
    db.session.rollback()
    return list(db.session.scalars(sa.select(Asset.name).order_by(Asset.id)))


def test_pictures_come_along_with_the_table_and_stand_where_it_says(cast):
    table = HEAD + 'One,Warsaw,"Lemon.png, grove.png",A lemon|A grove,Two,lemon.PNG\nPlain,Warsaw,,,,\n'
    tried = send(cast.author, table, png("lemon.png"), png("grove.png", "navy"))
    html = house.body(tried)
    assert "2 drafts would be made" in html
    assert "3 pictures" in html
    assert posts() == []
    assert take(cast.author, table, carried(tried)).status_code == 303
    first, plain = posts()
    assert shown(first) == [("lemon.png", "A lemon", ""), ("grove.png", "A grove", ""), ("lemon.png", "", "part-1")]
    assert (plain.media, plain.author_id) == ([], cast.people["author"].id)


def test_what_came_along_stays_when_the_table_has_errors(cast):
    wrong = HEAD + "One,Nowhere,lemon.png,,,\n"
    answer = send(cast.author, wrong, png("lemon.png"))
    assert answer.status_code == 422
    assert "1 picture is here" in answer.get_data(as_text=True)
    assert names() == ["lemon.png"]
    right = wrong.replace("Nowhere", "Warsaw")
    again = send(cast.author, right, brought=carried(answer))
    assert "1 draft would be made" in house.body(again)
    assert names() == ["lemon.png"], "not taken a second time"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("One,Warsaw,nothing.png,,,", "There is no picture “nothing.png”. Choose it along with the table."),
        ("One,Warsaw,,A lemon,,", "There are more descriptions than pictures."),
        ("One,Warsaw,lemon.png,A|B,,", "There are more descriptions than pictures."),
        ("One,Warsaw,,,,lemon.png", "The part of these pictures has no text."),
        (f'One,Warsaw,"{",".join(f"{n}.png" for n in range(21))}",,,', "That is more pictures than any network takes."),
        ("One,Warsaw,broken.png,,,", "broken.png: This is not a picture Nod can use."),
    ],
)
def test_what_is_wrong_is_said_by_row_and_nothing_is_made(cast, row, said):
    table = f"{HEAD}{row}\nTwo,Warsaw,,,,\n"
    answer = send(cast.author, table, png("lemon.png"), (io.BytesIO(b"no picture"), "broken.png"))
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert said in html
    assert "Line 2, " in html
    assert take(cast.author, table, carried(answer)).status_code == 422
    assert posts() == []


def test_a_refused_file_that_no_row_names_is_only_noted(cast):
    html = house.body(send(cast.author, f"{HEAD}One,Warsaw,,,,\n", png("idle.png"), (io.BytesIO(b"x"), "broken.png")))
    assert "1 draft would be made" in html
    assert "broken.png: This is not a picture Nod can use." in html
    assert "No row names idle.png." in html


def test_a_picture_of_the_library_is_known_by_its_name_where_one_sees_it(cast):
    asset = make.asset(cast)
    table = f"{HEAD}One,Warsaw,one.png,,,\n"
    assert "1 draft would be made" in house.body(send(cast.author, table))
    assert take(cast.author, table, []).status_code == 303
    assert [medium.asset_id for medium in posts()[0].media] == [asset.id]
    dubai = send(cast.dubai_author, f"{HEAD}One,Dubai,one.png,,,\n")
    assert dubai.status_code == 422
    assert "There is no picture “one.png”" in dubai.get_data(as_text=True)


def test_of_two_different_pictures_of_one_name_none_is_guessed(cast):
    make.asset(cast, "teal")
    make.asset(cast, "teal")
    table = f"{HEAD}One,Warsaw,one.png,,,\n"
    assert send(cast.author, table).status_code == 200, "the same picture twice is one"
    make.asset(cast, "navy")
    answer = send(cast.author, table)
    assert "Several pictures are called “one.png”" in answer.get_data(as_text=True)
    assert send(cast.author, table, png("one.png", "olive")).status_code == 200, "what came along is meant"


def test_accents_may_be_written_in_either_form(cast):
    table = f"{HEAD}One,Warsaw,żółty.png,,,\n"
    assert send(cast.author, table, png(unicodedata.normalize("NFD", "Żółty.png"))).status_code == 200


def test_nobody_brings_along_what_others_brought(cast):
    theirs = carried(send(cast.author, f"{HEAD}One,Warsaw,lemon.png,,,\n", png("lemon.png")))
    answer = send(cast.dubai_author, f"{HEAD}One,Dubai,lemon.png,,,\n", brought=[*theirs, "x", "\0", "9" * 36])
    assert answer.status_code == 422
    assert carried(answer) == []


def test_undo_takes_the_drafts_and_leaves_the_pictures(cast):
    table = f"{HEAD}One,Warsaw,lemon.png,,,\n"
    answer = take(cast.author, table, carried(send(cast.author, table, png("lemon.png"))))
    page = cast.author.get(answer.headers["Location"]).get_data(as_text=True)
    undo = re.search(r'action="(/posts/imports/[^"]+/undo)"', page)[1]
    assert cast.author.post(undo).status_code == 303
    assert all(post.deleted_at for post in posts())
    assert names() == ["lemon.png"]

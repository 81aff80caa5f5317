"""Threads in a table: a column a part, tried like everything else, and every wrong cell named by line and column."""

import csv
import io

import pytest

from tests.calendar import house
from tests.posts import make
from tests.posts.importing.test_import import posts, send, take
from webapp import db
from webapp.i18n import OFFERED, speaking
from webapp.posts.importing import columns

HEAD = "Text,Region,Channels,Part 2,Part 3,First comment\n"


@pytest.fixture
def bluesky(cast):
    row = make.channel(cast, network="bluesky", server="https://b.example")
    row.handle = "@pomela"
    db.commit()
    return row


def kept(post):
    return [(part["kind"], part["text"]) for part in post.parts]


def test_a_row_with_parts_is_a_thread(cast, bluesky):
    table = HEAD + 'One,Warsaw,pomela,"Two\nlines",Three,Ask us\n' + "Alone,Warsaw,pomela,,,\n"
    html = house.body(send(cast.author, table))
    assert "2 drafts would be made" in html
    assert "3 parts follow" in html
    assert html.count("follow") == 1
    assert posts() == []
    assert take(cast.author, table).status_code == 303
    thread, alone = posts()
    assert kept(thread) == [("thread", "Two\nlines"), ("thread", "Three"), ("comment", "Ask us")]
    assert (thread.text, kept(alone)) == ("One", [])


def test_a_first_comment_alone_needs_no_thread(cast, bluesky):
    take(cast.author, "Text;Region;First comment\nOne;Warsaw;Ask us\n")
    assert [kept(post) for post in posts()] == [[("comment", "Ask us")]]


@pytest.mark.parametrize(
    ("cells", "column", "sentence"),
    [
        (",Three,", "Part 2", "The text is empty."),
        (f"{'x' * 50_001},,", "Part 2", "Use at most 50,000 characters."),
        (",,bell\a", "First comment", "characters that cannot be stored"),
    ],
)
def test_what_is_wrong_is_said_by_line_and_column(cast, bluesky, cells, column, sentence):
    table = HEAD + "Good,Warsaw,pomela,,,\n" + f"One,Warsaw,pomela,{cells}\n"
    answer = send(cast.author, table)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f"Line 3, {column}" in html
    assert sentence in html
    assert take(cast.author, table).status_code == 422
    assert posts() == []


def test_there_is_an_end_to_what_follows(cast, bluesky):
    names = [f"Part {n}" for n in range(2, 12)]
    whole = ",".join(["Text,Region", *names]) + "\n" + ",".join(["One,Warsaw", *"abcdefghij"]) + "\n"
    assert send(cast.author, whole).status_code == 200
    over = ",".join(["Text,Region", *names, "First comment"]) + "\n" + ",".join(["One,Warsaw", *"abcdefghijk"]) + "\n"
    answer = send(cast.author, over)
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert "Line 2, First comment" in html
    assert "At most 10 parts may follow." in html


def test_channels_without_threads_are_named_before_anything_is_made(cast, bluesky):
    feed = make.channel(cast)
    feed.handle = "@site"
    db.commit()
    html = house.body(send(cast.author, HEAD + 'One,Warsaw,"pomela, site",Two,,\nAlone,Warsaw,site,,,\n'))
    assert html.count("gets the first part alone") == 1
    assert "@site gets the first part alone." in html


def test_the_same_beginning_is_another_thread(cast, bluesky):
    rows = "One,Warsaw,,Two,,\nOne,Warsaw,,Three,,\nOne,Warsaw,,Two,,\n"
    html = house.body(send(cast.author, HEAD + rows))
    assert html.count("The same as line") == 1
    assert "The same as line 2." in html


def test_the_table_to_begin_with_and_the_page_name_the_columns(cast):
    text = cast.author.get("/posts/import/template.csv").get_data(as_text=True)
    head, example = csv.reader(io.StringIO(text.lstrip("\ufeff")))
    assert head[-3:] == ["Part 2", "Part 3", "First comment"]
    assert len(example) == len(head)
    html = house.body(cast.author.get("/posts/import"))
    assert "“Part 2”, “Part 3” and so on" in html


@pytest.mark.parametrize("language", OFFERED)
def test_headings_are_known_in_every_language(cast, language):
    with speaking(language):
        names = {columns.label(name): name for name in columns.PARTS}
    assert len(names) == len(columns.PARTS)
    assert all(columns.headings()[label.casefold()] == name for label, name in names.items())

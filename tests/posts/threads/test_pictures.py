"""Pictures of parts: uploaded by plain forms, described, counted, carried by every copy, and gone with their part."""

import io
import re
import uuid

import pytest

from tests.cast import Cast
from tests.posts import make
from tests.posts.threads.test_composer import found, fresh, typed
from webapp import db
from webapp.posts import copies, queries, revisions
from webapp.posts.adapting import making
from webapp.posts.adapting.hours import Suggested
from webapp.posts.models import Post
from webapp.posts.templating import keeping

PARTS = [{"kind": "thread", "text": "Two"}, {"kind": "thread", "text": "Three"}, {"kind": "comment", "text": "Last"}]


@pytest.fixture
def post(cast: Cast) -> Post:
    """A draft in four parts for a network with threads and one without."""
    here = make.channel(cast, network="bluesky", server="https://b.example")
    row = make.post(cast, [here, make.channel(cast)], "One")
    row.parts = [dict(part) for part in PARTS]
    db.commit()
    db.session.expunge(row)
    return row


def file(colour: str = "teal", data: bytes | None = None) -> tuple[io.BytesIO, str]:
    return io.BytesIO(data if data is not None else make.png(colour=colour)), "one.png"


def placed(post: Post) -> list[tuple[str, str]]:
    """Part and description of every picture, in order."""
    rows = sorted(fresh(post).media, key=lambda m: (m.part, m.position))
    return [(m.part, m.alt) for m in rows]


def illustrate(cast: Cast, post: Post, *parts: str) -> None:
    """A picture for each of these, described by its name."""
    for n, part in enumerate(parts):
        of = make.asset(cast)
        make.picture(db.session.get_one(Post, post.id), of, alt=f"On {part or 'text'}", position=n, part=part)
    db.commit()


def test_a_plain_form_gives_a_part_its_own_files_and_keeps_what_is_typed(cast: Cast, post: Post) -> None:
    url = f"/posts/{post.id}"
    sent = typed(cast, post, **{"part-2": "Three, changed", "file-part-2": [file(), file("red")], "file": file("blue")})
    answer = cast.author.post(f"{url}/media?part=part-2", sent)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{url}/edit#part-2")
    assert placed(post) == [("part-2", ""), ("part-2", "")]
    assert fresh(post).parts[1]["text"] == "Three, changed"
    assert cast.author.post(f"{url}/media", {"file": file()}).headers["Location"].endswith("#media")
    assert placed(post) == [("", ""), ("part-2", ""), ("part-2", "")]
    html = cast.author.get(f"{url}/edit").get_data(as_text=True)
    row = html.split('id="media-part-2"')[1].split("</ul>")[0]
    assert row.count("Say what the picture shows") == 2
    assert html.count("Say what the picture shows") == 3


def test_they_are_described_moved_and_taken_out_at_their_part(cast: Cast, post: Post) -> None:
    illustrate(cast, post, "part-1", "", "part-1")
    url, (first, last) = f"/posts/{post.id}", revisions.row_of(fresh(post), part="part-1")
    words = {f"alt-{first.id}": "Described", f"alt-{last.id}": "Too"}
    answer = cast.author.post(f"{url}/media/{last.id}/place?to=earlier", typed(cast, post, **words))
    assert answer.headers["Location"] == f"{url}/edit#part-1"
    assert placed(post) == [("", "On text"), ("part-1", "Too"), ("part-1", "Described")]
    answer = cast.author.post(f"{url}/media/{last.id}/removal", typed(cast, post, **words))
    assert answer.headers["Location"] == f"{url}/edit#part-1"
    assert [part for part, _alt in placed(post)] == ["", "part-1"]


def test_a_refused_file_is_said_at_its_part(cast: Cast, post: Post) -> None:
    answer = cast.author.post(f"/posts/{post.id}/media?part=part-1", {"file-part-1": file(data=b"<svg/>")})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="file-part-1-error"' in html
    assert 'id="file-error"' not in html
    assert placed(post) == []


@pytest.mark.parametrize("part", ["part-3", "part-0", "nothing"])
def test_what_is_no_part_of_it_takes_no_picture(cast: Cast, post: Post, part: str) -> None:
    answer = cast.author.post(f"/posts/{post.id}/media?part={part}", {f"file-{part}": file()})
    assert (answer.status_code, placed(post)) == (404, [])


def test_a_row_is_full_by_itself(cast: Cast, post: Post) -> None:
    illustrate(cast, post, *["part-1"] * 20)
    url = f"/posts/{post.id}/media"
    assert cast.author.post(f"{url}?part=part-1", {"file-part-1": file()}).status_code == 422
    assert cast.author.post(f"{url}?part=part-2", {"file-part-2": file()}).status_code == 303


def test_pictures_go_with_their_part_and_stay_with_the_others(cast: Cast, post: Post) -> None:
    illustrate(cast, post, "", "part-1", "part-2", "part-comment")
    url = f"/posts/{post.id}/parts/removal"
    alts = {f"alt-{m.id}": m.alt for m in fresh(post).media}
    cast.author.post(f"{url}?part=part-1", typed(cast, post, **alts))
    kept = [("", "On text"), ("part-1", "On part-2"), ("part-comment", "On part-comment")]
    assert placed(post) == kept
    assert [part["text"] for part in fresh(post).parts] == ["Three", "Last"]
    cast.author.post(f"{url}?part=part-comment", typed(cast, post, **alts))
    assert placed(post) == kept[:2]
    cast.author.post(f"/posts/{post.id}/parts", typed(cast, post, **alts))
    assert placed(post) == kept[:2]


def test_an_autosave_with_the_same_parts_keeps_them(cast: Cast, post: Post) -> None:
    illustrate(cast, post, "part-2")
    alts = {f"alt-{m.id}": m.alt for m in fresh(post).media}
    cast.author.post(f"/posts/{post.id}/draft", typed(cast, post, **alts, **{"part-1": "By itself"}))
    assert placed(post) == [("part-2", "On part-2")]


def test_each_check_names_the_part(cast: Cast, post: Post) -> None:
    illustrate(cast, post, "part-1", "part-comment")
    row = fresh(post)
    assert [c.level for key in ("alt", "pictures", "parts") for c in found(row, key)] == ["ok"] * 3
    row.media[1].alt = " "
    (check,) = found(row, "alt")
    assert (check.level, check.field, check.title) == ("stop", "part-comment", "1 picture has no description")
    row.media[1].alt = "x" * 2001
    assert [(c.level, c.field) for c in found(row, "alt")] == [("stop", "part-comment")]
    db.session.rollback()
    illustrate(cast, post, *["part-1"] * 4)
    (check,) = found(fresh(post), "pictures")
    assert (check.level, check.field) == ("stop", "part-1")
    assert check.title.startswith("Part 2 has too many pictures for @")


def test_a_part_may_say_nothing_if_it_shows_something(cast: Cast, post: Post) -> None:
    row = fresh(post)
    row.parts = [{"kind": "thread", "text": ""}]
    assert [c.level for c in found(row, "parts")] == ["stop"]
    db.commit()
    illustrate(cast, post, "part-1")
    assert [c.level for c in found(fresh(post), "parts")] == ["ok"]


def test_rights_of_a_part_s_picture_count(cast: Cast, post: Post) -> None:
    illustrate(cast, post, "part-1")
    row = fresh(post)
    row.media[0].asset.rights_until = row.planned_at.date().replace(year=2020)
    assert [c.level for c in found(row, "rights")] == ["stop"]


def test_only_where_parts_are_taken_their_pictures_go(cast: Cast, post: Post) -> None:
    illustrate(cast, post, "", "part-1")
    entries = {entry["network"]: entry for entry in revisions.working_content(fresh(post))["channels"]}
    rows = {key: [[p["alt"] for p in row] for row in revisions.rows_of(entry)] for key, entry in entries.items()}
    assert rows == {"site": [["On text"]], "bluesky": [["On text"], ["On part-1"], [], []]}


EVERYWHERE = ("", "part-1", "part-comment")


def test_every_copy_has_them_at_their_parts(cast: Cast, post: Post) -> None:
    illustrate(cast, post, *EVERYWHERE)
    there = [(part, f"On {part or 'text'}") for part in EVERYWHERE]
    by, row = cast.actor("author"), fresh(post)
    copy = make.post(cast, [], "")
    copies.fill(copy, copies.of(row))
    db.commit()
    assert placed(copy) == there
    row = fresh(post)
    template = keeping.keep(row, "Thread", by, own=True)
    begun, missing = keeping.begin(template, row.region, by)
    name = template.id
    db.commit()
    assert (placed(begun), missing) == (there, [])
    html = cast.author.get(f"/posts/templates/{name}").get_data(as_text=True)
    assert re.search(r"One.*On text.*Part 2.*On part-1.*Part 3.*First comment.*On part-comment", html, re.S)
    beside = making.beside(fresh(post), cast.dubai, Suggested("wall", None), by)
    db.commit()
    assert placed(beside) == there


def test_a_copy_through_the_page_has_them(cast: Cast, post: Post) -> None:
    illustrate(cast, post, "part-2")
    answer = cast.author.post(f"/posts/{post.id}/copy", {})
    made = uuid.UUID(answer.headers["Location"].split("/")[2])
    assert placed(db.session.get_one(Post, made)) == [("part-2", "On part-2")]


def test_a_list_shows_the_picture_of_the_text_before_those_of_parts(cast: Cast, post: Post) -> None:
    illustrate(cast, post, "part-1")
    only = queries.thumbs([fresh(post)])
    illustrate(cast, post, "part-1", "")
    row = fresh(post)
    of_text = revisions.row_of(row)[0].asset.rendition("thumb").key
    assert only
    assert queries.thumbs([row]) == {row.id: f"/media/{of_text}"}


def test_others_add_none(cast: Cast, post: Post) -> None:
    for who in (cast.teammate, cast.stranger):
        assert who.post(f"/posts/{post.id}/media?part=part-1", {"file-part-1": file()}).status_code == 404
    assert placed(post) == []

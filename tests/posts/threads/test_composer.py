"""Parts in the composer: added and taken out without a script, saved with everything else, counted, checked, copied."""

import re
import uuid
from typing import Any

import pytest

from tests.cast import Cast
from tests.posts import make
from webapp import db
from webapp.posts import checks, copies, queries, revisions
from webapp.posts.models import Post
from webapp.posts.templating import keeping

PARTS = [{"kind": "thread", "text": "Two"}, {"kind": "comment", "text": "Last"}]


@pytest.fixture
def post(cast: Cast) -> Post:
    """A draft for a network with threads and one without."""
    here = make.channel(cast, network="bluesky", server="https://b.example")
    row = make.post(cast, [here, make.channel(cast)], "One")
    db.commit()
    return row


def fresh(post: Post) -> Post:
    db.session.remove()
    return db.session.get_one(Post, post.id)


def typed(cast: Cast, post: Post, **more: Any) -> dict[str, Any]:
    """What a browser would send of the composer, with a part or two."""
    html = cast.author.get(f"/posts/{post.id}/edit").get_data(as_text=True)
    found = re.findall(r'<textarea id="(part-\w+)" name="\1"[^>]*>\n?(.*?)</textarea>', html, re.S)
    row = fresh(post)
    own = {f"{name}-{v.channel_id}": "base" for v in row.variants for name in ("own", "pics")}
    when = dict(zip(("date", "time"), row.wall.split("T"), strict=True))
    fixed = {"version": str(row.version), "region": str(row.region_id), "language": "pl", "text": row.text}
    channels = {"channels": [str(v.channel_id) for v in row.variants]}
    return {**fixed, **channels, **own, **when, "when": "slot", "parted": "1", **dict(found), **more}


def parts(post: Post) -> list[tuple[str, str]]:
    return [(part["kind"], part["text"]) for part in fresh(post).parts]


def test_parts_are_added_and_removed_by_plain_forms_that_keep_what_is_typed(cast: Cast, post: Post) -> None:
    url = f"/posts/{post.id}"
    answer = cast.author.post(f"{url}/parts", typed(cast, post, text="One, changed"))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{url}/edit#part-1")
    answer = cast.author.post(f"{url}/parts?kind=comment", typed(cast, post, **{"part-1": "Two\r\nlines"}))
    assert answer.headers["Location"] == f"{url}/edit#part-comment"
    answer = cast.author.post(f"{url}/parts", typed(cast, post, **{"part-comment": "Last"}))
    assert answer.headers["Location"] == f"{url}/edit#part-2"
    assert parts(post) == [("thread", "Two\nlines"), ("thread", ""), ("comment", "Last")]
    assert fresh(post).text == "One, changed"
    sent = typed(cast, post, **{"part-2": "Three"})
    assert {"part-1", "part-2", "part-comment"} <= sent.keys()
    assert cast.author.post(f"{url}/parts/removal?part=part-1", sent).status_code == 303
    assert parts(post) == [("thread", "Three"), ("comment", "Last")]
    cast.author.post(f"{url}/parts/removal?part=part-comment", typed(cast, post))
    assert parts(post) == [("thread", "Three")]


def test_a_comment_is_there_once_and_the_thread_has_an_end(cast: Cast, post: Post) -> None:
    for kind in ("comment", "comment", *["thread"] * 12):
        cast.author.post(f"/posts/{post.id}/parts?kind={kind}", typed(cast, post))
    assert [kind for kind, _text in parts(post)] == [*["thread"] * 9, "comment"]
    html = cast.author.get(f"/posts/{post.id}/edit").get_data(as_text=True)
    assert "Add a part" not in html
    assert "Add a first comment" not in html


def test_a_time_that_cannot_be_is_kept_as_typed(cast: Cast, post: Post) -> None:
    answer = cast.author.post(f"/posts/{post.id}/parts", typed(cast, post, date="2026-13-45"))
    assert answer.status_code == 303
    assert fresh(post).wall.startswith("2026-13-45")


def test_saved_by_a_button_and_by_itself(cast: Cast, post: Post) -> None:
    url = f"/posts/{post.id}"
    cast.author.post(f"{url}/parts", typed(cast, post))
    assert cast.author.post(f"{url}/draft", typed(cast, post, **{"part-1": "by itself"})).status_code == 200
    assert parts(post) == [("thread", "by itself")]
    assert cast.author.post(url, typed(cast, post, **{"part-1": "by a button"})).status_code == 303
    assert parts(post) == [("thread", "by a button")]
    version = fresh(post).version
    cast.author.post(url, typed(cast, post))
    assert fresh(post).version == version


def test_a_form_that_knows_no_parts_leaves_them_alone(cast: Cast, post: Post) -> None:
    cast.author.post(f"/posts/{post.id}/parts", typed(cast, post))
    sent = typed(cast, post, text="Anew")
    del sent["parted"], sent["part-1"]
    cast.author.post(f"/posts/{post.id}", sent)
    assert (fresh(post).text, parts(post)) == ("Anew", [("thread", "")])


def test_what_is_refused_comes_back_as_it_was_typed(cast: Cast, post: Post) -> None:
    cast.author.post(f"/posts/{post.id}/parts", typed(cast, post))
    for where in ("", "/parts", "/parts/removal?part=part-1"):
        sent = typed(cast, post, **{"part-1": "x" * 50_001, "text": "Kept words"})
        answer = cast.author.post(f"/posts/{post.id}{where}", sent)
        html = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert "x" * 50_001 in html
        assert "Kept words" in html
        assert 'id="part-1-error"' in html
    assert parts(post) == [("thread", "")]


def test_an_older_tab_is_told_and_nothing_is_lost(cast: Cast, post: Post) -> None:
    sent = typed(cast, post, text="From the other tab")
    cast.author.post(f"/posts/{post.id}", typed(cast, post, text="Saved first"))
    answer = cast.author.post(f"/posts/{post.id}/parts", sent)
    assert answer.status_code == 409
    assert "From the other tab" in answer.get_data(as_text=True)


@pytest.mark.parametrize("name", ["", "part-0", "part-11", "text", "part-1x"])
def test_a_part_that_is_none_is_not_there(cast: Cast, post: Post, name: str) -> None:
    assert cast.author.post(f"/posts/{post.id}/parts/removal?part={name}", typed(cast, post)).status_code == 404


@pytest.mark.parametrize("who", ["teammate", "stranger"])
def test_others_add_nothing(cast: Cast, post: Post, who: str) -> None:
    url = f"/posts/{post.id}"
    for path in ("parts", "parts/removal?part=part-1"):
        assert getattr(cast, who).post(f"{url}/{path}", {}).status_code == 404


def test_each_part_is_counted_live_by_the_network_that_takes_it(cast: Cast, post: Post) -> None:
    cast.author.post(f"/posts/{post.id}/parts", typed(cast, post))
    html = cast.author.get(f"/posts/{post.id}/edit").get_data(as_text=True)
    assert re.search(r'id="lim-part-1".*?0<small>/ 300', html, re.S)
    sent = typed(cast, post, **{"part-1": "é" * 304})
    live = cast.author.post(f"/posts/{post.id}/checks", sent, htmx=True).get_data(as_text=True)
    assert re.search(r'id="lim-part-1".*?304<small>/ 300', live, re.S)
    assert re.search(r'id="over-part-1".*?4 over\.', live, re.S)
    assert "Part 2 is 4 over on" in live
    assert parts(post) == [("thread", "")]


def found(post: Post, key: str) -> list[Any]:
    return [check for check in checks.of_working(post).checks if check.key == key]


def test_empty_long_and_too_many_parts_block(cast: Cast, post: Post) -> None:
    assert not found(post, "parts")
    post.parts = [{"kind": "thread", "text": " \n"}, {"kind": "comment", "text": "x" * 301}]
    assert [(c.level, c.field) for c in found(post, "parts")] == [("stop", "part-1"), ("stop", "part-comment")]
    assert [c.title.split(" on ")[0] for c in found(post, "parts")] == ["Part 2 is empty", "First comment is 1 over"]
    post.parts = [{"kind": "thread", "text": "x"}] * 11
    assert [(c.level, c.field) for c in found(post, "parts")] == [("stop", "parts")]
    post.parts = PARTS
    assert [c.level for c in found(post, "parts")] == ["ok"]


def test_a_network_without_threads_is_named_and_gets_the_text_alone(cast: Cast, post: Post) -> None:
    assert not found(post, "alone")
    post.parts = PARTS
    (check,) = found(post, "alone")
    feed = next(v.channel for v in post.variants if v.channel.network == "site")
    assert (check.level, check.channel_id) == ("warn", feed.id)
    assert check.title == f"{feed.handle} gets the first part alone"
    content = revisions.working_content(post)
    entries = {entry["network"]: revisions.texts_of(entry) for entry in content["channels"]}
    assert entries == {"site": ["One"], "bluesky": ["One", "Two", "Last"]}
    post.variants = [v for v in post.variants if v.channel.network == "site"]
    assert found(post, "alone")


def test_a_company_with_site_feeds_alone_sees_nothing_of_threads(cast: Cast) -> None:
    row = make.post(cast, [make.channel(cast)], "One")
    db.commit()
    assert "Add a part" not in cast.author.get(f"/posts/{row.id}/edit").get_data(as_text=True)


def test_copies_have_the_parts_and_a_search_finds_them(cast: Cast, post: Post) -> None:
    post.parts = [{"kind": "thread", "text": "Zebra crossing"}]
    copy = make.post(cast, [], "")
    copies.fill(copy, copies.of(post))
    assert copy.parts == post.parts
    assert copy.parts[0] is not post.parts[0]
    assert "zebra" in queries.searchable(copy)
    db.commit()
    answer = cast.author.post(f"/posts/{post.id}/copy", {})
    made = uuid.UUID(answer.headers["Location"].split("/")[2])
    assert db.session.get_one(Post, made).parts == [{"kind": "thread", "text": "Zebra crossing"}]


def test_a_template_keeps_the_parts(cast: Cast, post: Post) -> None:
    post.parts = PARTS
    row = keeping.keep(post, "Thread", cast.actor("author"), own=True)
    begun, missing = keeping.begin(row, post.region, cast.actor("author"))
    assert (begun.parts, missing) == (PARTS, [])
    name = row.id
    db.commit()
    html = cast.author.get(f"/posts/templates/{name}").get_data(as_text=True)
    assert re.search(r"Part 2.*Two.*First comment.*Last", html, re.S)

"""The list, the page of a post, comments, readings: found, told, and scoped."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.cast import Cast, Clock
from tests.posts import make
from webapp import db, events, times
from webapp.channels.models import Channel
from webapp.posts import comments, history, lifecycle, queries, readings, revisions
from webapp.posts.models import Comment, Post, Reading


@pytest.fixture
def feed(cast: Cast) -> Channel:
    row = make.channel(cast)
    db.commit()
    return row


def kept(post: Post, **values: Any) -> str:
    """The post with these values, committed; answers its address."""
    for name, value in values.items():
        setattr(post, name, value)
    post.search = queries.searchable(post)
    db.commit()
    return f"/posts/{post.id}"


def texts(html: str) -> list[str]:
    """First lines of a list, in order."""
    return re.findall(r'<span class="h3"[^>]*>([^<]*)</span>', html)


def test_the_list_finds_by_text_state_region_channel_and_person(cast: Cast, feed: Channel) -> None:
    far = make.channel(cast, cast.dubai)
    soon = times.now()
    rows = [
        ("Zażółć gęślą", {"state": "draft"}),
        ("100% sure_thing", {"state": "waiting"}),
        ("came back", {"state": "sent_back"}),
        ("out", {"state": "published"}),
    ]
    for n, (text, values) in enumerate(rows):
        kept(make.post(cast, [feed], text), updated_at=soon - timedelta(minutes=n), **values)
    dubai = make.post(cast, [far], "from dubai", by="dubai_author")
    kept(dubai, region_id=cast.dubai.id, region=cast.dubai, state="draft", updated_at=soon - timedelta(hours=1))
    author, planner = cast.people["author"].id, cast.planner

    def found(query: str, who: Any = planner) -> list[str]:
        answer = who.get(f"/posts{query}")
        assert answer.status_code == 200
        return texts(answer.get_data(as_text=True))

    assert found("") == ["Zażółć gęślą", "100% sure_thing", "came back", "out", "from dubai"]
    assert found("?state=drafts") == ["Zażółć gęślą", "from dubai"]
    assert found("?state=back") == ["came back"]
    assert found("?state=waiting") == found("?q=%25") == found("?q=_") == ["100% sure_thing"]
    assert found("?q=GĘŚLĄ+zażółć") == ["Zażółć gęślą"]
    assert found(f"?region={cast.dubai.id}") == found(f"?channel={far.id}") == ["from dubai"]
    assert found(f"?person={author}&state=published") == ["out"]
    assert found("?q=nothing-like-it") == []
    assert found("?region=nonsense&state=nonsense&after=nonsense&q=%00") == found("")
    assert found("", cast.author) == ["Zażółć gęślą", "100% sure_thing", "came back", "out"]
    assert found("", cast.teammate) == ["from dubai"]
    assert found("", cast.stranger) == []
    assert "No posts yet" in cast.stranger.get("/posts").get_data(as_text=True)


def test_the_list_is_paged_by_its_last_row(cast: Cast, feed: Channel) -> None:
    for n in range(23):
        kept(make.post(cast, [feed], f"post {n:02}"), updated_at=times.now() - timedelta(minutes=n))
    first = cast.author.get("/posts").get_data(as_text=True)
    link = re.search(r'href="([^"]*after=[^"]*)"', first)
    assert link
    second = cast.author.get(link.group(1).replace("&amp;", "&")).get_data(as_text=True)
    assert texts(first) + texts(second) == [f"post {n:02}" for n in range(23)]
    assert "after=" not in second


def test_the_list_costs_the_same_for_twenty_posts_as_for_one(cast: Cast, feed: Channel) -> None:
    def queries_of() -> int:
        seen: list[str] = []
        db.session.remove()

        def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            seen.append(statement)

        sa.event.listen(db.engine(), "before_cursor_execute", note)
        cast.author.get("/posts")
        sa.event.remove(db.engine(), "before_cursor_execute", note)
        return len([s for s in seen if not s.startswith(("PRAGMA", "BEGIN"))])

    kept(make.post(cast, [feed], "one"))
    one = queries_of()
    for n in range(15):
        kept(make.post(cast, [feed], f"more {n}"))
    assert abs(queries_of() - one) <= 1


def test_a_page_that_did_not_change_is_not_sent_again(cast: Cast, feed: Channel, clock: Clock) -> None:
    url = kept(make.post(cast, [feed], "Same"))
    for path in ("/posts", url):
        tag = cast.author.get(path).headers["ETag"]
        assert cast.author.get(path, headers={"If-None-Match": tag}).status_code == 304
        clock.forward(seconds=1)
        post = db.session.get(Post, uuid.UUID(url.rsplit("/", 1)[-1]))
        assert post
        kept(post, text=f"Other {path}", updated_at=times.now())
        assert cast.author.get(path, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("length", [10, 160, 161, 500])
def test_a_first_line_is_cut_between_characters(length: int) -> None:
    line = queries.first_line("\n  \n" + "👨‍👩‍👧‍👦" * length + "\nsecond")
    assert line.count("👨‍👩‍👧‍👦") == (length if length <= 160 else 159)
    assert not line.endswith("\u200d")


def test_the_page_shows_what_goes_out_not_what_is_being_written(cast: Cast, feed: Channel) -> None:
    post = make.post(cast, [feed], "Version one")
    revision = revisions.freeze(post, cast.actor("author"))
    url = kept(post, text="Not sent yet")
    html = cast.author.get(url).get_data(as_text=True)
    assert "Version one" in html
    assert "You have changes that are not sent for approval" in html
    assert "What goes out is version 1." in html
    assert "Not sent yet" not in html
    assert "Not sent yet" in cast.author.get(f"{url}/edit").get_data(as_text=True)
    again = db.session.get(Post, revision.post_id)
    assert again
    revisions.freeze(again, cast.actor("author"))
    db.commit()
    html = cast.author.get(url).get_data(as_text=True)
    assert "<del>Version one</del><ins>Not sent yet</ins>" in html.replace("\n", "")
    older = cast.author.get(f"{url}?revision={revision.id}").get_data(as_text=True)
    assert "This is version 1, an earlier one" in older
    assert cast.author.get(f"{url}?revision={uuid.uuid4()}").status_code == 404
    assert cast.author.get(f"{url}?revision=nonsense").status_code == 404


def test_a_time_is_shown_with_its_place_and_the_readers_own(cast: Cast, feed: Channel) -> None:
    url = kept(make.post(cast, [feed]))
    post = db.session.get(Post, uuid.UUID(url.rsplit("/", 1)[-1]))
    assert post
    html = cast.planner.get(url).get_data(as_text=True)
    assert times.hour(post.planned_at, "Europe/Warsaw") in html
    assert "Warsaw" in html
    assert f"{times.hour(post.planned_at, cast.people['planner'].zone)} for you" in html


def test_comments_name_people_and_stay_inside(cast: Cast, feed: Channel) -> None:
    post = make.post(cast, [feed])
    url = kept(post)
    words = "<b>ask</b> @Approver and @teammate and @author"
    answer = cast.author.post(f"{url}/comments", {"text": words})
    assert answer.status_code == 303
    comment = db.session.scalars(sa.select(Comment)).one()
    assert comment.mentions == [str(cast.people["approver"].id)]
    html = cast.approver.get(url).get_data(as_text=True)
    assert '<span class="mention">@Approver</span>' in html
    assert "&lt;b&gt;ask" in html
    assert "Internal" in html
    event = db.session.scalars(sa.select(events.Event).where(events.Event.kind == "comment.added")).one()
    assert event.data["mentions"] == comment.mentions
    assert "ask" not in str(event.data)


def test_comment_answers_for_htmx_and_refusals(cast: Cast, feed: Channel) -> None:
    url = kept(make.post(cast, [feed]))
    fragment = cast.author.post(f"{url}/comments", {"text": "hello"}, htmx=True)
    assert fragment.get_data(as_text=True).lstrip().startswith('<section id="comments"')
    for bad in ("", "x" * 5_001, "nul\0"):
        for htmx in (True, False):
            refused = cast.author.post(f"{url}/comments", {"text": bad}, htmx=htmx)
            assert refused.status_code == 422
            assert bad.rstrip("\0") in refused.get_data(as_text=True)
    assert cast.analyst.post(f"{url}/comments", {"text": "x"}).status_code == 403
    assert cast.teammate.post(f"{url}/comments", {"text": "x"}).status_code == 404
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 1


def test_ones_own_words_can_be_taken_back_also_from_the_trail(cast: Cast, feed: Channel) -> None:
    post = make.post(cast, [feed])
    comment = comments.add(post, "regretted", cast.actor("author"))
    url, path = kept(post), f"comments/{comment.id}/removal"
    assert cast.approver.post(f"{url}/{path}").status_code == 403
    assert cast.teammate.post(f"{url}/{path}").status_code == 404
    assert cast.author.post(f"{url}/{path}").status_code == 303
    assert cast.author.post(f"{url}/{path}").status_code == 303
    db.session.remove()
    assert "regretted" not in cast.author.get(url).get_data(as_text=True)
    assert db.session.scalars(sa.select(events.EventText.text)).all() == []
    assert [e.kind for e in db.session.scalars(sa.select(events.Event).order_by(events.Event.id))][-1] == (
        "comment.deleted"
    )


def test_the_story_reads_like_one(cast: Cast, feed: Channel) -> None:
    post = make.post(cast, [feed])
    who = cast.actor("author")
    events.record("post.created", post, by=who)
    events.record("post.submitted", post, by=who, number=1)
    events.record("decision.made", post, by=cast.actor("approver"), verdict="changes", text="Too loud")
    events.record("something.new", post, by=None)
    url = kept(post)
    lines = history.story(post)
    assert [re.sub(r"<[^>]*>", "", str(line.sentence)) for line in lines] == [
        "Nod did something: something.new",
        "Approver asked for changes",
        "Author sent it for approval",
        "Author began this post",
    ]
    assert (lines[1].words, lines[2].number) == ("Too loud", 1)
    assert "Too loud" in cast.author.get(url).get_data(as_text=True)
    cast.people["author"].name = "\u202e<i>x"
    db.commit()
    html = cast.author.get(url).get_data(as_text=True)
    assert "<i>x" not in html


def test_a_reading_is_a_post_counted_once(cast: Cast, feed: Channel) -> None:
    post = make.post(cast, [feed])
    revision = revisions.freeze(post, cast.actor("author"))
    url = kept(post)
    path, person = f"{url}/revisions/{revision.id}/reading", cast.people["approver"].id
    for _again in range(2):
        assert cast.approver.post(path, headers={"X-Nod": "1"}).status_code == 204
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Reading)) == 1
    found = readings.last_read(person, revision.post_id)
    assert found is not None
    assert found.number == 1
    assert readings.last_read(cast.people["second"].id, revision.post_id) is None
    assert cast.approver.get(path).status_code in (404, 405)
    assert cast.teammate.post(path).status_code == 404
    assert cast.approver.post(f"{url}/revisions/{uuid.uuid4()}/reading").status_code == 404


def test_every_state_has_a_place_in_the_list() -> None:
    grouped = [state for _label, states in queries.GROUPS.values() for state in states]
    assert sorted(grouped) == sorted(lifecycle.State)


def test_ids_of_nobody_and_of_strangers_look_alike(cast: Cast, feed: Channel) -> None:
    url = kept(make.post(cast, [feed]))
    nobody = f"/posts/{uuid.uuid4()}"
    for suffix in ("", "/edit"):
        theirs, none = cast.stranger.get(url + suffix), cast.stranger.get(nobody + suffix)
        assert (theirs.status_code, none.status_code) == (404, 404)
        assert theirs.get_data() == none.get_data()
    for odd in (url.upper(), "/posts/%7B" + url[7:] + "%7D", "/posts/-1", "/posts/0"):
        assert cast.author.get(odd).status_code == 404

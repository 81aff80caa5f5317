"""The composer through HTTP: what is typed is saved, kept, checked, and never overwritten by another tab."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.cast import Browser, Cast, Clock
from tests.posts import make
from webapp import db, times
from webapp.channels.models import Channel
from webapp.events import Event
from webapp.posts import panels
from webapp.posts.models import Post


@pytest.fixture
def feed(cast: Cast) -> Channel:
    """The Site feed of Warsaw."""
    row = make.channel(cast)
    db.commit()
    return row


def begin(browser: Browser, cast: Cast, **more: Any) -> str:
    """A new post; answers its address."""
    answer = browser.post("/posts", {"region": str(cast.warsaw.id), **more})
    assert answer.status_code == 303
    return str(answer.headers["Location"]).removesuffix("/edit")


def fresh(url: str) -> Post:
    """The post as it is in the database now."""
    db.session.remove()
    post = db.session.get(Post, uuid.UUID(url.rsplit("/", 1)[-1]))
    assert post is not None
    return post


def typed(post: Post, feed: Channel, **more: Any) -> dict[str, Any]:
    """Everything a browser sends of the composer."""
    day = (times.now() + timedelta(days=2)).date().isoformat()
    return {
        "version": str(post.version),
        "region": str(post.region_id),
        "language": "pl",
        "text": "Chłodniejsze wieczory\r\ncieplejszy smak",
        "channels": [str(feed.id)],
        f"own-{feed.id}": "base",
        f"text-{feed.id}": "",
        f"pics-{feed.id}": "base",
        "when": "slot",
        "date": day,
        "time": "18:30",
        **more,
    }


def test_a_post_is_begun_written_and_shown(cast: Cast, feed: Channel) -> None:
    url = begin(cast.author, cast, text="First words")
    page = cast.author.get(f"{url}/edit")
    assert page.status_code == 200
    html = page.get_data(as_text=True)
    assert "First words" in html
    assert re.search(rf'value="{feed.id}" ?checked', html)
    assert cast.author.post(url, typed(fresh(url), feed)).status_code == 303
    post = fresh(url)
    assert post.text == "Chłodniejsze wieczory\ncieplejszy smak"
    assert (post.zone, post.version, post.wall[11:]) == ("Europe/Warsaw", 2, "18:30")
    assert times.local(post.planned_at, "Europe/Warsaw").strftime("%H:%M") == "18:30"
    shown = cast.author.get(url).get_data(as_text=True)
    assert "cieplejszy smak" in shown
    assert "Warsaw" in shown
    kinds = db.session.scalars(sa.select(Event.kind).where(Event.subject_id == post.id).order_by(Event.id)).all()
    assert kinds == ["post.created", "post.edited"]


def test_it_saves_itself_and_many_saves_are_one_line_of_the_trail(cast: Cast, feed: Channel, clock: Clock) -> None:
    url = begin(cast.author, cast)
    for n in range(3):
        clock.forward(seconds=10)
        answer = cast.author.post(f"{url}/draft", typed(fresh(url), feed, text=f"draft {n}"))
        assert answer.status_code == 200
        assert answer.json["fields"]["version"] == str(n + 2)
        assert re.fullmatch(r"\d{1,2}:\d\d( [AP]M)? Warsaw", answer.json["saved"])
        assert f"Saved {answer.json['saved']}" in cast.author.get(f"{url}/edit").get_data(as_text=True)
    assert fresh(url).text == "draft 2"
    events = sa.select(sa.func.count()).select_from(Event).where(Event.kind == "post.edited")
    assert db.session.scalar(events) == 1
    clock.forward(minutes=11)
    cast.author.post(f"{url}/draft", typed(fresh(url), feed, text="later"))
    assert db.session.scalar(events) == 2


def test_saving_what_is_saved_changes_nothing(cast: Cast, feed: Channel) -> None:
    url = begin(cast.author, cast)
    cast.author.post(url, typed(fresh(url), feed))
    again = cast.author.post(url, typed(fresh(url), feed))
    assert (again.status_code, fresh(url).version) == (303, 2)


def test_a_second_tab_loses_nothing(cast: Cast, feed: Channel) -> None:
    url = begin(cast.author, cast)
    first = typed(fresh(url), feed, text="from the first tab")
    second = {**first, "text": "from the\nsecond tab"}
    assert cast.author.post(url, first).status_code == 303
    clash = cast.author.post(url, second)
    assert clash.status_code == 409
    html = clash.get_data(as_text=True)
    assert "from the first tab" in html
    assert "second tab" in html
    assert fresh(url).text == "from the first tab"
    assert cast.author.post(f"{url}/draft", second).status_code == 409
    version = re.search(r'name="version" value="(\d+)"', html)
    assert version
    assert cast.author.post(url, {**second, "version": version.group(1)}).status_code == 303
    assert fresh(url).text == "from the\nsecond tab"


def test_an_hour_that_does_not_exist_is_refused_with_those_around_it(cast: Cast, feed: Channel) -> None:
    url = begin(cast.author, cast)
    gap = {"date": "2027-03-28", "time": "02:30"}
    answer = cast.author.post(url, typed(fresh(url), feed, text="kept", **gap))
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert "does not exist" in html
    assert 'value="2027-03-28T00:30:00Z"' in html
    assert 'value="2027-03-28T01:30:00Z"' in html
    assert "kept" in html
    assert fresh(url).planned_at is None
    taken = cast.author.post(url, typed(fresh(url), feed, instead="2027-03-28T01:30:00Z", **gap))
    assert taken.status_code == 303
    assert (times.iso(fresh(url).planned_at), fresh(url).wall) == ("2027-03-28T01:30:00Z", "2027-03-28T03:30")


def test_an_hour_that_comes_twice_asks_which(cast: Cast, feed: Channel) -> None:
    url = begin(cast.author, cast)
    twice = {"date": "2027-10-31", "time": "02:30"}
    answer = cast.author.post(url, typed(fresh(url), feed, **twice))
    assert answer.status_code == 422
    assert "comes twice" in answer.get_data(as_text=True)
    assert 'name="fold"' in answer.get_data(as_text=True)
    for fold, instant in (("0", "2027-10-31T00:30:00Z"), ("1", "2027-10-31T01:30:00Z")):
        assert cast.author.post(url, typed(fresh(url), feed, fold=fold, **twice)).status_code == 303
        assert times.iso(fresh(url).planned_at) == instant
    page = cast.author.get(f"{url}/edit").get_data(as_text=True)
    assert 'value="02:30"' in page
    assert re.search(r'name="fold" value="1" ?checked', page)
    live = cast.author.post(f"{url}/checks", typed(fresh(url), feed, **twice), htmx=True).get_data(as_text=True)
    assert 'name="fold" value="0"' in live


@pytest.mark.parametrize(("day", "hour"), [("9999-12-31", "23:59"), ("0000-00-00", "00:00"), ("tomorrow", "noon")])
def test_a_date_that_cannot_be_is_kept_and_refused(cast: Cast, feed: Channel, day: str, hour: str) -> None:
    url = begin(cast.author, cast)
    answer = cast.author.post(url, typed(fresh(url), feed, date=day, time=hour))
    assert answer.status_code == 422
    assert f'value="{day}"' in answer.get_data(as_text=True)
    assert cast.author.post(f"{url}/draft", typed(fresh(url), feed, date=day, time=hour)).status_code == 200
    assert fresh(url).planned_at is None


def test_a_half_typed_time_does_not_stop_the_draft_from_saving(cast: Cast, feed: Channel) -> None:
    url = begin(cast.author, cast)
    answer = cast.author.post(f"{url}/draft", typed(fresh(url), feed, time="", text="words"))
    assert answer.status_code == 200
    assert (fresh(url).text, fresh(url).planned_at) == ("words", None)


@pytest.mark.parametrize("bad", ["before\0after", "bell\x07"])
def test_characters_that_cannot_be_stored_are_a_message_at_their_field(cast: Cast, feed: Channel, bad: str) -> None:
    url = begin(cast.author, cast)
    for name in ("text", f"text-{feed.id}"):
        values = typed(fresh(url), feed, **{f"own-{feed.id}": "own", name: bad})
        answer = cast.author.post(url, values)
        assert answer.status_code == 422
        assert "cannot be stored" in answer.get_data(as_text=True)
        assert cast.author.post(f"{url}/draft", values).status_code == 422
    assert fresh(url).text == ""


def test_half_of_a_character_from_elsewhere_breaks_nothing(cast: Cast, feed: Channel) -> None:
    url = begin(cast.author, cast)
    values = typed(fresh(url), feed, text=b"\xed\xa0\x80tail")
    assert cast.author.post(url, values).status_code == 303
    assert fresh(url).text.endswith("tail")
    assert cast.author.get(url).status_code == 200


def test_more_than_any_network_takes_is_refused_and_kept(cast: Cast, feed: Channel) -> None:
    url = begin(cast.author, cast)
    answer = cast.author.post(url, typed(fresh(url), feed, text="x" * 50_001))
    assert answer.status_code == 422
    assert "x" * 50_001 in answer.get_data(as_text=True)


def test_strange_but_honest_texts_are_kept_and_shown_safely(cast: Cast, feed: Channel) -> None:
    url = begin(cast.author, cast)
    text = "<script>alert(1)</script> {{7*7}} approve \u202edecline\u202c pay\u200bpal 👨‍👩‍👧‍👦 " + "W" * 10_000
    assert cast.author.post(url, typed(fresh(url), feed, text=text)).status_code == 303
    assert fresh(url).text == text
    for page in (url, f"{url}/edit", "/posts"):
        html = cast.author.get(page).get_data(as_text=True)
        assert "<script>alert" not in html
        assert "49" not in re.sub(r"[0-9a-f-]{36}", "", html.split("alert(1)")[-1][:60])
    shown = cast.author.get(url).get_data(as_text=True)
    assert "\u202e" not in shown
    assert "U+202E" in shown
    assert "U+200B" in shown


def test_checks_count_as_the_network_does_and_change_nothing(cast: Cast, feed: Channel) -> None:
    other = make.channel(cast, network="mastodon", server="https://m.example")
    db.commit()
    url = begin(cast.author, cast)
    long = "a" * 499 + "👨‍👩‍👧‍👦!!"
    values = typed(fresh(url), feed, text=long, channels=[str(feed.id), str(other.id)])
    answer = cast.author.post(f"{url}/checks", values, htmx=True)
    assert answer.status_code == 200
    html = answer.get_data(as_text=True)
    assert "is 2 over" in html
    assert '<mark class="over">!!</mark>' in html
    assert "Fix first" in html or not panels.SUBMITTERS
    assert f'id="row-{other.id}"' in html
    assert f'id="row-{feed.id}"' not in html
    assert (fresh(url).text, fresh(url).version, fresh(url).variants) == ("", 1, [])


def test_own_text_on_one_channel(cast: Cast, feed: Channel) -> None:
    url = begin(cast.author, cast)
    own = {f"own-{feed.id}": "own", f"text-{feed.id}": "Only here"}
    assert cast.author.post(url, typed(fresh(url), feed, **own)).status_code == 303
    assert [v.text for v in fresh(url).variants] == ["Only here"]
    assert "Only here" in cast.author.get(url).get_data(as_text=True)
    assert cast.author.post(url, typed(fresh(url), feed, **{f"text-{feed.id}": "Only here"})).status_code == 303
    assert [v.text for v in fresh(url).variants] == [None]


def test_as_soon_as_approved_needs_no_time(cast: Cast, feed: Channel) -> None:
    url = begin(cast.author, cast)
    assert cast.author.post(url, typed(fresh(url), feed, when="soon", date="", time="")).status_code == 303
    assert fresh(url).as_soon
    assert "As soon as approved" in cast.author.get(url).get_data(as_text=True)


def test_only_channels_and_regions_within_reach_can_be_chosen(cast: Cast, feed: Channel) -> None:
    far = make.channel(cast, cast.dubai)
    db.commit()
    url = begin(cast.author, cast)
    assert cast.author.post(url, typed(fresh(url), feed, channels=[str(far.id)])).status_code == 422
    assert cast.author.post(url, typed(fresh(url), feed, region=str(cast.dubai.id))).status_code == 422
    assert cast.author.post("/posts", {"region": str(cast.dubai.id)}).status_code == 422
    assert cast.author.post(url, typed(fresh(url), feed, language="xx")).status_code == 422
    assert [v.channel_id for v in fresh(url).variants] == [feed.id]


def test_headquarters_moves_a_post_to_another_region(cast: Cast, feed: Channel) -> None:
    far = make.channel(cast, cast.dubai)
    db.commit()
    url = begin(cast.planner, cast)
    values = typed(fresh(url), feed, region=str(cast.dubai.id), time="09:00")
    shown = cast.planner.post(f"{url}/checks", {**values, "offered": str(cast.warsaw.id)}, htmx=True)
    assert far.handle in shown.get_data(as_text=True)
    assert cast.planner.post(url, {**values, "channels": [str(far.id)]}).status_code == 303
    post = fresh(url)
    assert (post.region_id, post.zone, [v.channel_id for v in post.variants]) == (
        cast.dubai.id,
        "Asia/Dubai",
        [far.id],
    )


def test_who_may_not_write_may_not_edit(cast: Cast, feed: Channel) -> None:
    url = begin(cast.author, cast)
    values = typed(fresh(url), feed)
    for path in (url, f"{url}/draft", f"{url}/checks", f"{url}/media", f"{url}/removal", f"{url}/copy"):
        assert cast.analyst.post(path, values).status_code == 403
        assert cast.teammate.post(path, values).status_code == 404
        assert cast.stranger.post(path, values).status_code == 404
    assert cast.analyst.get(f"{url}/edit").status_code == 403
    assert cast.analyst.get(url).status_code == 200
    assert cast.analyst.post("/posts", {"region": str(cast.warsaw.id)}).status_code == 403
    assert fresh(url).text == ""


def test_a_draft_is_deleted_and_brought_back(cast: Cast, feed: Channel) -> None:
    url = begin(cast.author, cast)
    gone = cast.author.post(f"{url}/removal")
    assert gone.status_code == 303
    assert f"{url}/restoration" in cast.author.get("/posts").get_data(as_text=True)
    assert cast.author.get(url).status_code == 404
    assert cast.author.post(url, typed(fresh(url), feed)).status_code == 404
    assert cast.teammate.post(f"{url}/restoration").status_code == 404
    assert cast.author.post(f"{url}/restoration").status_code == 303
    assert cast.author.get(url).status_code == 200


def test_what_waits_is_not_deleted(cast: Cast, feed: Channel) -> None:
    url = begin(cast.author, cast)
    fresh(url).state = "waiting"
    db.commit()
    assert cast.author.post(f"{url}/removal").status_code == 403
    assert fresh(url).deleted_at is None


def test_a_copy_has_everything_but_the_time(cast: Cast, feed: Channel) -> None:
    post = make.post(cast, [feed], "Once more")
    make.picture(post, make.asset(cast), "A can")
    db.commit()
    answer = cast.author.post(f"/posts/{post.id}/copy")
    assert answer.status_code == 303
    copy = fresh(answer.headers["Location"].removesuffix("/edit"))
    assert copy.id != post.id
    assert (copy.text, copy.planned_at, copy.state) == ("Once more", None, "draft")
    assert ([m.alt for m in copy.media], [v.channel_id for v in copy.variants]) == (["A can"], [feed.id])


def test_sending_saves_first_and_a_refusal_keeps_what_was_typed(
    cast: Cast, feed: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    from webapp.errors import Invalid

    sent: list[str] = []

    def submit(post: Post, actor: Any) -> None:
        if "stop" in post.text:
            raise Invalid("Fix the text first.")
        sent.append(post.text)

    monkeypatch.setattr(panels, "SUBMITTERS", [submit])
    url = begin(cast.author, cast)
    answer = cast.author.post(url, typed(fresh(url), feed, text="stop here", action="send"))
    assert answer.status_code == 422
    assert "Fix the text first." in answer.get_data(as_text=True)
    assert "stop here" in answer.get_data(as_text=True)
    assert fresh(url).text == ""
    assert cast.author.post(url, typed(fresh(url), feed, text="go", action="send")).status_code == 303
    assert sent == ["go"]
    assert fresh(url).text == "go"


def test_what_a_leaver_was_writing_goes_to_somebody_else(cast: Cast, feed: Channel) -> None:
    from webapp.posts import handover

    mine, out = make.post(cast, [feed], "mine"), make.post(cast, [feed], "out", state="published")
    theirs = make.post(cast, [feed], "theirs", by="planner")
    leaving, to, by = (cast.actor(n) for n in ("author", "planner", "administrator"))
    assert handover.hand_over(leaving, None, by) == 0
    assert handover.hand_over(leaving, to, by) == 1
    assert (mine.author_id, out.author_id, theirs.author_id) == (to.id, leaving.id, to.id)


def test_looking_at_it_saves_it_first(cast: Cast, feed: Channel) -> None:
    url = begin(cast.author, cast)
    answer = cast.author.post(url, typed(fresh(url), feed, text="seen", action="preview"))
    assert answer.headers["Location"].endswith(url)
    assert fresh(url).text == "seen"


def test_looking_for_a_free_slot_keeps_what_was_typed(cast: Cast, feed: Channel) -> None:
    url = begin(cast.author, cast)
    assert 'value="slots"' in cast.author.get(f"{url}/edit").get_data(as_text=True)
    answer = cast.author.post(url, typed(fresh(url), feed, text="typed just now", action="slots"))
    assert answer.headers["Location"].endswith(f"{url}/move?for=composer")
    assert fresh(url).text == "typed just now"


def test_from_the_first_word_to_the_approvers(cast: Cast, feed: Channel) -> None:
    url = begin(cast.author, cast)
    sent = cast.author.post(url, typed(fresh(url), feed, text="For a yes", action="send"))
    assert (sent.status_code, sent.headers["Location"]) == (303, url)
    post = fresh(url)
    assert (post.state, post.slot_at) == ("waiting", post.planned_at)
    html = cast.author.get(url).get_data(as_text=True)
    assert "Waiting" in html
    assert "sent it for approval" in html
    assert "For a yes" in cast.author.get("/posts?state=waiting").get_data(as_text=True)
    assert cast.author.post(f"{url}/removal").status_code == 403
    cast.author.post(url, typed(fresh(url), feed, text="Changed after all"))
    assert "What goes out is version 1." in cast.author.get(url).get_data(as_text=True)
    empty = typed(fresh(url), feed, text="", channels=[], action="send")
    refused = cast.author.post(url, empty)
    assert refused.status_code == 422
    assert fresh(url).text == "Changed after all"

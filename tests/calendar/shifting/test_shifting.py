"""Several posts moved at once: one list with old and new times, each told honestly, and one undo."""

import html as markup
import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa

from tests.calendar import house
from tests.posts import make
from webapp import db, times
from webapp.approvals import decisions, submission
from webapp.approvals.models import Workflow
from webapp.calendar.models import ChannelSlot
from webapp.calendar.shifting.models import Shift
from webapp.events import Event
from webapp.posts.labels import catalog
from webapp.posts.labels.models import Campaign
from webapp.posts.models import Post

NOW = datetime(2027, 3, 20, 8, tzinfo=UTC)
SPRING = "2027-03-28"
"""On that day the clocks of Warsaw skip the hour from two to three."""


@pytest.fixture(autouse=True)
def _now(clock):
    clock.at = NOW


def text(answer, status=200):
    assert answer.status_code == status, answer.status_code
    return re.sub(r"\s+", " ", markup.unescape(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))))


def confirm(browser, posts, days=7, **more):
    data = {"confirm": "1", "pick": [str(house.key(post)) for post in posts], "days": str(days), **more}
    return browser.get("/calendar/selection", query_string=data)


def tokens(answer):
    return [markup.unescape(each) for each in re.findall(r'name="pick" value="([^"]+\|[^"]+)"', house.body(answer))]


def shift(browser, picks):
    answer = browser.post("/calendar/shifts", {"pick": picks})
    assert answer.status_code == 303, answer.status_code
    return answer.headers["Location"]


def walls(*posts):
    db.session.expire_all()
    return [db.session.get_one(Post, house.key(post)).wall for post in posts]


def some(cast, *days, **more):
    found = [house.planned(cast, day if "T" in day else f"{day}T18:30", text=f"Post {day}", **more) for day in days]
    db.commit()
    return found


def test_they_keep_their_hours_and_what_lies_between_them(cast):
    posts = some(cast, "2027-03-22T09:00", "2027-03-24T18:30", "2027-03-27T23:45")
    answer = confirm(cast.author, posts)
    page = text(answer)
    assert "Move 3 posts?" in page
    assert "Mon 22 Mar 09:00, Warsaw Mon 29 Mar 09:00, Warsaw" in page
    here = shift(cast.author, tokens(answer))
    assert walls(*posts) == ["2027-03-29T09:00", "2027-03-31T18:30", "2027-04-03T23:45"]
    posts = [db.session.get_one(Post, house.key(post)) for post in posts]
    assert [times.iso(post.planned_at)[11:16] for post in posts] == ["07:00", "16:30", "21:45"], "the clocks changed"
    assert "3 posts moved" in text(cast.author.get(here))
    kinds = db.session.scalars(sa.select(Event.kind).where(Event.kind.like("shift.%")).order_by(Event.id)).all()
    assert kinds == ["shift.made"]


def test_one_undo_puts_all_of_them_back(cast):
    posts = some(cast, "2027-03-22", "2027-03-23")
    here = shift(cast.author, tokens(confirm(cast.author, posts, 3)))
    assert walls(*posts) == ["2027-03-25T18:30", "2027-03-26T18:30"]
    answer = cast.author.post(f"{here}/undo")
    assert walls(*posts) == ["2027-03-22T18:30", "2027-03-23T18:30"]
    assert "All of them are back" in text(cast.author.get(answer.headers["Location"]))
    cast.author.post(f"{here}/undo")
    assert walls(*posts) == ["2027-03-22T18:30", "2027-03-23T18:30"], "twice is once"


def test_undo_leaves_what_was_touched_since_and_says_so(cast):
    posts = some(cast, "2027-03-22", "2027-03-23")
    here = shift(cast.author, tokens(confirm(cast.author, posts, 3)))
    db.session.execute(sa.update(Post).where(Post.id == house.key(posts[0])).values(version=Post.version + 1))
    db.commit()
    answer = cast.author.post(f"{here}/undo")
    page = text(cast.author.get(answer.headers["Location"]))
    assert "1 post is back" in page
    assert "1 stays: it changed since" in page
    assert "Could not be taken back" in page
    assert walls(*posts) == ["2027-03-25T18:30", "2027-03-23T18:30"]


def test_what_cannot_move_says_why_and_stops_nobody(cast):
    [free] = some(cast, "2027-03-22")
    [out] = some(cast, "2027-03-23", state="published")
    [failed] = some(cast, "2027-03-24", state="failed")
    page = text(confirm(cast.author, [free, out, failed]))
    assert "Move 1 post?" in page
    assert "It went out or is going out now" in page
    assert "A part of it failed or is unknown" in page
    here = shift(cast.author, [*tokens(confirm(cast.author, [free])), f"{out.id}|1|2027-04-01T10:00:00Z"])
    page = text(cast.author.get(here))
    assert "1 post moved" in page
    assert "It cannot be moved now" in page
    assert walls(free, out) == ["2027-03-29T18:30", "2027-03-23T18:30"]


def test_earlier_than_now_is_refused_one_by_one(cast):
    posts = some(cast, "2027-03-22", "2027-03-30")
    page = text(confirm(cast.author, posts, way="earlier"))
    assert "Move 1 post?" in page
    assert "The new time is over or too near" in page
    here = shift(cast.author, [f"{posts[0].id}|1|2027-03-15T17:30:00Z"])
    assert "Its new time is over or too near" in text(cast.author.get(here))
    assert walls(posts[0]) == ["2027-03-22T18:30"]


def test_what_changed_after_the_list_was_shown_stays(cast):
    posts = some(cast, "2027-03-22", "2027-03-23")
    picks = tokens(confirm(cast.author, posts))
    db.session.execute(sa.update(Post).where(Post.id == house.key(posts[0])).values(version=Post.version + 1))
    db.commit()
    page = text(cast.author.get(shift(cast.author, picks)))
    assert "It changed after you looked" in page
    assert walls(*posts) == ["2027-03-22T18:30", "2027-03-30T18:30"]


def approved(cast, wall):
    """A post with its yes."""
    at = times.plan(times.parse_wall(wall), "Europe/Warsaw")
    post = make.post(cast, [make.channel(cast)], "Please look", planned_at=at.at, wall=wall)
    submission.submit(post, cast.actor("author"))
    db.commit()
    decisions.decide(post, post.current_id, "approve", cast.actor("approver"))
    db.commit()
    return post


@pytest.mark.parametrize(
    ("carries", "words", "state"),
    [([], "1 is sent for approval again", "waiting"), (["time"], "1 stays approved", "scheduled")],
)
def test_a_yes_follows_the_rule_of_the_workflow(cast, carries, words, state):
    post = approved(cast, "2027-03-22T18:30")
    db.session.execute(sa.update(Workflow).values(carries=carries))
    db.commit()
    [plain] = some(cast, "2027-03-23")
    answer = confirm(cast.author, [post, plain])
    assert words in text(answer)
    shift(cast.author, tokens(answer))
    db.session.expire_all()
    assert db.session.get_one(Post, house.key(post)).state == state
    assert walls(post, plain) == ["2027-03-29T18:30", "2027-03-30T18:30"]


def test_undo_gives_the_yes_back_with_the_time(cast):
    post = approved(cast, "2027-03-22T18:30")
    here = shift(cast.author, tokens(confirm(cast.author, [post])))
    cast.author.post(f"{here}/undo")
    assert walls(post) == ["2027-03-22T18:30"]
    assert db.session.get_one(Post, house.key(post)).state == "scheduled"
    assert "Its yes is not back" not in text(cast.author.get(here))


def test_a_yes_that_does_not_come_back_is_said(cast):
    post = approved(cast, "2027-03-22T18:30")
    here = shift(cast.author, tokens(confirm(cast.author, [post])))
    moved = db.session.get_one(Post, house.key(post))
    made = decisions.decide(moved, moved.current_id, "approve", cast.actor("approver"))
    decisions.undo(made, cast.actor("approver"))
    db.commit()
    cast.author.post(f"{here}/undo")
    assert walls(post) == ["2027-03-22T18:30"]
    assert db.session.get_one(Post, house.key(post)).state == "waiting"
    assert "Its yes is not back: somebody answered meanwhile" in text(cast.author.get(here))


def test_a_change_of_clocks_on_the_new_day_is_said(cast):
    posts = some(cast, "2027-03-21T02:30")
    answer = confirm(cast.author, posts)
    assert "The clocks skip 02:30 on this day" in text(answer)
    shift(cast.author, tokens(answer))
    assert walls(*posts) == [f"{SPRING}T03:30"]


def test_a_whole_campaign_goes_together(cast):
    spring = catalog.create(Campaign, {"name": "Spring"}, cast.actor("administrator"))
    posts = some(cast, "2027-03-22", "2027-05-20", campaign_id=spring.id)
    [other] = some(cast, "2027-03-23")
    page = text(cast.author.get(f"/calendar/selection?campaign={spring.id}&all=1"))
    assert "The whole campaign" in page
    assert "Post 2027-05-20" in page
    assert "Post 2027-03-23" not in page
    data = {"campaign": str(spring.id), "all": "1", "confirm": "1", "days": "10"}
    answer = cast.author.get("/calendar/selection", query_string=data)
    shift(cast.author, tokens(answer))
    assert walls(*posts, other) == ["2027-04-01T18:30", "2027-05-30T18:30", "2027-03-23T18:30"]
    assert f"campaign={spring.id}" in house.body(cast.administrator.get(f"/campaigns/{spring.id}"))


@pytest.mark.parametrize(
    "data",
    [{"days": "0"}, {"days": "367"}, {"days": "x"}, {"days": "9" * 30}, {"way": "up"}, {"pick": []}, {"pick": ["x"]}],
)
def test_what_makes_no_sense_is_asked_again(cast, data):
    posts = some(cast, "2027-03-22")
    assert confirm(cast.author, posts, **{"days": "7", **data}).status_code == 422


@pytest.mark.parametrize(
    "pick",
    ["", "x", "x|1|2027-04-01T10:00:00Z", "{id}|1|soon", "{id}|1|9999-01-01T00:00:00Z", "{id}|1|2027-99-01T00:00:00Z"],
)
def test_a_damaged_choice_moves_nothing(cast, pick):
    [post] = some(cast, "2027-03-22")
    answer = cast.author.post("/calendar/shifts", {"pick": pick.format(id=post.id)})
    assert answer.status_code == 422
    assert walls(post) == ["2027-03-22T18:30"]


def test_nobody_moves_what_is_not_theirs(cast):
    [post] = some(cast, "2027-03-22")
    assert cast.approver.get("/calendar/selection").status_code == 403
    for browser in (cast.stranger, cast.dubai_author):
        here = shift(browser, [f"{post.id}|1|2027-04-01T10:00:00Z"])
        page = text(browser.get(here))
        assert "It is not there any more" in page
        assert "Post 2027" not in page
    assert cast.author.get(here).status_code == 404, "each sees only their own"
    assert cast.author.post(f"{here}/undo").status_code == 404
    assert walls(post) == ["2027-03-22T18:30"]


def test_fifty_at_once_in_a_bounded_number_of_statements(cast):
    posts = some(cast, *[f"2027-04-{1 + n % 28:02}T{8 + n % 12:02}:00" for n in range(50)])
    with house.counted() as made:
        confirm(cast.author, posts[:2])
    few = len(made)
    with house.counted() as made:
        assert "Move 50 posts?" in text(confirm(cast.author, posts))
    assert len(made) <= few + 1
    again = confirm(cast.author, [*posts, *some(cast, "2027-04-30")])
    assert "at most 50 posts" in text(again, 422)


def drafts(cast, channel, n):
    made = [make.post(cast, [channel], f"Draft {k}", planned_at=None, wall="") for k in range(n)]
    db.commit()
    return made


def fill(browser, posts, day="2027-03-22"):
    data = {"confirm": "1", "day": day, "pick": [str(house.key(post)) for post in posts]}
    return browser.get("/calendar/filling", query_string=data)


def test_a_week_is_filled_with_the_free_slots_of_the_channel(cast):
    feed = make.channel(cast)
    for weekday in (1, 3, 7):
        values = {"organization_id": feed.organization_id, "channel_id": feed.id}
        db.session.add(ChannelSlot(weekday=weekday, wall="09:00", name="Breakfast", **values))
    posts = drafts(cast, feed, 4)
    some(cast, "2027-03-24T09:00", channels=[feed])
    page = text(cast.author.get("/calendar/filling?day=2027-03-22"))
    assert "Mon 22 Mar to Sun 28 Mar" in page
    assert "Draft 0" in page
    assert "Post 2027-03-24" not in page
    answer = fill(cast.author, posts)
    page = text(answer)
    assert "Move 2 posts?" in page
    assert page.count("No slot is free in this week") == 2
    here = shift(cast.author, tokens(answer))
    assert walls(*posts) == ["2027-03-22T09:00", "2027-03-28T09:00", "", ""]
    assert [times.iso(db.session.get_one(Post, house.key(post)).slot_at)[11:16] for post in posts[:2]] == [
        "08:00",
        "07:00",
    ]
    cast.author.post(f"{here}/undo")
    assert walls(*posts) == ["", "", "", ""]
    assert db.session.get_one(Post, house.key(posts[0])).slot_at is None


def test_posts_on_different_channels_may_share_an_hour_and_one_channel_never_does(cast):
    one, two = make.channel(cast), make.channel(cast, network="mastodon")
    posts = [*drafts(cast, one, 3), *drafts(cast, two, 1)]
    shift(cast.author, tokens(fill(cast.author, posts)))
    found = walls(*posts)
    assert len(set(found[:3])) == 3
    assert found[3] == found[0]
    apart = sorted(times.parse_wall(wall) for wall in found[:3])
    assert all(b - a >= timedelta(minutes=30) for a, b in pairwise(apart))


def test_filling_needs_a_choice_and_a_region_in_which_one_writes(cast):
    assert fill(cast.author, []).status_code == 422
    assert cast.approver.get("/calendar/filling").status_code == 403
    assert cast.author.get(f"/calendar/filling?region={cast.dubai.id}").status_code == 404
    assert "No draft waits for a time" in text(cast.author.get("/calendar/filling"))
    assert db.session.scalars(sa.select(Shift)).all() == []

"""Headquarters takes back what a region has not begun, with a reason; what is begun, waits or is out stays."""

import pytest

from tests.approvals import house as approvals
from tests.posts import make
from tests.posts.adapting import house
from tests.posts.adapting.house import CLAIM, text
from webapp import db
from webapp.audit import erase
from webapp.db import session
from webapp.errors import Conflict
from webapp.events import EventText
from webapp.posts.models import Post
from webapp.push import adapting as told

WHY = "The can is called back <b>today</b>"


def recall(cast, row, *regions, who="planner", why=WHY):
    chosen = [str(region.id) for region in regions or (cast.warsaw,)]
    return getattr(cast, who).post(f"/posts/{row.master_id}/regions/recall", {"back": chosen, "reason": why})


def page_of(cast, row):
    return text(cast.planner.get(f"/posts/{row.master_id}/regions"))


def test_taken_back_with_a_reason_that_the_region_reads(cast):
    row = house.asked(cast)
    assert "Take it back" in page_of(cast, row)
    assert recall(cast, row).status_code == 303
    assert "1 taken back" in page_of(cast, row)
    assert "called back &lt;b&gt;today" in page_of(cast, row)
    seen = text(cast.author.get(f"/adaptations/{row.id}"))
    assert "Headquarters took it back" in seen
    assert "called back &lt;b&gt;today" in seen
    assert "Adapt it" not in seen
    assert "Taken back" in text(cast.author.get("/adaptations"))
    assert cast.author.get(f"/posts/{row.post_id}").status_code == 404
    assert house.event("post.recalled", row.post_id).person_id == cast.people["planner"].id
    assert recall(cast, row).status_code == 303, "twice is once"
    assert approvals.kinds(row.post).count("post.recalled") == 1


def test_the_region_is_told_and_not_asked_any_more(cast):
    row = house.asked(cast)
    asked = house.event("post.adapted", row.post_id)
    recall(cast, row)
    gone = house.event("post.recalled", row.post_id)
    assert told.concerned(gone) == told.concerned(asked) == {cast.people["author"].id}
    kept = [type("Note", (), {"data": {"event": str(each.id)}})() for each in (asked, gone)]
    assert [told.still(each) for each in kept] == [False, True]
    said = told.said(kept[1])
    assert "Headquarters took back what Warsaw was to adapt" in said.title
    assert WHY in said.lines


@pytest.mark.parametrize("how", ["begun", "waiting", "planned"])
def test_what_a_region_has_in_hand_is_not_touched_and_the_page_says_so(cast, how):
    row = house.asked(cast)
    form = house.form(row.post, text=f"Nowy smak. {CLAIM}")
    assert cast.author.post(f"/posts/{row.post_id}", form).status_code == 303
    if how != "begun":
        sent = approvals.send(cast, house.stored(house.again(row).post))
        if how == "planned":
            approvals.decide(cast, sent)
    state = house.again(row).post.state
    page = page_of(cast, row)
    assert ("has begun to adapt it" if how == "begun" else "is planned or went out") in page
    assert 'name="back"' not in page
    answer = recall(cast, row)
    assert answer.status_code == 303, "it began while the page was open: said, not done"
    assert "1 has begun and keeps it" in text(cast.planner.get(answer.headers["Location"]))
    row = house.again(row)
    assert (row.recalled, row.declined_at, row.post.deleted_at, row.post.state) == (False, None, None, state)


def test_of_two_regions_only_the_one_that_has_not_begun(cast):
    for region in (cast.warsaw, cast.dubai):
        make.channel(cast, region)
    post = house.master(cast)
    house.hand(cast, post, cast.warsaw, cast.dubai)
    warsaw, dubai = house.of(post, cast.warsaw), house.of(post, cast.dubai)
    form = house.form(dubai.post, text=f"Our words. {CLAIM}")
    assert cast.dubai_author.post(f"/posts/{dubai.post_id}", form).status_code == 303
    assert recall(cast, warsaw, cast.warsaw, cast.dubai).status_code == 303
    assert (house.again(warsaw).recalled, house.again(dubai).recalled) == (True, False)
    page = page_of(cast, warsaw)
    assert "0 of 1 region ready, 1 taken back" in page
    assert "has begun to adapt it" in page


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"reason": WHY}, "Choose a region."),
        ({"back": "x", "reason": WHY}, ""),
        ({"back": "WARSAW", "reason": " "}, ""),
        ({"back": "WARSAW", "reason": "x" * 1001}, ""),
        ({"back": "DUBAI", "reason": WHY}, ""),
    ],
)
def test_refused_with_what_was_typed(cast, form, words):
    row = house.asked(cast)
    names = {"WARSAW": str(cast.warsaw.id), "DUBAI": str(cast.dubai.id)}
    form = {key: names.get(value, value) for key, value in form.items()}
    answer = cast.planner.post(f"/posts/{row.master_id}/regions/recall", form)
    assert answer.status_code == 422
    assert words in text(answer)
    if form["reason"] == WHY:
        assert "called back &lt;b&gt;today" in text(answer)
    assert not house.again(row).recalled


def test_only_headquarters_takes_it_back_and_only_they_ask_again(cast):
    row = house.asked(cast)
    for who, status in (("author", 404), ("dubai_author", 404), ("stranger", 404), ("analyst", 404)):
        assert recall(cast, row, who=who).status_code == status
    recall(cast, row)
    assert cast.author.post(f"/adaptations/{row.id}/acceptance").status_code == 409
    assert house.again(row).recalled


def test_a_region_can_be_asked_again(cast):
    row = house.asked(cast)
    cast.planner.post(f"/adaptations/{row.id}/wording", {f"wording-{house.token(CLAIM)}": "Mniej cukru."})
    recall(cast, row)
    house.rewrite(house.stored_master(row), f"Another taste.\n{CLAIM}")
    form = {"regions": str(cast.warsaw.id), "passages": house.token(CLAIM)}
    assert cast.planner.post(f"/posts/{row.master_id}/regions", form).status_code == 303
    now = house.again(row)
    assert (now.recalled, now.declined_at, now.reason) == (False, None, "")
    assert now.post_id != row.post_id
    assert (now.post.text, now.post.state) == ("Another taste.\nMniej cukru.", "draft")
    assert cast.author.get(f"/posts/{now.post_id}").status_code == 200
    assert "Adapt it" in text(cast.author.get(f"/adaptations/{row.id}"))
    assert "0 of 1 region ready" in page_of(cast, row)


def test_who_sends_what_was_taken_back_at_the_same_instant_is_told(cast):
    row = house.asked(cast)
    post = house.stored(row.post)
    recall(cast, row)
    session.expunge_all()
    with pytest.raises(Conflict, match="put away meanwhile"):
        approvals.send(cast, session.get_one(Post, post.id))


def test_the_reason_is_erased_with_its_person(cast):
    row = house.asked(cast)
    recall(cast, row)
    event = house.event("post.recalled", row.post_id)
    assert session.get_one(EventText, event.id).text == WHY
    erase.erase(approvals.membership(cast, "planner"), cast.actor("administrator"))
    db.commit()
    assert session.get(EventText, event.id) is None
    assert house.again(row).reason == ""

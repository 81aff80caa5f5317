"""Headquarters changes it: regions are told, take it over as they want, and nothing old and locked goes out."""

import uuid

import pytest

from tests.approvals import house as approvals
from tests.posts import make
from tests.posts.adapting import house
from tests.posts.adapting.house import CLAIM, LINK, TEXT, text
from webapp import db
from webapp.approvals.workflows import conditions
from webapp.audit import erase
from webapp.db import session
from webapp.events import EventText
from webapp.posts import checks, comments
from webapp.posts.checks import Level
from webapp.posts.models import Post
from webapp.push import adapting as told

BETTER = "Now with half the sugar."
NEW = TEXT.replace(CLAIM, BETTER)
OURS = f"Nowy smak jesieni. {CLAIM}"


def change(cast, row, words=NEW, locked=(BETTER,), **more):
    """Headquarters writes something else and hands it on."""
    post = house.rewrite(house.stored_master(row), words)
    house.hand(cast, post, passages=list(locked), **more)


def adapted(cast, words=OURS, **locks):
    """Warsaw has made it its own."""
    row = house.asked(cast, **locks)
    assert cast.author.post(f"/posts/{row.post_id}", house.form(row.post, text=words)).status_code == 303
    return house.again(row)


def take(cast, row, how="locked", **more):
    standing = house.standing(row)
    form = {"how": how, "edition": str(standing.newest.id), "version": str(house.again(row).post.version), **more}
    return cast.author.post(f"/adaptations/{row.id}/original", form)


def findings(row):
    return [(c.level, c.title) for c in checks.of_working(house.stored(row.post)).checks if c.key == "locked"]


def test_nothing_is_handed_on_by_typing(cast):
    row = adapted(cast)
    house.rewrite(house.stored_master(row), NEW)
    assert not house.standing(row).behind
    assert "half the sugar" not in text(cast.author.get(f"/adaptations/{row.id}"))
    page = text(cast.planner.get(f"/posts/{row.master_id}"))
    assert "The regions have the text of before" in page
    assert "<ins>half the</ins>" in text(cast.planner.get(f"/posts/{row.master_id}/regions"))


def test_a_change_is_told_shown_and_never_put_in_by_itself(cast):
    row = adapted(cast)
    change(cast, row)
    row = house.again(row)
    assert row.post.text == OURS
    assert "post.original_changed" in approvals.kinds(row.post)
    assert findings(row)[0] == (Level.BLOCK, f"Locked words are missing: “{BETTER}”")
    assert "Headquarters changed it meanwhile" in text(cast.author.get(f"/posts/{row.post_id}"))
    page = text(cast.author.get(f"/adaptations/{row.id}"))
    assert "<del>less</del><ins>half the</ins>" in page
    assert cast.author.post(f"/posts/{row.post_id}", house.form(row.post, text=f"{OURS} Tak")).status_code == 303
    assert take(cast, row).status_code == 303
    row = house.again(row)
    assert row.post.text == f"Nowy smak jesieni. {BETTER} Tak"
    assert findings(row) == [(Level.OK, "What headquarters locked is untouched")]
    assert approvals.kinds(row.post)[-1] == "post.taken_over"


def test_all_of_it_can_be_taken(cast):
    row = adapted(cast)
    change(cast, row)
    assert take(cast, row, "all").status_code == 303
    assert house.again(row).post.text == NEW


def test_what_was_taken_back_may_not_stay(cast):
    row = adapted(cast)
    change(cast, row, f"A new taste for autumn.\n{LINK}", ())
    assert findings(row) == [(Level.BLOCK, f"Headquarters took back: “{CLAIM}”")]
    assert take(cast, row).status_code == 303
    assert house.again(row).post.text == "Nowy smak jesieni."


def test_links_and_pictures_are_taken_over(cast):
    make.channel(cast)
    first, second = make.asset(cast), make.asset(cast, "red")
    post = house.master(cast)
    make.picture(post, session.merge(first))
    db.commit()
    house.hand(cast, post, cast.warsaw, links=True, pictures=True)
    row = house.of(post, cast.warsaw)
    post = house.stored(post)
    post.media.clear()
    make.picture(post, session.merge(second), "Red")
    post.text = TEXT.replace(LINK, "https://pomela.example/half")
    db.commit()
    house.hand(cast, post, links=True, pictures=True)
    assert len(findings(row)) == 2
    assert take(cast, row).status_code == 303
    made = house.again(row).post
    assert made.text == TEXT.replace(LINK, "https://pomela.example/half")
    assert [(m.asset_id, m.alt) for m in made.media] == [(second.id, "Red")]


def test_pictures_of_a_thread_are_handed_on_and_stay_the_region_s_own(cast):
    of = make.asset(cast, by="planner")
    make.channel(cast, cast.warsaw)
    post = house.master(cast)
    post = house.stored(post)
    post.parts = [{"kind": "thread", "text": "Two"}]
    make.picture(post, of, alt="With the text")
    make.picture(post, of, alt="With the part", part="part-1")
    db.commit()
    house.hand(cast, post, cast.warsaw, pictures=True)
    row = house.of(post, cast.warsaw)
    there = [("", "With the text"), ("part-1", "With the part")]
    assert sorted((m.part, m.alt) for m in row.post.media) == there
    other = make.asset(cast, "red", by="planner")
    master = house.stored_master(row)
    master.media = [m for m in master.media if m.part]
    make.picture(master, other, alt="Another")
    db.commit()
    house.hand(cast, house.stored_master(row), pictures=True)
    assert take(cast, row, "all").status_code == 303
    assert sorted((m.part, m.alt) for m in house.again(row).post.media) == [("", "Another"), there[1]]


def test_what_waits_and_what_is_planned_is_taken_back_when_its_claim_changed(cast):
    row = adapted(cast)
    sent = approvals.send(cast, session.get_one(Post, row.post_id))
    approvals.decide(cast, sent)
    assert approvals.state(sent) in ("approved", "scheduled")
    change(cast, row)
    assert approvals.stored(sent).outcome == "withdrawn"
    assert approvals.state(sent) == "draft"


def test_what_waits_and_keeps_its_locks_goes_on(cast):
    row = adapted(cast)
    sent = approvals.send(cast, session.get_one(Post, row.post_id))
    change(cast, row, TEXT.replace("autumn", "winter"), (CLAIM,))
    assert approvals.state(sent) == "waiting"
    assert findings(row) == [(Level.WARN, "Headquarters changed it meanwhile")]
    approvals.decide(cast, sent)
    assert approvals.state(sent) in ("approved", "scheduled")


def test_what_was_read_and_is_not_the_newest_is_not_taken(cast):
    row = adapted(cast)
    change(cast, row)
    old = house.standing(row).newest.id
    change(cast, row, f"{NEW} More.")
    assert take(cast, row, edition=str(old)).status_code == 409
    assert take(cast, row, version="1").status_code == 409
    assert house.again(row).post.text == OURS


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"edition": "x"}, 404),
        ({"edition": str(uuid.uuid4())}, 404),
        ({"version": "-1"}, 422),
        ({"version": "9" * 40}, 422),
        ({"how": "mine"}, 422),
    ],
)
def test_hostile_forms(cast, form, status):
    row = adapted(cast)
    change(cast, row)
    assert take(cast, row, **form).status_code == status
    assert house.again(row).post.text == OURS


def test_a_region_declines_with_a_reason_and_may_come_round(cast):
    row = adapted(cast)
    here = f"/adaptations/{row.id}"
    empty = cast.author.post(f"{here}/refusal", {"comment": " "})
    assert empty.status_code == 422
    assert 'aria-describedby="comment-error"' in text(empty)
    for _time in range(2):
        assert cast.author.post(f"{here}/refusal", {"comment": "Not <i>here</i>"}).status_code == 303
    assert cast.author.get(f"/posts/{row.post_id}").status_code == 404
    assert "Not &lt;i&gt;here&lt;/i&gt;" in text(cast.author.get(here))
    assert take(cast, row).status_code == 404
    kinds = approvals.kinds(row.post)
    assert kinds.count("post.declined") == 1
    assert "Not <i>here</i>" in [each.text for each in house.all_of(EventText)]
    for _time in range(2):
        assert cast.author.post(f"{here}/acceptance").status_code == 303
    assert house.again(row).post.text == OURS
    assert approvals.kinds(row.post).count("post.accepted") == 1


def test_who_is_erased_gave_no_reason(cast):
    row = adapted(cast, note="Mine stays")
    cast.author.post(f"/adaptations/{row.id}/refusal", {"comment": "My own words"})
    erase.erase(approvals.membership(cast, "author"), cast.actor("administrator"))
    db.commit()
    row = house.again(row)
    assert (row.reason, row.declined_at is None, row.edition.note) == ("", False, "Mine stays")
    erase.erase(approvals.membership(cast, "planner"), cast.actor("administrator"))
    db.commit()
    assert house.again(row).edition.note == ""


def test_what_was_sent_is_not_declined(cast):
    row = adapted(cast)
    approvals.send(cast, session.get_one(Post, row.post_id))
    assert cast.author.post(f"/adaptations/{row.id}/refusal", {"comment": "No"}).status_code == 409
    assert "Not for our market" not in text(cast.author.get(f"/adaptations/{row.id}"))


def test_a_region_reads_what_was_handed_on_and_nothing_else(cast):
    row = house.asked(cast, note="Before Easter, please")
    master = house.stored_master(row)
    comments.add(master, "The board does not like it", cast.actor("planner"))
    db.commit()
    house.rewrite(house.stored_master(row), f"{TEXT} Secret plan.")
    page = text(cast.author.get(f"/adaptations/{row.id}"))
    assert CLAIM in page
    assert "Before Easter, please" in page
    assert "board" not in page
    assert "Secret plan" not in page
    assert cast.author.get(f"/posts/{row.master_id}").status_code == 404
    for who in ("teammate", "dubai_author", "stranger"):
        browser = getattr(cast, who)
        assert browser.get(f"/adaptations/{row.id}").status_code == 404
        for verb in ("refusal", "acceptance", "original", "wording"):
            assert browser.post(f"/adaptations/{row.id}/{verb}", {"comment": "x"}).status_code == 404
        assert "A new taste" not in text(browser.get("/adaptations"))
    assert cast.approver.post(f"/adaptations/{row.id}/refusal", {"comment": "x"}).status_code == 403
    assert "A new taste" in text(cast.author.get("/adaptations"))


def test_today_shows_what_is_to_adapt_until_it_is_sent(cast):
    row = house.asked(cast)
    assert "To adapt" in text(cast.author.get("/"))
    for who in ("planner", "approver", "dubai_author", "stranger"):
        assert "To adapt" not in text(getattr(cast, who).get("/"))
    approvals.send(cast, session.get_one(Post, row.post_id))
    assert "To adapt" not in text(cast.author.get("/"))


def heard(row, kind):
    event = house.event(kind, row.post_id)
    return told.concerned(event)


def test_who_hears_of_it(cast):
    row = house.asked(cast)
    author, planner = cast.people["author"].id, cast.people["planner"].id
    assert heard(row, told.ASKED) == {author}, "not all who write everywhere"
    change(cast, row)
    assert heard(row, told.CHANGED) == {author}
    cast.author.post(f"/adaptations/{row.id}/refusal", {"comment": "No"})
    assert heard(row, told.DECLINED) == {planner}


def test_a_stage_can_ask_for_more_when_the_original_moved_on(cast):
    row = adapted(cast)
    why = [{"key": "original"}]
    assert conditions.why(why, conditions.of_working(house.stored(row.post))) is None
    change(cast, row, TEXT.replace("autumn", "winter"), (CLAIM,))
    assert conditions.why(why, conditions.of_working(house.stored(row.post)))["key"] == "original"
    take(cast, row)
    assert conditions.why(why, conditions.of_working(house.stored(row.post))) is None

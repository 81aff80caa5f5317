"""The card: what is shown, what each person may do, and what a tap answers."""

import gzip
import re
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.approvals import house
from tests.cast import new_key
from tests.posts import make
from webapp import db, times
from webapp.approvals import clearance
from webapp.approvals.models import Decision, Submission
from webapp.db import session
from webapp.posts import comments, readings
from webapp.posts.models import Comment, Post, Reading
from webapp.publishing.models import Delivery


def html(browser, path, status=200):
    response = browser.get(path)
    assert response.status_code == status
    return response.get_data(as_text=True)


def card_url(row, **args):
    return f"/posts/{row.post_id}/approval" + ("?" + "&".join(f"{k}={v}" for k, v in args.items()) if args else "")


def test_the_card_shows_exactly_what_goes_out(cast, clock):
    clock.at = times.plan(times.parse_wall("2026-11-24T12:00"), "Europe/Warsaw").at
    one, two = make.channel(cast), make.channel(cast, network="mastodon", server="https://m.example")
    picture = make.asset(cast)
    post = make.post(cast, [one, two], "Base words")
    make.picture(post, picture, "A can of juice")
    next(v for v in post.variants if v.channel_id == two.id).text = "Own words"
    session.flush()
    row = house.send(cast, post)
    first, second = (html(cast.approver, card_url(row, channel=c.id)) for c in (one, two))
    assert "Base words" in first
    assert 'alt="A can of juice"' in first
    assert "Own words" in second
    assert "Base words" not in second.split('id="main"')[1]
    assert "Warsaw" in first
    assert "in 1 day" in first
    assert row.revision.hash[:6] in first
    assert "Version 1" in first


def test_the_reader_in_another_zone_sees_their_hour_too(cast, clock):
    row = house.waiting(cast)
    assert "for you" in html(cast.administrator, card_url(row))
    assert "for you" not in html(cast.approver, card_url(row))


def test_what_changed_since_this_person_read_it(cast):
    row = house.waiting(cast, text="Fresh juice now in shops")
    readings.note(house.stored(row).revision, cast.actor("approver"))
    db.commit()
    row = house.rewrite(cast, row.post, "Fresh juice soon in shops")
    seen, unseen = html(cast.approver, card_url(row)), html(cast.second, card_url(row))
    assert "<del>now</del>" in seen
    assert "<ins>soon</ins>" in seen
    assert "1 word since you read it" in seen
    assert "<ins>" not in unseen
    assert "<ins>" not in html(cast.approver, card_url(row, whole=1))


def test_the_script_of_a_text_is_text(cast):
    row = house.waiting(cast, text="<script>alert(1)</script> \u202eevil")
    page = html(cast.approver, card_url(row))
    assert "<script>alert" not in page
    assert "U+202E" in page


@pytest.mark.parametrize(
    ("name", "words"),
    [("author", "somebody else decides"), ("analyst", "Your role does not"), ("planner", "Your role does not")],
)
def test_who_may_not_decide_is_told_why(cast, name, words):
    row = house.waiting(cast)
    page = html(getattr(cast, name), card_url(row))
    assert words in page
    assert 'value="approve"' not in page
    assert cast.browsers[name].post(house.decision_url(row), house.decision_form(row)).status_code == 403
    assert house.rows() == []


@pytest.mark.parametrize("name", ["teammate", "stranger"])
def test_others_do_not_see_it(cast, name):
    row = house.waiting(cast)
    made = house.decide(cast, row)
    browser = cast.browsers[name]
    for path in (card_url(row), f"/posts/{row.post_id}/approval/changes"):
        assert browser.get(path).status_code == 404
    for path in (house.decision_url(row), f"/decisions/{made.id}/undo", f"/posts/{row.post_id}/submission/withdrawal"):
        assert browser.post(path, house.decision_form(row)).status_code == 404
    assert [d.undone_at for d in house.rows()] == [None]


def test_a_post_that_was_never_sent_has_no_card(cast):
    post = make.post(cast, [make.channel(cast)])
    db.commit()
    assert cast.approver.get(f"/posts/{post.id}/approval").status_code == 404


def test_a_plain_form_leads_to_the_next_card_and_to_the_end(cast):
    feed = make.channel(cast)
    first = house.waiting(cast, channels=[feed], text="One")
    later = times.now() + timedelta(days=2)
    second = house.waiting(cast, channels=[feed], text="Two", planned_at=later)
    start = cast.approver.get("/approvals/run")
    assert start.location.endswith(card_url(first))
    assert "1 of 2" in html(cast.approver, start.location)
    answer = cast.approver.post(house.decision_url(first), house.decision_form(first))
    assert answer.status_code == 303
    assert answer.location == card_url(second, run="a")
    page = html(cast.approver, answer.location)
    assert "2 of 2" in page
    assert "Undo" in page
    form = house.decision_form(second, "changes", reasons=["tone"], run="a")
    answer = cast.approver.post(house.decision_url(second), form)
    assert answer.location == "/approvals/done?run=ac"
    page = html(cast.approver, answer.location)
    assert "That was the last one" in page
    assert "1 approved" in page
    assert "1 sent back" in page


def test_htmx_gets_the_next_card_as_a_small_fragment(cast):
    feed = make.channel(cast)
    first = house.waiting(cast, channels=[feed], text="One")
    second = house.waiting(
        cast, channels=[feed], text="Two words that follow", planned_at=times.now() + timedelta(days=2)
    )
    answer = cast.approver.post(house.decision_url(first), house.decision_form(first), htmx=True)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "<!doctype" not in body
    assert "Two words that follow" in body
    assert f'value="{second.revision_id}"' in body
    assert 'data-announce="Next:' in body, "the toast says what was done"
    assert re.search(r"data-toast[^§]*?<b>Approved</b>", body)
    assert answer.headers["HX-Push-Url"] == card_url(second, run="a")
    assert f'hx-target="#q-{first.id}" hx-swap="delete"' in body
    assert len(gzip.compress(answer.data)) < 4500
    assert house.state(first) == "scheduled"
    last = cast.approver.post(house.decision_url(second), house.decision_form(second, run="a"), htmx=True)
    assert last.headers["HX-Redirect"] == "/approvals/done?run=aa"


def test_both_ways_store_the_same(cast):
    feed = make.channel(cast)
    plain, by_htmx = (house.waiting(cast, channels=[feed]) for _ in range(2))
    for row, htmx in ((plain, False), (by_htmx, True)):
        form = house.decision_form(row, "changes", reasons=["claim", "typo"], comment="Two\r\nlines")
        cast.approver.post(house.decision_url(row), form, htmx=htmx)
    one, two = house.rows()
    fields = ("verdict", "reasons", "comment", "person_id", "stage")
    assert [getattr(one, f) for f in fields] == [getattr(two, f) for f in fields]
    assert one.comment == "Two\nlines"


def test_a_stale_decision_gets_the_difference_and_no_row(cast):
    row = house.waiting(cast, text="Now in shops")
    newer = house.rewrite(cast, row.post, "From Friday in shops")
    key = new_key()
    for _ in range(2):
        answer = cast.approver.post(house.decision_url(row), house.decision_form(row), key=key)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 409
        assert "<ins>From Friday</ins>" in page
        assert "Version 2 arrived while you read" in page
        assert "What changed, version 1 to 2" in page
        assert f'name="revision" value="{newer.revision_id}"' in page
    assert answer.headers["Idempotency-Replayed"] == "true"
    assert house.rows() == []
    again = cast.approver.post(house.decision_url(newer), house.decision_form(newer), key=new_key())
    assert again.status_code == 303
    assert clearance.is_cleared(newer.post_id, newer.revision_id)


def test_after_a_difference_the_next_card_takes_every_place_of_it(cast):
    row = house.waiting(cast, text="Now in shops")
    newer = house.rewrite(cast, row.post, "From Friday in shops")
    house.waiting(cast, text="The next one")
    conflict = cast.approver.post(house.decision_url(row), house.decision_form(row)).get_data(as_text=True)
    after = cast.approver.post(house.decision_url(newer), house.decision_form(newer), headers={"HX-Request": "true"})
    for place in ("main", "run-bar", "card-menu", "dock", "sheets", "side"):
        assert f'hx-target="#{place}"' in after.get_data(as_text=True)
        assert f'id="{place}"' in conflict, place


TOAST = re.compile(r'<div class="toast new([^"]*)"[^>]*>\s*<svg class="(\w+)')


def test_green_and_the_face_are_for_a_yes_alone(cast):
    """What was deleted, or only saved, is said calmly."""
    one, two = house.waiting(cast, text="One"), house.waiting(cast, text="Two")
    said = cast.approver.post(house.decision_url(one), house.decision_form(one), headers={"HX-Request": "true"})
    assert TOAST.search(said.get_data(as_text=True)).groups() == ("", "seal")
    back = {**house.decision_form(two, "changes"), "reasons": "tone"}
    cast.approver.post(house.decision_url(two), back)
    assert TOAST.search(html(cast.approver, "/approvals/done")).groups() == (" calm", "i")
    draft = make.post(cast, [make.channel(cast)], "Away with it")
    db.commit()
    cast.author.post(f"/posts/{draft.id}/removal")
    assert TOAST.search(html(cast.author, "/posts")).groups() == (" calm", "i")


def test_a_moved_slot_is_a_difference(cast):
    row = house.waiting(cast)
    post = session.get_one(Post, row.post_id)
    planned = times.planned_from(row.deadline + timedelta(hours=2), "Europe/Warsaw")
    post.planned_at, post.wall = planned.at, planned.wall.isoformat(timespec="minutes")
    session.flush()
    house.send(cast, post)
    page = cast.approver.post(house.decision_url(row), house.decision_form(row)).get_data(as_text=True)
    assert re.search(r'class="clock"><del>[^<]+</del> <ins>', page)
    assert "Pictures and channels are the same" in page


def test_decided_by_somebody_else(cast):
    row = house.waiting(cast)
    house.decide(cast, row, "second")
    page = html(cast.approver, card_url(row))
    assert "Second approved it at" in page
    assert 'value="approve"' not in page
    answer = cast.approver.post(house.decision_url(row), house.decision_form(row))
    assert answer.status_code == 409
    assert "Second approved it at" in answer.get_data(as_text=True)
    assert len(house.rows()) == 1


def test_a_no_needs_a_reason_and_keeps_what_was_typed(cast):
    row = house.waiting(cast)
    answer = cast.approver.post(house.decision_url(row), house.decision_form(row, "changes"))
    assert answer.status_code == 422
    assert "Choose a reason" in answer.get_data(as_text=True)
    bad = house.decision_form(row, "reject", reasons=["legal"], comment="")
    page = cast.approver.post(house.decision_url(row), bad).get_data(as_text=True)
    assert "Say why" in page
    assert re.search(r'value="legal" checked', page)
    assert house.rows() == []


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"decision": "approve", "revision": "x"}, 422),
        ({"decision": "perhaps"}, 422),
        ({"decision": "changes", "reasons": ["rude"]}, 422),
        ({"decision": "changes", "comment": "nul \x00 here"}, 422),
        ({"decision": "changes", "comment": "x" * 2001}, 422),
        ({"decision": "approve", "revision": "00000000-0000-7000-8000-000000000000"}, 404),
        ({}, 422),
    ],
)
def test_bad_forms(cast, form, status):
    row = house.waiting(cast)
    body = {"revision": str(row.revision_id), **form}
    assert cast.approver.post(house.decision_url(row), body).status_code == status
    assert house.rows() == []


def test_no_by_its_own_page(cast):
    row = house.waiting(cast)
    for path, words in (("changes", "Send back"), ("rejection", "Reject")):
        page = html(cast.approver, f"/posts/{row.post_id}/approval/{path}")
        assert words in page
        assert f'value="{row.revision_id}"' in page


def test_undo_by_the_toast(cast):
    row = house.waiting(cast)
    answer = cast.approver.post(house.decision_url(row), house.decision_form(row))
    page = html(cast.approver, answer.location)
    undo = re.search(r'action="(/decisions/[^"]+)"', page).group(1)
    answer = cast.approver.post(undo)
    assert answer.location == card_url(row)
    assert house.state(row) == "waiting"
    assert [d.state for d in house.rows(Delivery)] == ["cancelled"]


def test_undo_after_sending_started_says_so(cast):
    row = house.waiting(cast)
    made = house.decide(cast, row)
    house.rows(Delivery)[0].state = "sending"
    db.commit()
    answer = cast.approver.post(f"/decisions/{made.id}/undo")
    assert answer.status_code == 409
    assert "being sent" in answer.get_data(as_text=True)
    assert [d.undone_at for d in house.rows()] == [None]


def test_a_slot_that_passed_asks_for_a_new_time(cast, clock):
    row = house.waiting(cast)
    clock.forward(days=1, minutes=1)
    page = html(cast.approver, card_url(row))
    assert "The time has passed" in page
    answer = cast.approver.post(house.decision_url(row), house.decision_form(row))
    assert answer.status_code == 410
    assert house.rows() == []


def test_a_block_is_fixed_first(cast):
    feed = make.channel(cast)
    row = house.waiting(cast, channels=[feed])
    session.get_one(type(feed), feed.id).health = "reconnect"
    db.commit()
    page = html(cast.approver, card_url(row))
    assert "Fix first" in page
    assert 'value="approve"' not in page
    assert cast.approver.post(house.decision_url(row), house.decision_form(row)).status_code == 422
    assert house.rows() == []


def test_under_a_pause_a_yes_stays_on_hold(cast):
    from webapp.people.models import Region
    from webapp.publishing import pauses

    row = house.waiting(cast)
    pauses.pause(session.get_one(Region, cast.warsaw.id), "news", cast.actor("approver"))
    db.commit()
    page = html(cast.approver, card_url(row))
    assert "stays on hold" in page
    assert "#face" not in page.split('id="dock"')[1].split("</form>")[0]
    answer = cast.approver.post(house.decision_url(row), house.decision_form(row))
    assert "stays on hold" in html(cast.approver, answer.location)
    assert house.state(row) == "held"


def test_a_tap_that_waited_says_when(cast, clock):
    row = house.waiting(cast)
    tapped = clock.at - timedelta(minutes=10)
    cast.approver.post(house.decision_url(row), house.decision_form(row, tapped_at=times.iso(tapped)))
    assert [d.tapped_at for d in house.rows()] == [tapped]


def decide_late(cast, row, clock, tapped, sent):
    """A decision that waited on a phone, by that phone's clock."""
    form = house.decision_form(row, tapped_at=times.iso(tapped))
    cast.approver.post(house.decision_url(row), form, htmx=True, headers={"X-Nod-Sent": times.iso(sent)})
    return [each.tapped_at for each in house.rows()]


@pytest.mark.parametrize("wrong", [-7200, 0, 7200])
def test_a_phone_whose_clock_is_wrong_still_says_how_long_ago(cast, clock, wrong):
    row = house.waiting(cast)
    there = clock.at + timedelta(seconds=wrong)
    post = row.post_id
    found = decide_late(cast, row, clock, there - timedelta(minutes=10), there)
    assert found == [clock.at - timedelta(minutes=10)]
    for browser, path in ((cast.author, f"/posts/{post}"), (cast.approver, "/approvals/decisions")):
        assert "without a network" in browser.get(path).get_data(as_text=True)


@pytest.mark.parametrize(("back", "ahead"), [(timedelta(days=8), timedelta(0)), (timedelta(0), timedelta(minutes=5))])
def test_a_tap_that_cannot_be_is_not_kept(cast, clock, back, ahead):
    row = house.waiting(cast)
    assert decide_late(cast, row, clock, clock.at - back + ahead, clock.at) == [None]


def test_a_tap_of_this_minute_is_not_spoken_of(cast, clock):
    row = house.waiting(cast)
    post = row.post_id
    decide_late(cast, row, clock, clock.at - timedelta(seconds=50), clock.at)
    assert "without a network" not in cast.author.get(f"/posts/{post}").get_data(as_text=True)


def test_comments_stand_on_the_card(cast):
    row = house.waiting(cast)
    post = session.get_one(Post, row.post_id)
    for n in range(3):
        comments.add(post, f"Note {n}", cast.actor("author"))
    db.commit()
    page = html(cast.approver, card_url(row))
    assert "Note 2" in page
    assert "Note 0" not in page
    assert "See all 3 comments" in page
    assert len(house.rows(Comment)) == 3


def test_the_card_that_follows_has_what_was_said_and_who_has_it(cast):
    """What is not there is not asked for: what is must be."""
    feed = make.channel(cast)
    first = house.waiting(cast, channels=[feed], text="One")
    second = house.waiting(cast, channels=[feed], text="Two", planned_at=times.now() + timedelta(days=2))
    comments.add(session.get_one(Post, second.post_id), "Mind the second line", cast.actor("author"))
    db.commit()
    assert cast.second.post(f"/posts/{second.post_id}/approval/claim").status_code == 303
    answer = cast.approver.post(house.decision_url(first), house.decision_form(first), htmx=True)
    body = answer.get_data(as_text=True)
    assert "Mind the second line" in body
    assert f"{cast.people['second'].name} has it" in body


def test_history_of_my_decisions(cast):
    row, other = house.waiting(cast, text="Mine to undo"), house.waiting(cast, text="Of another")
    house.decide(cast, row)
    house.decide(cast, other, "second")
    page = html(cast.approver, "/approvals/decisions")
    assert "Mine to undo" in page
    assert "Of another" not in page
    assert "/undo" in page


def test_the_author_takes_it_back(cast):
    row = house.waiting(cast)
    assert "Take it back" in html(cast.author, f"/posts/{row.post_id}")
    assert cast.approver.post(f"/posts/{row.post_id}/submission/withdrawal").status_code == 403
    assert cast.author.post(f"/posts/{row.post_id}/submission/withdrawal").status_code == 303
    assert house.state(row) == "draft"


def test_the_way_from_the_post_to_the_card(cast):
    row = house.waiting(cast)
    page = html(cast.approver, f"/posts/{row.post_id}")
    assert card_url(row) in page
    assert "One of" in page
    assert card_url(row) not in html(cast.author, f"/posts/{row.post_id}")


def test_looking_writes_nothing(cast):
    row = house.waiting(cast)
    counts = [session.scalar(sa.select(sa.func.count()).select_from(m)) for m in (Reading, Decision, Submission)]
    for path in ("/approvals", card_url(row), "/approvals/done", "/approvals/decisions"):
        assert cast.approver.get(path).status_code == 200
    session.rollback()
    assert counts == [
        session.scalar(sa.select(sa.func.count()).select_from(m)) for m in (Reading, Decision, Submission)
    ]


def at_once(count, what):
    """Run in threads that start together; answers what each answered."""
    db.session.remove()
    gate, answers = threading.Barrier(count), []

    def one(n):
        gate.wait()
        answers.append(what(n))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_sixteen_at_once_with_one_key_are_one_decision(cast):
    row, key = house.waiting(cast), new_key()
    db.session.remove()
    devices = [cast.signed_in("approver") for _ in range(16)]
    url, form = house.decision_url(row), house.decision_form(row)
    answers = at_once(16, lambda n: devices[n].post(url, form, key=key))
    assert {a.status_code for a in answers} == {303}
    assert len({a.location for a in answers}) == 1
    assert len({a.headers["Set-Cookie"] for a in answers}) == 1
    assert len(house.rows()) == 1


def test_two_people_at_once_are_one_yes_or_one_no(cast):
    """Whoever comes first: no post is both cleared and sent back, and the loser is told."""
    for _ in range(3):
        row = house.waiting(cast)
        url = house.decision_url(row)
        forms = (house.decision_form(row), house.decision_form(row, "reject", comment="No"))
        browsers = (cast.approver, cast.second)
        db.session.remove()
        answers = at_once(2, lambda n, url=url, forms=forms, browsers=browsers: browsers[n].post(url, forms[n]))
        assert sorted(a.status_code for a in answers) in ([303, 303], [303, 409])
        assert house.state(row) == "rejected"
        assert not clearance.is_cleared(row.post_id, row.revision_id)
        assert all(d.state == "cancelled" for d in house.rows(Delivery))


def test_two_yeses_at_once_make_one_set_of_deliveries(cast):
    row = house.waiting(cast)
    browsers = (cast.approver, cast.second)
    url, form = house.decision_url(row), house.decision_form(row)
    db.session.remove()
    answers = at_once(2, lambda n: browsers[n].post(url, form))
    assert sorted(a.status_code for a in answers) == [303, 409]
    assert len(house.rows(Delivery)) == 1


def test_undo_and_sending_at_once(cast, clock):
    """Either it is taken back and nothing is claimed, or it is claimed and the undo is refused."""
    from webapp.publishing import claim

    for _ in range(4):
        row = house.waiting(cast)
        made = house.decide(cast, row)
        due = row.deadline + timedelta(seconds=1)
        db.session.remove()

        def send(_n, due=due):
            taken = [d.id for d in claim.due(due, 10)]
            db.commit()
            db.session.remove()
            return taken

        def race(n, made=made, send=send):
            return send(n) if n else cast.approver.post(f"/decisions/{made.id}/undo").status_code

        answers = at_once(2, race)
        status, taken = (answers[0], answers[1]) if isinstance(answers[0], int) else (answers[1], answers[0])
        assert (status, len(taken)) in ((303, 0), (409, 1))
        assert clearance.is_cleared(row.post_id, row.revision_id) == (status == 409)
        for each in house.rows(Delivery):
            each.state = "cancelled"
        db.commit()


def test_a_deactivated_approvers_yes_is_asked_for_again(cast):
    from webapp import events
    from webapp.approvals import recount
    from webapp.people import leaving

    row = house.waiting(cast)
    house.decide(cast, row)
    leaving.deactivate(house.membership(cast, "approver"), None, cast.actor("administrator"))
    db.commit()
    assert not clearance.is_cleared(row.post_id, row.revision_id)
    events.seal_pending(times.now())
    events.tell_pending(times.now())
    recount.due()
    db.commit()
    assert house.state(row) == "waiting"
    assert "submission.uncleared" in house.kinds(house.stored(row))
    assert "Hello" in html(cast.second, "/approvals")
    house.decide(cast, house.stored(row), "second")
    assert clearance.is_cleared(row.post_id, row.revision_id)

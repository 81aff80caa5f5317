"""Approve several clean posts at once: each is a yes of its own, what cannot be is listed, one tap takes all back."""

import re
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.approvals import house
from tests.cast import Cast, new_key
from tests.posts import make
from webapp import db, times
from webapp.approvals.bulk import picking
from webapp.approvals.bulk.models import Bulk
from webapp.approvals.models import Decision
from webapp.db import session
from webapp.events import Event
from webapp.posts import checks
from webapp.posts.models import Post


def token(row) -> str:
    return f"{row.id}:{row.revision_id}"


def waiting(cast: Cast, many: int = 3):
    """Posts without an open check: hours apart on channels of their own."""
    return [house.waiting(cast, text=f"{name} with words of its own") for name in ("Tea", "Coal", "Maps")[:many]]


def approve(browser, rows, **more):
    return browser.post("/approvals/bulk", {"pick": [token(row) for row in rows]}, **more)


def html(browser, path: str, status: int = 200) -> str:
    answer = browser.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def why() -> list[str]:
    [bulk] = house.rows(Bulk)
    return [each["why"] for each in bulk.left]


def test_only_clean_posts_can_be_chosen(cast):
    clean = house.waiting(cast, text="Clean words")
    unclean = house.waiting(cast, text="Hid\u202eden")
    page = html(cast.approver, "/approvals/selection")
    assert f'name="pick" value="{clean.id}"' in page
    assert str(unclean.id) not in page
    assert f"/posts/{unclean.post_id}/approval" in page
    assert "checked" not in page
    assert page.count("checked") < html(cast.approver, "/approvals/selection?all=1").count("checked")
    assert "/approvals/selection" in html(cast.approver, "/approvals")


def test_the_list_to_confirm_pins_each_version(cast):
    rows = waiting(cast)
    query = "&".join(f"pick={row.id}" for row in rows)
    page = html(cast.approver, f"/approvals/selection?confirm=1&{query}")
    assert "Approve 3 clean posts" in page
    for row in rows:
        assert f'name="pick" value="{token(row)}"' in page
    assert "Tea with words of its own" in page
    assert "Warsaw" in page


def test_what_does_not_wait_any_more_is_left_out_and_said(cast):
    rows = waiting(cast, 2)
    house.decide(cast, rows[0])
    query = "&".join(f"pick={row.id}" for row in rows)
    page = html(cast.approver, f"/approvals/selection?confirm=1&{query}")
    assert token(rows[0]) not in page
    assert token(rows[1]) in page
    assert "1 of your choice is not in this list" in page


@pytest.mark.parametrize(
    "query", ["", "&pick=x", "&pick=" + "0" * 36, "&pick=" * 51, "&pick=00000000-0000-0000-0000-000000000000"]
)
def test_a_choice_that_is_none_is_asked_again(cast, query):
    waiting(cast, 1)
    page = html(cast.approver, f"/approvals/selection?confirm=1{query}", 422)
    assert 'role="alert"' in page
    assert "Select posts" in page


def test_each_is_a_yes_of_its_own_with_its_own_event(cast):
    rows = waiting(cast)
    answer = approve(cast.approver, rows)
    assert answer.status_code == 303
    made = house.rows()
    assert sorted(d.revision_id for d in made) == sorted(row.revision_id for row in rows)
    assert {(d.verdict, d.person_id) for d in made} == {("approve", cast.people["approver"].id)}
    kinds = session.scalars(sa.select(Event.kind).where(Event.subject_id.in_([d.id for d in made]))).all()
    assert kinds == ["decision.made"] * 3
    page = html(cast.approver, answer.headers["Location"])
    assert "3 posts approved" in page
    assert "Not approved" not in page


def test_one_undo_for_all(cast):
    rows = waiting(cast)
    to = approve(cast.approver, rows).headers["Location"]
    assert [house.state(row) for row in rows] == ["scheduled"] * 3
    assert [cast.approver.post(f"{to}/undo").status_code for _n in range(2)] == [303, 303]
    assert [house.state(row) for row in rows] == ["waiting"] * 3
    assert all(d.undone_at for d in house.rows())
    assert len(house.rows()) == 3
    assert "All taken back" in html(cast.approver, to)


def test_what_changed_meanwhile_is_not_applied_and_the_others_are(cast):
    rows = waiting(cast)
    post = session.get_one(Post, rows[1].post_id)
    newer = house.rewrite(cast, post, "Other words now")
    to = approve(cast.approver, rows).headers["Location"]
    assert {d.post_id for d in house.rows()} == {rows[0].post_id, rows[2].post_id}
    assert why() == ["changed"]
    page = html(cast.approver, to)
    assert "2 posts approved" in page
    assert "It changed after you looked" in page
    assert house.state(newer) == "waiting"


def test_what_others_decided_is_said(cast):
    rows = waiting(cast)
    house.decide(cast, rows[0], "second", "changes")
    house.decide(cast, rows[1], "second")
    approve(cast.approver, rows)
    assert sorted(why()) == ["decided", "decided"]
    assert [d.post_id for d in house.rows() if d.person_id == cast.people["approver"].id] == [rows[2].post_id]


def test_a_check_that_opened_meanwhile_keeps_it_out(cast, monkeypatch):
    rows = waiting(cast, 2)
    real = checks.of_revision
    open_now = checks.Report((checks.Check("x", checks.Level.WARN, "Look"),))
    monkeypatch.setattr(checks, "of_revision", lambda r, *a: open_now if r.post_id == rows[0].post_id else real(r, *a))
    approve(cast.approver, rows)
    assert why() == ["check"]
    assert [d.post_id for d in house.rows()] == [rows[1].post_id]


def test_a_slot_that_passed_is_late_and_the_authors_own_is_not_theirs(cast, clock):
    soon, later = waiting(cast, 2)
    clock.forward(hours=25)
    approve(cast.approver, [soon, later])
    assert why() == ["late", "late"]
    assert house.rows() == []


def test_authors_and_strangers_approve_nothing(cast):
    rows = waiting(cast, 2)
    approve(cast.author, rows)
    assert why() == ["may_not", "may_not"]
    approve(cast.stranger, rows)
    assert [e["why"] for e in house.rows(Bulk)[1].left] == ["gone", "gone"]
    approve(cast.teammate, rows)
    assert [e["why"] for e in house.rows(Bulk)[2].left] == ["gone", "gone"]
    assert house.rows() == []


def test_when_nothing_could_be_approved_it_says_so(cast):
    rows = waiting(cast, 1)
    answer = approve(cast.author, rows)
    page = html(cast.author, answer.headers["Location"])
    assert "0 posts approved" in page
    assert "You cannot decide about it now" in page
    assert "Undo all" not in page


def test_the_same_key_counts_once_and_the_same_yes_is_one(cast):
    rows = waiting(cast)
    key = new_key()
    first, again = (approve(cast.approver, rows, key=key) for _n in range(2))
    assert first.headers["Location"] == again.headers["Location"]
    assert len(house.rows(Bulk)) == 1
    approve(cast.approver, rows)
    assert len(house.rows()) == 3


@pytest.mark.parametrize("bad", [[], ["x"], ["x:y"], [f"{'0' * 36}:{'0' * 36}"], ["nul\0" * 9], ["0" * 73]])
def test_damaged_choices_are_refused(cast, bad):
    assert cast.approver.post("/approvals/bulk", {"pick": bad}).status_code == 422
    assert house.rows(Bulk) == []


def test_at_most_fifty(cast):
    row = waiting(cast, 1)[0]
    assert cast.approver.post("/approvals/bulk", {"pick": [token(row)] * 51}).status_code == 422
    assert cast.approver.post("/approvals/bulk", {"pick": [token(row)] * 50}).status_code == 303
    assert len(house.rows()) == 1


def test_only_who_did_it_sees_it_and_takes_it_back(cast):
    to = approve(cast.approver, waiting(cast, 1)).headers["Location"]
    for other in (cast.second, cast.author, cast.administrator, cast.teammate, cast.stranger):
        assert other.get(to).status_code == 404
        assert other.post(f"{to}/undo").status_code == 404


def test_what_was_sent_stays_and_the_others_are_taken_back(cast):
    rows = waiting(cast, 2)
    to = approve(cast.approver, rows).headers["Location"]
    stored = house.stored(rows[0])
    stored.ended_at, stored.outcome = times.now(), "done"
    db.commit()
    answer = cast.approver.post(f"{to}/undo")
    assert answer.status_code == 303
    assert [bool(d.undone_at) for d in sorted(house.rows(), key=lambda d: d.post_id != rows[0].post_id)] == [
        False,
        True,
    ]
    page = html(cast.approver, answer.headers["Location"])
    assert answer.headers["Location"] == to
    assert "1 yes could not be taken back." in page
    assert "1 yes taken back" in page
    gone = page[page.index("Cannot be taken back any more") :]
    assert f'href="/posts/{rows[0].post_id}"' in gone
    assert "Tea with words of its own" in gone
    assert "It was sent already." in gone
    assert str(rows[1].post_id) not in gone
    assert "Undo all" not in page


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("sent_back", "Somebody has asked for changes since."),
        ("withdrawn", "Its author has taken it back since."),
        ("superseded", "A newer version has been sent for approval since."),
    ],
)
def test_each_yes_that_stays_says_why(cast, outcome, words):
    rows = waiting(cast)
    to = approve(cast.approver, rows).headers["Location"]
    stored = house.stored(rows[0])
    stored.ended_at, stored.outcome = times.now(), outcome
    db.commit()
    page = html(cast.approver, to)
    assert words in page
    assert "2 approved" in page
    assert "Undo all" in page


def test_two_who_approve_the_same_posts_at_once_give_one_yes_each_post(cast):
    rows = waiting(cast)
    answers: list[int] = []

    def go(who: str, order: list) -> None:
        answers.append(approve(cast.signed_in(who), order).status_code)

    db.session.remove()
    threads = [
        threading.Thread(target=go, args=("approver", rows)),
        threading.Thread(target=go, args=("second", rows[::-1])),
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert answers == [303, 303]
    standing = session.scalars(sa.select(Decision.post_id).where(Decision.undone_at.is_(None))).all()
    assert sorted(standing) == sorted(row.post_id for row in rows)
    assert sum(len(b.left) for b in house.rows(Bulk)) == 3


def test_the_selection_costs_the_same_for_few_and_many(cast):
    asked: list[str] = []
    sa.event.listen(db.engine(), "before_cursor_execute", lambda *args: asked.append(args[2]))
    counts = []
    html(cast.approver, "/approvals/selection")
    for _n in range(2):
        waiting(cast)
        asked.clear()
        html(cast.approver, "/approvals/selection")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_it_says_that_it_needs_a_connection_and_stays_out_of_the_outbox(cast):
    [row] = waiting(cast, 1)
    page = html(cast.approver, f"/approvals/selection?confirm=1&pick={row.id}")
    assert "This needs a connection" in page
    form = re.search(r'<form id="bulk"[^>]*>', page)
    assert form
    assert "data-outbox" not in form[0]


def test_a_row_near_its_slot_is_not_clean(cast, clock):
    post = make.post(cast, [make.channel(cast)], "Soon")
    post.planned_at = clock.at + timedelta(minutes=5)
    row = house.send(cast, post)
    assert str(row.id) not in html(cast.approver, "/approvals/selection")
    assert picking.lines(cast.actor("approver"), [row.id]) == []

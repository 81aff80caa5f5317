"""The queue: who sees what, in which order and group, and what it costs."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.approvals import house
from tests.posts import make
from webapp import db, times
from webapp.approvals import queries, recount
from webapp.approvals.models import Workflow
from webapp.approvals.workflows import choosing
from webapp.db import session


def html(browser, path="/approvals"):
    response = browser.get(path)
    assert response.status_code == 200
    return response.get_data(as_text=True)


@pytest.fixture
def statements(app):
    """Every statement that is sent to the database."""
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    sa.event.listen(db.engine(), "before_cursor_execute", note)
    yield sent
    sa.event.remove(db.engine(), "before_cursor_execute", note)


def test_only_who_may_decide_has_it_in_the_queue(cast):
    house.waiting(cast, text="Chłodniejsze wieczory")
    assert "Chłodniejsze wieczory" in html(cast.approver)
    assert "Review 1 post" in html(cast.approver)
    for name in ("author", "analyst", "teammate", "stranger"):
        assert "Chłodniejsze" not in html(getattr(cast, name))


def test_groups_by_the_day_of_the_region(cast, clock):
    clock.at = times.plan(times.parse_wall("2026-11-24T22:30"), "Europe/Warsaw").at
    for text, hours in (("Tonight", 1), ("Next day", 3), ("Far", 72)):
        house.waiting(cast, text=text, planned_at=clock.at + timedelta(hours=hours))
    house.waiting(cast, text="At once", as_soon=True, planned_at=None, wall="")
    page = html(cast.approver)
    order = [
        page.index(each) for each in ("Goes out today", "Tonight", "Tomorrow", "Next day", "Later", "Far", "At once")
    ]
    assert order == sorted(order)
    assert "23:30" in page
    assert "Warsaw" in page


def test_what_was_missed_is_said(cast, clock):
    from webapp.approvals import sweep

    house.waiting(cast, text="Too late")
    clock.forward(days=1, minutes=1)
    sweep.expire_due()
    db.commit()
    page = html(cast.approver)
    assert "Missed" in page
    assert "Too late" in page
    assert "Review" not in page


def test_twenty_rows_and_twenty_more(cast):
    feed = make.channel(cast)
    for n in range(25):
        house.waiting(
            cast, text=f"Post {n:02}.", channels=[feed], planned_at=times.now() + timedelta(days=1, minutes=n)
        )
    page = html(cast.approver)
    assert page.count('class="card q') == 20
    link = page.split('id="more" href="')[1].split('"')[0].replace("&amp;", "&")
    rest = html(cast.approver, link)
    assert rest.count('class="card q') == 5
    assert "Post 19." in page
    assert "Post 20." in rest
    assert 'id="more"' not in rest


def test_sent_back_is_listed_until_it_comes_again(cast):
    row = house.waiting(cast, text="Not yet")
    house.decide(cast, row, verdict="changes")
    assert "Not yet" in html(cast.approver, "/approvals?show=back")
    house.rewrite(cast, row.post, "Now then")
    assert "Not yet" not in html(cast.approver, "/approvals?show=back")
    assert "Now then" in html(cast.approver)


def test_one_region_at_a_time(cast):
    house.waiting(cast, text="From Warsaw")
    other = make.post(cast, [make.channel(cast, cast.dubai)], "From Dubai", by="dubai_author")
    other.region_id, other.region = cast.dubai.id, cast.dubai
    house.send(cast, other, "dubai_author")
    page = html(cast.administrator, f"/approvals?region={cast.dubai.id}")
    assert "From Dubai" in page
    assert "From Warsaw" not in page
    assert html(cast.approver, f"/approvals?region={cast.dubai.id}").count("card q") == 0


def test_a_page_the_browser_has_is_not_made_again(cast, statements):
    house.waiting(cast)
    first = cast.approver.get("/approvals")
    again = cast.approver.get("/approvals", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    house.waiting(cast)
    assert cast.approver.get("/approvals", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("many", [1, 20])
def test_the_page_costs_eight_queries_whatever_it_shows(cast, statements, many):
    feed = make.channel(cast)
    for n in range(many):
        house.waiting(cast, text=f"Post {n}", channels=[feed])
    db.session.remove()
    statements.clear()
    html(cast.approver)
    assert len(statements) <= 8, "\n\n".join(statements)


@pytest.mark.parametrize("head", [1, 2, 3, 20])
def test_the_way_from_card_to_card_is_the_queues_order(cast, monkeypatch, head):
    monkeypatch.setattr(queries, "NEARBY", head)
    feed, soon = make.channel(cast), times.now()
    for n in (3, 1, 2):
        house.waiting(cast, text=f"Post {n}", channels=[feed], planned_at=soon + timedelta(days=n))
    actor = cast.actor("approver")
    query, values = queries.waiting(actor)
    whole = list(session.scalars(query.order_by(*queries.SORT), values))
    for place, here in enumerate(whole):
        near, before, after = queries.around(actor, None, here)
        assert near == whole[:head]
        assert before == (whole[place - 1] if place else None)
        assert after == whole[(place + 1) % 3]


@pytest.mark.parametrize("many", [1, 8])
def test_the_history_costs_the_same_whatever_it_shows(cast, statements, many):
    feed = make.channel(cast)
    for n in range(many):
        house.decide(cast, house.waiting(cast, text=f"Post {n}", channels=[feed]))
    db.session.remove()
    statements.clear()
    html(cast.approver, "/approvals/decisions")
    assert len(statements) <= 10, "\n\n".join(statements)


def test_a_decision_costs_a_bounded_number_of_queries(cast, statements):
    feed = make.channel(cast)
    rows = [house.waiting(cast, text=f"Post {n}", channels=[feed]) for n in range(4)]
    db.session.remove()
    statements.clear()
    answer = cast.approver.post(house.decision_url(rows[0]), house.decision_form(rows[0]), htmx=True, key="k" * 20)
    assert answer.status_code == 200
    assert len(statements) <= 20, "\n\n".join(statements)


def let_authors(cast, *stages):
    """Workflow with these stages, each saying whether its authors may say yes; the approver also writes."""
    session.execute(sa.update(Workflow).values(stages=[{**choosing.DEFAULT, "author_may": may} for may in stages]))
    session.expire_all()
    recount.ask_all()
    recount.due()
    db.commit()


def test_ones_own_post_is_in_the_queue_where_the_stage_allows_it(cast):
    row = house.waiting(cast, by="approver", text="Mine alone")
    assert "Mine alone" not in html(cast.approver)
    let_authors(cast, True)
    assert "Mine alone" in html(cast.approver)
    assert "Review 1 post" in html(cast.approver)
    assert "Mine alone" in html(cast.second)
    house.decide(cast, row)
    assert "Mine alone" not in html(cast.approver)


def test_which_stage_it_is_at_counts(cast):
    house.waiting(cast, text="Another")
    let_authors(cast, False, True)
    row = house.waiting(cast, by="approver", text="Mine alone")
    assert "Mine alone" not in html(cast.approver)
    house.decide(cast, row, "second")
    assert "Mine alone" in html(cast.approver)

"""The trail through its pages: scoped, filtered, paged, exported, verified, and erasable without losing its proof."""

import csv
import io

import pytest
import sqlalchemy as sa

from webapp import db, events, times
from webapp.audit import export, trail, verify
from webapp.events import Event, EventText
from webapp.people.models import Membership

MANY = 70


@pytest.fixture
def cast(cast):
    db.session.expunge_all()
    return cast


def happened(cast, kind, subject, name="author", text=None, **data):
    event = events.record(kind, subject, by=cast.people[name], region_id=subject.id, text=text, **data)
    db.commit()
    return event.id


def page(cast, name="administrator", query=""):
    answer = getattr(cast, name).get(f"/activity{query}")
    return answer.get_data(as_text=True) if answer.status_code == 200 else answer.status_code


def test_who_may_read_it(cast):
    assert page(cast, "author") == page(cast, "approver") == page(cast, "teammate") == 403
    assert "Region made" in page(cast)


def test_a_region_sees_its_own_lines_and_nobody_elses(cast):
    happened(cast, "region.changed", cast.warsaw, name="author")
    happened(cast, "region.moved", cast.dubai, name="dubai_author")
    seen = page(cast, "analyst")
    assert "Region changed" in seen
    assert "Region moved" not in seen
    lines = cast.analyst.get("/activity.csv").get_data(as_text=True)
    assert "region.changed" in lines
    assert "region.moved" not in lines
    assert "region.moved" not in cast.stranger.get("/activity.csv").get_data(as_text=True)


def test_filters_are_in_the_address(cast):
    happened(cast, "region.changed", cast.warsaw, name="approver")
    happened(cast, "region.moved", cast.dubai, name="planner")
    by = page(cast, query=f"?person={cast.people['approver'].id}")
    assert "Region changed" in by
    assert "Region moved" not in by
    there = page(cast, query=f"?region={cast.dubai.id}&kind=region")
    assert "Region moved" in there
    assert "Region changed" not in there
    assert "Region moved" in page(cast, query=f"?subject={cast.dubai.id}")
    tomorrow = times.today("UTC").replace(year=times.today("UTC").year + 1)
    assert "Nothing happened" in page(cast, query=f"?from={tomorrow}")
    assert "Region moved" in page(cast, query=f"?to={tomorrow}")


@pytest.mark.parametrize(
    "query",
    [
        "?person='--",
        "?region={x}",
        "?from=0001-01-01",
        "?to=9999-12-31T23:59",
        "?kind=%00",
        "?before=1",
        "?subject=" + "1" * 900,
    ],
)
def test_a_damaged_address_asks_for_nothing(cast, query):
    assert "Region made" in page(cast, query=query)


def test_pages_follow_each_other_without_gap_or_double(cast):
    for n in range(MANY):
        events.record("region.changed", cast.warsaw, by=None, region_id=cast.warsaw.id, n=n)
    db.commit()
    actor, seen, before = cast.actor("administrator"), [], ""
    while True:
        entries, before = trail.page(actor, trail.Filters(noun="region", region=cast.warsaw.id), before)
        assert len(entries) <= trail.PAGE
        seen += [entry.event.id for entry in entries]
        if not before:
            break
    assert len(seen) == len(set(seen)) == MANY + 1
    assert seen == sorted(seen, reverse=True)


def test_csv_has_every_line_and_no_formula(cast, monkeypatch):
    monkeypatch.setattr(trail, "BATCH", 7)
    happened(cast, "region.changed", cast.warsaw, text="=HYPERLINK(1)", name="author")
    for n in range(20):
        events.record("region.changed", cast.warsaw, by=None, region_id=cast.warsaw.id, n=n)
    db.commit()
    answer = cast.administrator.get("/activity.csv")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    count = db.session.scalar(sa.select(sa.func.count()).where(Event.organization_id == cast.organization.id))
    assert len(rows) == count
    assert "'=HYPERLINK(1)" in [row["text"] for row in rows]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1"])
def test_cells_are_safe(text):
    assert export.cell(text) == "'" + text


def test_words_of_people_are_shown_as_words(cast):
    happened(cast, "comment.added", cast.warsaw, text="<script>alert(1)</script>{{7*7}}")
    seen = page(cast)
    assert "<script>alert" not in seen
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in seen


def test_the_trail_is_whole_until_somebody_tampers(cast):
    happened(cast, "comment.added", cast.warsaw, text="words")
    events.seal_pending(times.now())
    db.commit()
    assert "The trail is whole" in cast.administrator.get("/activity/verification").get_data(as_text=True)
    assert cast.analyst.get("/activity/verification").status_code == 403
    with db.engine().begin() as connection:
        connection.execute(sa.update(EventText).values(text="other words"))
    assert "1 text was changed" in cast.administrator.get("/activity/verification").get_data(as_text=True)


def test_erasing_takes_the_words_and_keeps_the_proof(cast):
    mine = happened(cast, "comment.added", cast.warsaw, name="author", text="my words")
    happened(cast, "comment.added", cast.warsaw, name="approver", text="their words")
    events.seal_pending(times.now())
    member = db.session.scalars(sa.select(Membership).where(Membership.person_id == cast.people["author"].id)).one()
    at = f"/activity/people/{member.id}/erasure"
    db.commit()
    assert cast.planner.post(at).status_code == 403
    assert cast.stranger.post(at).status_code == 404
    assert cast.administrator.get(at).status_code == 200
    assert cast.administrator.post(at).status_code == 303
    seen = page(cast)
    assert "my words" not in seen
    assert "The words were erased" in seen
    assert "their words" in seen
    finding = verify.verify(cast.organization.id)
    assert finding.whole
    assert finding.erased == 1
    assert db.session.get_one(Event, mine).text_hash
    assert cast.administrator.post(at).status_code == 303


def test_the_page_names_the_device_and_the_export_what_it_calls_itself(cast):
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    form = {"name": "Feed", "region": str(cast.warsaw.id), "owner": str(cast.people["author"].id)}
    cast.administrator.post("/channels/new/site", form, headers={"User-Agent": agent})
    page = cast.administrator.get("/activity").get_data(as_text=True)
    assert "Firefox on Linux, from 127.0.0.1" in page
    assert "Gecko" not in page
    assert agent in cast.administrator.get("/activity.csv").get_data(as_text=True)

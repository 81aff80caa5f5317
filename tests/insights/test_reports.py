"""Who reads which numbers, what the files hold, when people are named, and what it all costs."""

import uuid

import pytest
import sqlalchemy as sa

from tests.approvals import house as approvals
from webapp import db, times
from webapp.db import session
from webapp.events import Event
from webapp.insights import reading, report
from webapp.people.models import Organization, Region

from . import house
from .house import at, decided, read, screen

SETTINGS = {"name": "Pomela", "language": "en", "late_minutes": "15"}
FILES = ("/reports/approvals.csv", "/reports/approvals.json")
ROWS = ("/reports/approvals/decisions.csv", "/reports/approvals/decisions.json")


def test_for_those_who_read_the_activity(cast, clock):
    for name in ("author", "approver", "teammate"):
        for path in ("/reports/approvals", *FILES, *ROWS):
            assert getattr(cast, name).get(path).status_code == 403
        assert "Approvals in numbers" not in getattr(cast, name).get("/more").get_data(as_text=True)
    for name in ("administrator", "planner", "analyst", "stranger"):
        assert getattr(cast, name).get("/reports/approvals").status_code == 200
    assert "Approvals in numbers" in cast.analyst.get("/more").get_data(as_text=True)


def test_only_of_their_regions(cast, clock):
    decided(cast, clock, 10)
    house.dubai(cast, clock, 30)
    assert read(cast, "planner").whole.count == 2
    found = read(cast, "analyst")
    assert (found.whole.count, found.missed_before, [each.seat.region for each in found.now]) == (1, 0, ["Warsaw"])
    assert found.first.now.total == 1
    assert "Dubai" not in screen(cast, "analyst")
    for path in ROWS[:1]:
        assert {row["region"] for row in house.table(cast, path, "analyst")} == {"Warsaw"}
    assert "Warsaw" not in screen(cast, "stranger")
    assert house.array(cast, ROWS[1], "stranger") == []


@pytest.mark.parametrize("path", ["/reports/approvals", *FILES, *ROWS])
def test_a_region_that_is_not_theirs_is_not_there(cast, clock, path):
    for name, region in (("analyst", cast.dubai.id), ("stranger", cast.warsaw.id), ("planner", uuid.uuid4())):
        assert getattr(cast, name).get(f"{path}?region={region}").status_code == 404
    for nonsense in ("x", "'", "9" * 400, "%00"):
        assert cast.planner.get(f"{path}?region={nonsense}").status_code == 404
        assert cast.planner.get(f"{path}?days={nonsense}").status_code == 200


def test_a_region_comes_with_those_below_it(cast, clock):
    decided(cast, clock, 10)
    house.dubai(cast, clock, 30)
    assert read(cast, region=cast.headquarters.id).whole.count == 2
    assert read(cast, region=cast.dubai.id).whole.count == 1
    assert "With the regions below it." in screen(cast, query=f"?region={cast.headquarters.id}")


def test_what_is_asked_for_stays_in_the_address(cast, clock):
    page = screen(cast, query=f"?days=90&region={cast.warsaw.id}")
    for address in ("approvals?days=7&amp;", "approvals.csv?days=90&amp;", "decisions.json?days=90&amp;"):
        assert f"{address}region={cast.warsaw.id}" in page
    assert 'aria-current="true">90 days' in page


def test_the_decisions_as_a_file(cast, clock):
    row = decided(cast, clock, 90)
    (line,) = house.table(cast, ROWS[0])
    assert line == {
        "post_id": str(row.post_id),
        "region_id": str(cast.warsaw.id),
        "region": "Warsaw",
        "stage": "Approval",
        "opened_utc": "2026-06-10T08:00:00Z",
        "decided_utc": "2026-06-10T09:30:00Z",
        "clock_minutes": "90.0",
        "working_minutes": "90.0",
        "verdict": "approve",
        "role": "Approver",
    }
    (same,) = house.array(cast, ROWS[1])
    assert {key: str(value) for key, value in same.items()} == line


def test_the_numbers_as_a_file(cast, clock):
    at(clock, day=1)
    decided(cast, clock, 10)
    at(clock)
    decided(cast, clock, 90)
    rows = house.table(cast, f"{FILES[0]}?days=7")
    medians = [
        (row["by"], row["name"], row["from"], row["to"], row["value"], row["of"])
        for row in rows
        if (row["measure"], row["unit"]) == ("time_to_decision_median", "clock_minutes")
    ]
    now, before = ("2026-06-04", "2026-06-10"), ("2026-05-28", "2026-06-03")
    assert medians == [
        ("", "", *now, "90.0", "1"),
        ("", "", *before, "10.0", "1"),
        ("stage", "Approval", *now, "90.0", "1"),
        ("region", "Warsaw", *now, "90.0", "1"),
        ("role", "Approver", *now, "90.0", "1"),
    ]
    assert {row["measure"] for row in house.array(cast, FILES[1])} == {
        *("time_to_decision_median", "time_to_decision_p90", "first_pass_rate", "waiting_posts", "missed_slots"),
        *("first_passed", "first_sent_back", "first_rejected"),
    }


def test_a_name_is_no_formula(cast, clock):
    decided(cast, clock, 10)
    session.get_one(Region, cast.warsaw.id).name = "=HYPERLINK(1)"
    db.commit()
    assert house.table(cast, ROWS[0])[0]["region"] == "'=HYPERLINK(1)"
    assert house.array(cast, ROWS[1])[0]["region"] == "=HYPERLINK(1)"
    assert "'=HYPERLINK(1)" in {row["name"] for row in house.table(cast, FILES[0])}


def test_a_long_file_has_every_decision_once(cast, clock, monkeypatch):
    monkeypatch.setattr(reading, "BATCH", 2)
    rows = [decided(cast, clock, 1) for _n in range(5)]
    found = [line["post_id"] for line in house.array(cast, ROWS[1])]
    assert found == [str(row.post_id) for row in reversed(rows)]


def test_more_than_can_be_counted_is_said(cast, clock, monkeypatch):
    for module in (reading, report):
        monkeypatch.setattr(module, "MOST", 2)
    for after in (10, 20, 30):
        decided(cast, clock, after)
    assert house.minutes(read(cast).whole.median) == 25  # of the newest two
    assert "these are the newest" in screen(cast)


def everything(cast, name="administrator"):
    pages = [screen(cast, name), *(getattr(cast, name).get(path).get_data(as_text=True) for path in (*FILES, *ROWS))]
    return "\n".join(pages)


def test_nobody_is_named_unless_the_organization_says_so(cast, clock):
    cast.people["approver"].name = "Maja Zielinska"
    db.session.merge(cast.people["approver"])
    db.commit()
    decided(cast, clock, 10)
    before = everything(cast)
    assert "Maja" not in before
    assert str(cast.people["approver"].id) not in before
    assert "Nobody is listed by name" in before
    assert cast.administrator.post("/settings", {**SETTINGS, "names_people": "y"}).status_code == 303
    after = everything(cast, "planner")
    assert "Your organization shows numbers by name." in after
    assert after.count("Maja Zielinska") >= 5  # the screen and all four files
    (event,) = session.scalars(sa.select(Event).where(Event.kind == "organization.changed")).all()
    assert event.data["changes"] == {"names_people": [False, True]}
    assert cast.administrator.post("/settings", SETTINGS).status_code == 303
    assert "Maja" not in everything(cast)


def test_people_are_in_the_order_of_names(cast, clock):
    session.get_one(Organization, cast.organization.id).names_people = True
    db.commit()
    decided(cast, clock, 90, who="second")
    decided(cast, clock, 10, who="approver")
    decided(cast, clock, 500, who="administrator")
    assert list(read(cast).by_person) == ["Administrator", "Approver", "Second"]


def test_it_costs_as_many_statements_however_much_there_is(cast, clock):
    def cost():
        asked = []
        sa.event.listen(db.engine(), "before_cursor_execute", note := lambda *args: asked.append(args[2]))
        screen(cast)
        sa.event.remove(db.engine(), "before_cursor_execute", note)
        return asked

    decided(cast, clock, 10)
    house.dubai(cast, clock, 10)
    house.of_dubai(cast)
    cost()
    few = cost()
    for _n in range(4):
        decided(cast, clock, 10)
        house.dubai(cast, clock, 10, "changes")
        approvals.waiting(cast)
    assert len(cost()) == len(few), "\n\n".join(few)
    assert len(few) < 30


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["administrator", "analyst"])
@pytest.mark.parametrize("region", [False, True])
def test_it_looks_only_at_the_period(cast, clock, name, region):
    """Rows are found by when, whoever asks, and never by walking everything there ever was.

    PostgreSQL plans by how much there is, which is little here.
    """
    asked = []
    sa.event.listen(db.engine(), "before_cursor_execute", note := lambda *args: asked.append((args[2], args[3])))
    read(cast, name, **({"region": cast.warsaw.id} if region else {}))
    sa.event.remove(db.engine(), "before_cursor_execute", note)
    session.rollback()
    plans = {}
    with db.engine().connect() as connection:
        for sql, values in asked:
            if "FROM decisions" in sql or "'expired'" in str((sql, values)):
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
                plans[sql] = " / ".join(row[3] for row in rows)
    assert len(plans) >= 3
    for sql, plan in plans.items():
        assert "ix_decisions_at" in plan or "ix_submissions_expired" in plan, f"{sql}\n{plan}"
        assert "SCAN decisions" not in plan
        assert "SCAN submissions" not in plan


def test_without_the_future(cast, clock):
    decided(cast, clock, 10)
    clock.forward(days=-2)
    assert read(cast).whole.count == 0
    assert times.now() == clock.at

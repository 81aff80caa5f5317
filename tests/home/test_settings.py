"""The organization's settings: who may, what is kept, what is recorded."""

import pytest
import sqlalchemy as sa

from webapp import db
from webapp.events import Event
from webapp.people.models import Organization

FINE = {"name": "Pomela Drinks", "language": "pl", "late_minutes": "30"}


def stored(cast):
    db.session.remove()
    return db.session.scalars(sa.select(Organization).order_by(Organization.id)).first()


def test_changed_and_recorded_once(cast):
    assert cast.administrator.post("/settings", FINE).status_code == 303
    assert cast.administrator.post("/settings", FINE).status_code == 303
    organization = stored(cast)
    assert (organization.name, organization.language, organization.late_minutes) == ("Pomela Drinks", "pl", 30)
    (event,) = db.session.scalars(sa.select(Event).where(Event.kind == "organization.changed")).all()
    assert event.data["changes"]["late_minutes"] == [15, 30]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 10_000},
        {"name": "a\r\nb"},
        {"name": "a\x00b"},
        {"language": "xx"},
        {"late_minutes": "0"},
        {"late_minutes": "9" * 400},
        {"late_minutes": "-1"},
        {"late_minutes": "ten"},
    ],
)
def test_refused_beside_the_field_with_what_was_typed(cast, wrong):
    answer = cast.administrator.post("/settings", {**FINE, **wrong})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'class="err"' in page
    assert stored(cast).name == "Pomela"
    if "name" not in wrong:
        assert 'value="Pomela Drinks"' in page


def test_only_for_those_who_hold_settings(cast):
    for name in ("planner", "author", "approver", "analyst"):
        assert getattr(cast, name).get("/settings").status_code == 403
        assert getattr(cast, name).post("/settings", FINE).status_code == 403
    assert cast.stranger.post("/settings", FINE).status_code == 303
    assert stored(cast).late_minutes == 15


def test_the_stranger_changes_their_own_company_only(cast):
    cast.stranger.post("/settings", {**FINE, "name": "Elsewhere 2"})
    db.session.remove()
    names = db.session.scalars(sa.select(Organization.name).order_by(Organization.name)).all()
    assert names == ["Elsewhere 2", "Pomela"]

"""The tree of regions: added, changed, moved, by those who manage people in both places."""

import re

import pytest
import sqlalchemy as sa

from webapp import db
from webapp.events import Event
from webapp.people import organizations, reach
from webapp.people.models import Region
from webapp.people.permissions import Permission

GOOD = {
    "name": "Berlin",
    "zone": "Europe/Berlin",
    "country": "DE",
    "subdivision": "BE",
    "language": "de",
    "work_days": ["1", "2", "3", "4", "5"],
    "work_start": "09:00",
    "work_end": "17:00",
}


def names(browser):
    return re.findall(r"<b><bdi>([^<]+)</bdi></b>", browser.get("/regions").get_data(as_text=True))


def find(name):
    db.session.remove()
    return db.session.scalars(sa.select(Region).where(Region.name == name)).one()


def test_one_sees_ones_own_part_of_the_tree(cast):
    assert names(cast.administrator) == ["Headquarters", "Dubai", "Warsaw"]
    assert names(cast.author) == ["Warsaw"]
    assert cast.author.get(f"/regions/{cast.dubai.id}").status_code == 404
    assert cast.stranger.get(f"/regions/{cast.warsaw.id}").status_code == 404


def test_a_region_is_added_with_its_hours(cast):
    path = str(cast.warsaw.id)
    assert cast.administrator.post("/regions/new", {**GOOD, "parent": path}).status_code == 303
    berlin = find("Berlin")
    assert (berlin.zone, berlin.country, berlin.subdivision, berlin.language) == ("Europe/Berlin", "DE", "BE", "de")
    assert str(berlin.parent_id) == path
    assert names(cast.author) == ["Warsaw", "Berlin"]


def test_what_is_there_is_changed_and_told(cast):
    path = f"/regions/{cast.warsaw.id}"
    data = {**GOOD, "parent": str(cast.headquarters.id), "work_days": ["7", "1"], "work_start": "08:30"}
    assert cast.administrator.post(path, data).status_code == 303
    berlin = find("Berlin")
    assert (berlin.work_days, berlin.work_start) == ([1, 7], "08:30")
    event = db.session.scalars(sa.select(Event).where(Event.kind == "region.changed")).one()
    assert event.data["before"]["name"] == "Warsaw"
    assert "Weeks start on Monday there" in cast.administrator.get(path).get_data(as_text=True)


def test_weeks_start_where_they_do(cast):
    from webapp.people import regions

    starts = {c: regions.week_start(Region(country=c)) for c in ("PL", "US", "EG", "BR", "", "QQ")}
    assert starts == {"PL": 1, "US": 7, "EG": 6, "BR": 7, "": 1, "QQ": 1}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("zone", "../../etc/passwd"),
        ("zone", "localtime"),
        ("zone", "Europe"),
        ("zone", "UTC\0"),
        ("country", "XX"),
        ("subdivision", "bavaria"),
        ("language", "xx"),
        ("work_days", ["8"]),
        ("work_days", []),
        ("work_start", "25:00"),
        ("work_start", "18:00"),
        ("parent", "x"),
        ("name", ""),
        ("name", "x" * 81),
        ("name", "two\nlines"),
        ("name", "Dubai"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(cast, field, value):
    data = {**GOOD, "parent": str(cast.headquarters.id), field: value}
    response = cast.administrator.post("/regions/new", data)
    html = response.get_data(as_text=True)
    assert response.status_code == 422
    assert 'class="err"' in html
    if field != "name":
        assert 'value="Berlin"' in html
    db.session.remove()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Region)) == 4


def test_a_region_moves_with_all_below_it(cast):
    cast.administrator.post("/regions/new", {**GOOD, "parent": str(cast.warsaw.id)})
    path, dubai = f"/regions/{cast.warsaw.id}", str(cast.dubai.id)
    data = {**GOOD, "name": "Warsaw", "parent": dubai}
    assert cast.administrator.post(path, data).status_code == 303
    assert find("Berlin").path.startswith(find("Dubai").path)
    assert find("Berlin").path.startswith(find("Warsaw").path)
    assert names(cast.teammate) == ["Dubai", "Warsaw", "Berlin"]


def test_a_region_never_stands_under_itself(cast):
    cast.administrator.post("/regions/new", {**GOOD, "parent": str(cast.warsaw.id)})
    berlin = str(find("Berlin").id)
    warsaw = str(find("Warsaw").id)
    data = {**GOOD, "name": "Warsaw", "parent": berlin}
    assert cast.administrator.post(f"/regions/{warsaw}", data).status_code == 422


def test_the_tree_has_a_bottom(cast):
    parent = str(cast.headquarters.id)
    codes = []
    for n in range(9):
        codes.append(cast.administrator.post("/regions/new", {**GOOD, "name": f"r{n}", "parent": parent}).status_code)
        if codes[-1] == 303:
            parent = str(find(f"r{n}").id)
    assert codes == [303] * 7 + [422] * 2


def test_only_those_who_manage_people_there_change_it(cast):
    for browser in (cast.author, cast.planner):
        assert browser.get("/regions/new").status_code == 403
        assert browser.post(f"/regions/{cast.warsaw.id}", GOOD).status_code == 403
        assert (
            "<form"
            not in browser.get(f"/regions/{cast.warsaw.id}").get_data(as_text=True).split("<main")[1].split("</main")[0]
        )


def test_who_holds_a_permission_is_found_from_above_and_not_from_beside(cast):
    def found(permission, region):
        return {p.name for p in reach.holders(cast.organization.id, permission, region.id)}

    assert found(Permission.APPROVE, cast.warsaw) == {"Administrator", "Approver", "Second"}
    assert found(Permission.APPROVE, cast.dubai) == {"Administrator", "Teammate"}
    krakow = organizations.add_region(
        cast.organization.id, cast.warsaw, name="Kraków", zone="Europe/Warsaw", language="pl", by=None
    )
    assert found(Permission.APPROVE, krakow) == {"Administrator", "Approver", "Second"}
    from webapp.people import leaving

    approver = reach.members_with(cast.organization.id, Permission.APPROVE, krakow.id)[1]
    leaving.deactivate(approver, None, cast.actor("administrator"))
    assert found(Permission.APPROVE, krakow) == {"Administrator", "Second"}
    assert reach.actor_for_person(approver.person_id, cast.organization.id) is None

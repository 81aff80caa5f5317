"""The editor: written as one goes without scripts, published as versions, posts in flight stay or are moved by hand."""

import re
import uuid

import pytest

from tests.approvals import house
from tests.approvals.workflows.house import asked, person, publish, stage
from webapp import db
from webapp.approvals import clearance
from webapp.approvals.models import Workflow
from webapp.approvals.workflows import versions
from webapp.db import session
from webapp.people.models import Grant, Role


def text(answer):
    return answer.get_data(as_text=True)


def made(cast, browser=None, owner="organization"):
    """A new workflow; answers its address."""
    answer = (browser or cast.administrator).post("/workflows", {"owner": owner})
    assert answer.status_code == 303, text(answer)
    return answer.headers["Location"]


def drafts():
    session.rollback()
    return [w for w in house.rows(Workflow) if w.published_at is None]


def open_stage(at="first", **more):
    """What the open stage sends."""
    whole = {"title": "Ours", "stage": at, "name": "Brand", "rule": "any", "count": "2", "who": "permission:approve"}
    return {**whole, "limit": "", "remind": "", "stand_in": "", "escalate": "", "among": "", "escalate_to": "", **more}


def test_the_list_says_how_it_goes_until_there_is_one(cast):
    assert "One approver of the region, never the author" in text(cast.administrator.get("/workflows"))
    publish(cast, stage("Brand"), stage("Legal"))
    html = text(cast.administrator.get("/workflows"))
    assert "Brand, then Legal" in html
    assert "Version 1" in html


def test_a_draft_is_written_and_published(cast):
    here = made(cast)
    assert "Change Approval" in text(cast.administrator.get(here))
    [draft] = drafts()
    html = text(cast.administrator.get(f"{here}?stage=first"))
    for words in ("How many say yes", "When time runs out", "Never approved by itself", "Only if", "People by name"):
        assert words in html
    typed = open_stage(
        name="Brand team",
        rule="number",
        count="2",
        who=["permission:approve", f"person:{cast.people['planner'].id}"],
        when=["paid", "network"],
        limit="8",
        remind="0",
        stand_in="2",
        action="close",
        **{"of-network": "site"},
    )
    assert cast.administrator.post(here, typed).status_code == 303
    [row] = drafts()[0].stages
    assert row["name"] == "Brand team"
    assert (row["needed"], row["limit"], [step["do"] for step in row["steps"]]) == (2, 8.0, ["remind", "stand_in"])
    assert row["when"] == [{"key": "network", "of": ["site"]}, {"key": "paid"}]
    html = text(cast.administrator.get(here))
    assert "At least 2 of them" in html
    assert "8 hours of working time" in html
    assert "Only if it goes to a network: Site feed or it is paid" in html
    assert cast.administrator.post(f"{here}/publication", {"title": "Ours"}).status_code == 303
    session.rollback()
    row = session.get_one(Workflow, draft.id)
    assert (row.current, row.version, row.name, row.published_by_id) == (
        True,
        1,
        "Ours",
        cast.people["administrator"].id,
    )
    assert "workflow.published" in house.kinds(row)


def test_stages_are_added_moved_and_removed_by_buttons(cast):
    here = made(cast)
    for button in ("add", "add"):
        cast.administrator.post(here, {"title": "Ours", "action": button})
    names = [row["name"] for row in drafts()[0].stages]
    assert names == ["Approval", "Stage 2", "Stage 3"]
    third = drafts()[0].stages[2]["id"]
    cast.administrator.post(here, {"title": "Ours", "action": f"up:{third}"})
    cast.administrator.post(here, {"title": "Ours", "action": "down:first"})
    assert [row["name"] for row in drafts()[0].stages] == ["Stage 3", "Approval", "Stage 2"]
    cast.administrator.post(here, {"title": "Ours", "action": f"remove:{third}"})
    assert [row["name"] for row in drafts()[0].stages] == ["Approval", "Stage 2"]
    for row in drafts()[0].stages:
        cast.administrator.post(here, {"title": "Ours", "action": f"remove:{row['id']}"})
    assert len(drafts()[0].stages) == 1


def test_a_button_saves_what_is_typed_in_the_open_stage(cast):
    here = made(cast)
    answer = cast.administrator.post(here, open_stage(name="Typed", action="add"))
    rows = drafts()[0].stages
    assert [row["name"] for row in rows] == ["Typed", "Stage 2"]
    assert f"stage={rows[1]['id']}" in answer.headers["Location"]
    cast.administrator.post(here, open_stage(name="Typed", action="more"))
    assert drafts()[0].stages[0]["needed"] == 2
    cast.administrator.post(here, open_stage(name="Typed", rule="number", count="2", action="less"))
    assert drafts()[0].stages[0]["needed"] == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Fill this in."),
        ({"name": "x" * 61}, "at most 60 characters"),
        ({"who": []}, "Choose who says yes here."),
        ({"who": "person:nobody"}, "Choose one from the list."),
        ({"rule": "number", "count": ""}, "Type how many."),
        ({"rule": "number", "count": "99"}, "Type a number from 1 to 50."),
        ({"rule": "most"}, "Choose one from the list."),
        ({"when": "label"}, "Choose at least one."),
        ({"escalate": "2", "limit": "4"}, "Choose the role it goes to."),
        ({"remind": "2"}, "Set a time limit first."),
        ({"limit": "3.5e9"}, "Choose one from the list."),
        ({"who": "client", "client": "nobody"}, "Type e-mail addresses"),
        ({"limit": "NaN"}, "Choose one from the list."),
    ],
)
def test_what_cannot_be_keeps_everything_typed(cast, wrong, said):
    here = made(cast)
    answer = cast.administrator.post(here, open_stage(**{"name": "Kept in mind", "action": "add", **wrong}))
    html = text(answer)
    assert answer.status_code == 422
    assert said in html
    assert len(drafts()[0].stages) == 1
    assert drafts()[0].stages[0]["name"] == "Approval"
    if "name" not in wrong:
        assert 'value="Kept in mind"' in html


def test_the_client_is_asked_by_address(cast):
    here = made(cast)
    typed = open_stage(who=["client"], client="Ann@client.example, ben@client.example", action="close")
    assert cast.administrator.post(here, typed).status_code == 303
    row = {"kind": "client", "client": "ann@client.example ben@client.example"}
    assert drafts()[0].stages[0]["who"] == [row]
    assert "The client, by link: ann@client.example, ben@client.example" in text(cast.administrator.get(here))
    html = text(cast.administrator.get(f"{here}?stage=first"))
    assert 'value="ann@client.example ben@client.example"' in html


def test_looking_and_opening_begin_no_draft(cast):
    published = publish(cast, stage("Brand"))
    here = f"/workflows/{published.line_id}"
    form = {"title": "Organization"}
    cast.administrator.get(f"{here}?stage=brand")
    cast.administrator.post(here, {**form, "action": "open:brand"})
    assert drafts() == []
    cast.administrator.post(here, {**form, "action": "add"})
    [draft] = drafts()
    assert (draft.version, draft.line_id) == (2, published.line_id)
    cast.administrator.post(f"{here}/discarding")
    assert drafts() == []


def test_posts_in_flight_stay_until_they_are_moved(cast):
    before = publish(cast, stage("Brand", person(cast, "approver")), stage("Legal", person(cast, "second")))
    rows = [house.waiting(cast, text=f"Post {n}") for n in range(3)]
    house.decide(cast, rows[0], "approver")
    here = f"/workflows/{before.line_id}"
    cast.administrator.post(here, {"title": "Organization", "action": "remove:legal"})
    assert "3 posts in flight stay on version 1." in text(cast.administrator.get(here))
    cast.administrator.post(f"{here}/publication", {"title": "Organization"})
    assert not clearance.is_cleared(rows[0].post_id, rows[0].revision_id)
    assert "3 posts in flight on older versions" in text(cast.administrator.get(here))
    assert text(cast.administrator.get(f"{here}/flight")).count('name="chosen"') == 3
    none = cast.administrator.post(f"{here}/flight", {"action": "some"})
    assert none.status_code == 422
    assert "Choose at least one." in text(none)
    assert text(none).count('name="chosen"') == 3, "the list stays under the hand"
    cast.administrator.post(f"{here}/flight", {"action": "some", "chosen": str(rows[0].id)})
    assert clearance.is_cleared(rows[0].post_id, rows[0].revision_id), "its yes of Brand went along"
    assert "submission.moved" in house.kinds(rows[0])
    cast.administrator.post(f"{here}/flight", {"action": "all"})
    assert {house.stored(row).workflow.version for row in rows} == {2}
    assert set(asked(rows[1])) == {cast.people["approver"].id}


def test_a_stage_that_is_new_is_asked_after_moving(cast):
    before = publish(cast, stage("Brand", person(cast, "approver")))
    row = house.waiting(cast)
    house.decide(cast, row, "approver")
    assert clearance.is_cleared(row.post_id, row.revision_id)
    publish(cast, stage("Legal", person(cast, "second")), stage("Brand", person(cast, "approver")))
    here = f"/workflows/{before.line_id}/flight"
    cast.administrator.post(here, {"action": "all"})
    assert not clearance.is_cleared(row.post_id, row.revision_id)
    assert house.state(row) == "waiting"
    assert set(asked(row)) == {cast.people["second"].id}


def test_published_twice_and_two_for_one(cast):
    here = made(cast)
    assert cast.administrator.post("/workflows", {"owner": "organization"}).status_code == 422
    cast.administrator.post(f"{here}/publication", {"title": "Ours"})
    assert cast.administrator.post(f"{here}/publication", {"title": "Ours"}).status_code == 409
    assert len([w for w in house.rows(Workflow) if w.current]) == 1


def test_the_organizations_own_stays_and_others_go(cast):
    top = publish(cast, stage("Top")).line_id
    below = publish(cast, stage("Here"), scope="region", owner=cast.warsaw.id).line_id
    assert cast.administrator.post(f"/workflows/{top}/removal").status_code == 409
    assert cast.administrator.post(f"/workflows/{below}/removal").status_code == 303
    assert "Warsaw" not in text(cast.administrator.get("/workflows"))


def settings_in_warsaw(cast):
    """The analyst sets things up in Warsaw."""
    role = Role(organization_id=cast.organization.id, name="Office manager", permissions=["view", "settings"])
    session.add(role)
    session.flush()
    member = house.membership(cast, "analyst")
    session.add(
        Grant(organization_id=cast.organization.id, membership_id=member.id, role_id=role.id, region_id=cast.warsaw.id)
    )
    db.commit()


def test_who_sets_up_a_region_changes_the_workflow_of_the_region_alone(cast):
    top = publish(cast, stage("Topmost")).line_id
    there = publish(cast, stage("Gulf team"), scope="region", owner=cast.dubai.id).line_id
    assert cast.analyst.get("/workflows").status_code == 403
    settings_in_warsaw(cast)
    html = text(cast.analyst.get("/workflows"))
    assert "Topmost" in html
    assert "Gulf team" not in html
    html = text(cast.analyst.get(f"/workflows/{top}"))
    assert "Add a stage" not in html
    assert cast.analyst.post(f"/workflows/{top}", {"action": "add", "title": "x"}).status_code == 403
    assert cast.analyst.get(f"/workflows/{there}").status_code == 404
    assert "organization" not in re.findall(
        r'name="owner"[^>]*value="([^"]+)"', text(cast.analyst.get("/workflows/new"))
    )
    assert cast.analyst.post("/workflows", {"owner": "organization"}).status_code == 422
    assert cast.analyst.post("/workflows", {"owner": f"region:{cast.dubai.id}"}).status_code == 422
    here = made(cast, cast.analyst, f"region:{cast.warsaw.id}")
    assert cast.analyst.post(f"{here}/publication", {"title": "Ours"}).status_code == 303


@pytest.mark.parametrize("more", ["", "/publication", "/discarding", "/removal", "/flight"])
def test_strangers_find_nothing(cast, more):
    row = publish(cast, stage("Brand"))
    here = f"/workflows/{row.line_id}"
    assert cast.stranger.post(f"{here}{more}", {"title": "x"}).status_code == 404
    assert cast.author.post(f"{here}{more}", {"title": "x"}).status_code == 403
    assert cast.administrator.post(f"/workflows/{uuid.uuid4()}{more}", {"title": "x"}).status_code == 404


def test_strangers_see_nothing(cast):
    row = publish(cast, stage("Brand"))
    assert cast.stranger.get(f"/workflows/{row.line_id}").status_code == 404
    assert "Brand" not in text(cast.stranger.get("/workflows"))
    assert cast.author.get(f"/workflows/{row.line_id}").status_code == 403


def test_two_that_are_published_leave_one_current(cast):
    first = publish(cast, stage("One"))
    second = publish(cast, stage("Two"))
    session.rollback()
    assert (first.line_id, second.version) == (second.line_id, 2)
    assert versions.of_line(cast.organization.id, first.line_id)[0].id == second.id

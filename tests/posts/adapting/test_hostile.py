"""Every field of handing on, wording, taking over and declining is fed what is hostile; what shows it stays ours."""

import socket

import pytest

from tests.hostile import safety
from tests.hostile.feeding import Door, feed
from tests.hostile.pages import Page
from tests.posts.adapting import house
from tests.posts.adapting.house import CLAIM, TEXT
from webapp.posts.adapting.models import Adaptation

pytestmark = pytest.mark.thorough


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """Nothing may connect to anywhere."""

    def nobody(*_rest, **_more):
        raise AssertionError("something was connected")

    monkeypatch.setattr(socket, "create_connection", nobody)


def doors(cast, row: Adaptation):
    """Each form of the pages of adapting, declining last."""
    paths = [("planner", f"/posts/{row.master_id}/regions"), ("planner", f"/adaptations/{row.id}")]
    found = {}
    for who, path in [*paths, ("author", f"/adaptations/{row.id}")]:
        browser = getattr(cast, who)
        for form in Page(browser.get(path).get_data(as_text=True), path).forms:
            if form.method == "post" and form.action.startswith(path):
                found.setdefault(form.action, Door(who, browser, path, form))
    return sorted(found.values(), key=lambda door: ("refusal" in door.form.action, door.form.action))


def test_every_field(cast, database_url):
    row = house.asked(cast, text=f"{TEXT} <svg onload=x()> \u202eback")
    house.hand(cast, house.stored_master(row), note="Again", passages=[CLAIM])
    wrong, fed = [], set()
    for door in doors(cast, row):
        door.htmx = database_url.startswith("sqlite")
        fed.add(door.form.action.rsplit("/", 1)[-1])
        feed(door)
        wrong += door.wrong
    for path in (
        f"/posts/{row.master_id}/regions",
        f"/adaptations/{row.id}",
        "/adaptations",
        f"/posts/{row.master_id}",
    ):
        answer = cast.planner.get(path)
        wrong += safety.problems(answer.get_data(as_text=True), path) if answer.status_code == 200 else [path]
    assert not wrong, "\n".join(dict.fromkeys(wrong))
    assert fed == {"regions", "recall", "wording", "original", "refusal"}

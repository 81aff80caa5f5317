"""Where changes of canned replies need a yes, the earlier version stays in use until somebody says it."""

import threading

import pytest
import sqlalchemy as sa

from tests.hostile import inputs, safety
from tests.inbox.canned.test_keeping import offered, rows, text_of, write
from tests.inbox.replying.conftest import talk, there  # noqa: F401
from webapp import db
from webapp.audit import erase
from webapp.db import session
from webapp.events import Event
from webapp.inbox.canned.changes.models import CannedChange
from webapp.people.models import Membership, Region

OTHERWISE = {"title": "Late", "code": "late", "folder": "Delivery", "text_en": "Sorry, {name}!",
             "text_pl": "Przepraszamy!"}  # fmt: skip


def guard(cast, who="administrator", **data):
    return cast.browsers[who].post("/canned/guards", data or {"folders": "Delivery"})


def change(cast, who="author", **more):
    (row, *_rest) = rows()
    return cast.browsers[who].post(f"/canned/{row.id}", {**OTHERWISE, "region": str(row.region_id), **more})


def changes(state=None):
    session.remove()
    query = sa.select(CannedChange).order_by(CannedChange.id)
    return [row for row in session.scalars(query).unique() if state in (None, row.state)]


def decide(cast, what="approval", who="approver", **data):
    return cast.browsers[who].post(f"/canned/changes/{changes()[-1].id}/{what}", data)


@pytest.fixture
def guarded(cast, talk):  # noqa: F811
    """One in use, in a folder where changes need a yes."""
    assert write(cast).status_code == 303
    assert guard(cast).status_code == 303
    return talk


def test_without_a_guard_a_change_counts_at_once(cast):
    write(cast)
    change(cast)
    assert rows()[0].version == 2
    assert not changes()


@pytest.mark.parametrize("where", [{"folders": "Delivery"}, {"everywhere": "y"}])
def test_a_change_waits_and_the_earlier_version_stays_in_use(cast, talk, where):  # noqa: F811
    write(cast)
    guard(cast, **where)
    answer = change(cast)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"/canned/{rows()[0].id}")
    (row,) = rows()
    assert (row.version, row.title, row.texts["en"]) == (1, "Late delivery", "Hello, {name}!")
    (waits,) = changes()
    assert (waits.state, waits.version, waits.texts["en"]) == ("waiting", 1, "Sorry, {name}!")
    assert offered(cast, talk.id) == ["late"]


def test_what_waits_is_listed_with_what_it_changes(cast, guarded):
    change(cast)
    page = text_of(cast.approver.get("/canned/changes"))
    assert "Author wants it otherwise" in page
    assert "<del>Hello</del>" in page
    assert "<ins>Sorry</ins>" in page
    assert "Late delivery" in page
    assert "/approval" in page
    assert "1 change waits for a yes" in text_of(cast.author.get("/canned"))
    mine = text_of(cast.author.get(f"/canned/{rows()[0].id}"))
    assert "Somebody else has to approve it" in mine
    assert "Sorry, {name}!" in mine
    assert f"/canned/changes/{changes()[0].id}/approval" not in mine


def test_a_yes_puts_it_in_use_under_the_name_of_who_wrote_it(cast, guarded):
    change(cast)
    assert decide(cast).status_code == 303
    assert decide(cast).status_code == 303
    (row,) = rows()
    assert (row.version, row.title, row.texts["en"]) == (2, "Late", "Sorry, {name}!")
    (done,) = changes()
    assert (done.state, done.decided_by_id) == ("approved", cast.people["approver"].id)
    assert "Author" in text_of(cast.planner.get(f"/canned/{row.id}"))
    kinds = session.scalars(sa.select(Event.kind).where(Event.kind.startswith("canned."))).all()
    assert sorted(kinds) == ["canned.approved", "canned.created", "canned.guarded", "canned.proposed"]


@pytest.mark.one_database
def test_hostile_reasons_are_refused_or_shown_as_they_are(cast, guarded):
    change(cast)
    outcomes = set()
    for each in inputs.TEXT:
        if each.value.isprintable() or each.value.isascii():
            said = decide(cast, "refusal", reason=each.value)
            outcomes.add(said.status_code)
            page = said if said.status_code == 422 else cast.author.get(f"/canned/{rows()[0].id}")
            assert safety.problems(page.get_data(as_text=True), each.family) == []
            session.execute(sa.update(CannedChange).values(state="waiting", decided_by_id=None, reason=""))
            db.commit()
    assert outcomes == {303, 422}
    decide(cast, "refusal", reason="Too stiff")
    assert decide(cast, "refusal", reason="bell\x07").status_code == 409


def test_a_no_says_why_and_changes_nothing(cast, guarded):
    change(cast)
    empty = decide(cast, "refusal")
    assert empty.status_code == 422
    assert "Say why" in text_of(empty)
    assert changes("waiting")
    assert decide(cast, "refusal", reason="Too stiff").status_code == 303
    assert rows()[0].version == 1
    assert changes()[0].state == "declined"
    page = text_of(cast.author.get(f"/canned/{rows()[0].id}"))
    assert "Your change was declined" in page
    assert "Too stiff" in page
    assert decide(cast).status_code == 409
    assert rows()[0].version == 1


def test_why_somebody_said_no_is_erased_on_request(cast, guarded):
    change(cast)
    decide(cast, "refusal", reason="Too stiff")
    session.remove()
    member = session.scalars(sa.select(Membership).where(Membership.person_id == cast.people["approver"].id)).one()
    erase.erase(member, cast.actor("administrator"))
    db.commit()
    assert changes()[0].reason == ""
    page = text_of(cast.author.get(f"/canned/{rows()[0].id}"))
    assert "Your change was declined" in page
    assert "Too stiff" not in page


@pytest.mark.parametrize(("who", "status"), [("author", 403), ("planner", 403), ("teammate", 404), ("stranger", 404)])
def test_who_may_not_approve_there_says_neither_yes_nor_no(cast, guarded, who, status):
    change(cast)
    assert decide(cast, who=who).status_code == status
    assert decide(cast, "refusal", who=who, reason="No").status_code == status
    assert changes("waiting")
    assert rows()[0].version == 1


def test_whoever_may_approve_changes_at_once_and_what_waited_is_over(cast, guarded):
    change(cast)
    assert change(cast, who="administrator", title="Much later").status_code == 303
    assert (rows()[0].version, rows()[0].title) == (2, "Much later")
    assert [row.state for row in changes()] == ["replaced"]
    assert decide(cast).status_code == 409


def test_ones_own_change_takes_the_place_of_the_one_before_and_anothers_does_not(cast, guarded):
    change(cast)
    change(cast, text_en="Sorry again, {name}!")
    assert [row.state for row in changes()] == ["replaced", "waiting"]
    refused = change(cast, who="planner", text_en="No")
    assert refused.status_code == 422
    assert "A change by Author waits for a yes" in text_of(refused)
    decide(cast)
    assert rows()[0].texts["en"] == "Sorry again, {name}!"


def test_a_new_one_is_offered_nowhere_before_its_yes(cast, guarded):
    assert write(cast, code="later").status_code == 303
    assert offered(cast, guarded.id) == ["late"]
    assert "/later" not in text_of(cast.planner.get("/canned"))
    assert "New, from Author" in text_of(cast.approver.get("/canned/changes"))
    decide(cast)
    assert sorted(offered(cast, guarded.id)) == ["late", "later"]
    assert [row.version for row in rows()] == [1, 1]


def test_a_new_one_that_is_not_wanted_is_put_away(cast, guarded):
    write(cast, code="later")
    decide(cast, "refusal", reason="We have one")
    assert rows()[1].removed_at
    assert offered(cast, guarded.id) == ["late"]
    assert write(cast, code="later").status_code == 303


def test_nobody_gets_around_it_by_another_folder_by_removing_or_by_a_file(cast, guarded):
    change(cast, folder="Elsewhere")
    assert rows()[0].folder == "Delivery"
    assert cast.author.post(f"/canned/{rows()[0].id}/removal").status_code == 403
    assert not rows()[0].removed_at
    file = "region,code,title,folder,language,text\nWarsaw,late,Late delivery,Delivery,en,By file\n"
    answer = cast.author.post("/canned/import", {"content": file, "take": "1"})
    assert answer.status_code == 303
    assert rows()[0].texts["en"] == "Hello, {name}!"
    assert changes("waiting")[0].texts["en"] == "By file"


def test_a_private_one_needs_nobodys_yes(cast, talk):  # noqa: F811
    guard(cast, everywhere="y")
    write(cast, code="mine", private="y")
    assert rows()[0].version == 1
    assert not changes()


def test_only_those_who_set_up_say_where_a_yes_is_needed(cast):
    write(cast)
    assert guard(cast, who="planner").status_code == 403
    assert guard(cast, folders="No such folder").status_code == 422
    assert "Where a yes is needed" not in text_of(cast.author.get("/canned/changes"))
    assert guard(cast).status_code == 303
    assert 'value="Delivery" checked' in text_of(cast.administrator.get("/canned/changes"))


def test_a_code_that_was_taken_meanwhile_is_a_conflict_and_nothing_changes(cast, guarded):
    change(cast, code="sooner")
    write(cast, code="sooner", folder="Other")
    assert decide(cast).status_code == 409
    assert rows()[0].code == "late"
    assert changes("waiting")


def test_eight_yeses_at_once_are_one_version(cast, guarded, app):
    change(cast)
    path, gate, statuses = f"/canned/changes/{changes()[0].id}/approval", threading.Barrier(8), []
    session.remove()

    def tap():
        browser = app.test_client()
        browser.set_cookie("__Host-nod", cast.approver.token, domain="nod.test", secure=True)
        gate.wait()
        headers = {**cast.approver.headers, "X-Nod": "1"}
        statuses.append(browser.post(path, base_url="https://nod.test", headers=headers).status_code)

    threads = [threading.Thread(target=tap) for _n in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert set(statuses) == {303}
    assert rows()[0].version == 2


def test_a_change_in_another_region_is_nobodys_business(cast, guarded):
    dubai = session.scalars(sa.select(Region).where(Region.name == "Dubai")).one()
    write(cast, code="sea", who="dubai_author", at=dubai)
    db.commit()
    assert changes()
    assert "/sea" not in text_of(cast.approver.get("/canned/changes"))
    assert decide(cast, who="approver").status_code == 404

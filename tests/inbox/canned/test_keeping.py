"""Canned replies: for a region and below, for roles, for oneself; every change is a version; CSV in and out."""

import io
import re

import pytest
import sqlalchemy as sa

from tests.inbox.replying import house
from tests.inbox.replying.conftest import talk, there  # noqa: F401
from webapp import db, events
from webapp.db import session
from webapp.inbox.canned import sheet
from webapp.inbox.canned.models import CannedReply, CannedUse, Macro
from webapp.inbox.canned.offering import for_conversation
from webapp.inbox.models import Conversation, ConversationLabel
from webapp.inbox.replying.models import Reply
from webapp.people.models import Region, Role
from webapp.posts.labels import catalog
from webapp.posts.labels.models import Label

TEXTS = {"text_pl": "Dzień dobry, {name}!", "text_en": "Hello, {name}!"}


def write(cast, code="late", who="author", at=None, **more):
    region_id = (at or cast.warsaw).id
    data = {"title": "Late delivery", "code": code, "folder": "Delivery", "region": str(region_id), **TEXTS, **more}
    return cast.browsers[who].post("/canned", data)


def rows():
    session.remove()
    return list(session.scalars(sa.select(CannedReply).order_by(CannedReply.id)).unique())


def offered(cast, conversation_id, who="author"):
    session.remove()
    row = session.get_one(Conversation, conversation_id)
    return [choice.row.code for choice in for_conversation(row, cast.actor(who), None)]


def text_of(response):
    return response.get_data(as_text=True)


def test_one_is_written_and_stands_in_its_folder(cast):
    assert write(cast, code="/Late").status_code == 303
    (row,) = rows()
    assert (row.code, row.version, row.texts["pl"]) == ("late", 1, TEXTS["text_pl"])
    page = text_of(cast.author.get("/canned"))
    assert "Delivery" in page
    assert "/late" in page
    assert "Late delivery" in text_of(cast.author.get("/canned?q=DZIEŃ late"))
    assert "Nothing fits" in text_of(cast.author.get("/canned?q=xyz"))


def test_the_list_says_each_in_the_language_of_who_reads(cast):
    write(cast, text_de="Guten Tag, {name}!", text_en="Good day, {name}!", text_pl="Dzień dobry, {name}!")
    page = text_of(cast.author.get("/canned"))
    assert "Good day, {name}!" in page
    assert "Guten Tag" not in page


def test_a_change_is_a_version_with_a_name_on_it(cast):
    write(cast)
    (row,) = rows()
    data = {"title": "Late", "code": "late", "folder": "", "region": str(row.region_id), "text_pl": "Inaczej"}
    for _ in range(2):
        assert cast.planner.post(f"/canned/{row.id}", data).status_code == 303
    (row,) = rows()
    assert (row.version, row.texts) == (2, {"pl": "Inaczej"})
    page = text_of(cast.author.get(f"/canned/{row.id}"))
    assert "Version 2" in page
    assert "Planner" in page
    assert "Hello, {name}!" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"code": "Ł!"}, "Use small letters"),
        ({"title": ""}, "Fill this in"),
        ({"text_pl": "{name", "text_en": ""}, "A brace belongs to no variable"),
        ({"text_pl": "", "text_en": ""}, "at least one language"),
        ({"text_pl": "x" * 2001}, "Use at most"),
        ({"region": "nowhere"}, "Choose one"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(cast, wrong, said):
    answer = write(cast, **wrong)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "Late delivery" in text_of(answer) or "title" in wrong
    assert not rows()


def test_a_code_is_taken_once_in_a_region_and_free_again_when_put_away(cast):
    write(cast)
    assert "one of this code already" in text_of(write(cast))
    assert write(cast, who="dubai_author", at=cast.dubai).status_code == 303
    (row, _other) = rows()
    assert cast.author.post(f"/canned/{row.id}/removal").status_code == 303
    assert cast.author.get(f"/canned/{row.id}").status_code == 404
    assert write(cast).status_code == 303


def test_it_is_offered_in_its_region_and_below(cast, talk):  # noqa: F811
    write(cast, "warsaw")
    write(cast, "everywhere", who="planner", at=cast.headquarters)
    write(cast, "dubai", who="dubai_author", at=cast.dubai)
    assert sorted(offered(cast, talk.id)) == ["everywhere", "warsaw"]


def test_a_private_one_is_seen_by_its_owner_alone(cast, talk):  # noqa: F811
    write(cast, "mine", private="y")
    (row,) = rows()
    assert offered(cast, talk.id) == ["mine"]
    assert offered(cast, talk.id, "planner") == []
    assert cast.planner.get(f"/canned/{row.id}").status_code == 404
    assert cast.planner.post(f"/canned/{row.id}/removal").status_code == 404
    assert "mine" not in text_of(cast.planner.get("/canned"))
    assert "mine" not in text_of(cast.planner.get("/canned.csv"))


def test_one_for_a_role_is_offered_to_it(cast, talk):  # noqa: F811
    role = session.scalars(
        sa.select(Role).where(Role.key == "planner", Role.organization_id == cast.organization.id)
    ).one()
    write(cast, "planners", roles=str(role.id))
    assert offered(cast, talk.id) == []
    assert offered(cast, talk.id, "planner") == ["planners"]


def test_who_may_not_answer_reads_and_changes_nothing(cast):
    write(cast)
    (row,) = rows()
    assert cast.analyst.get(f"/canned/{row.id}").status_code == 200
    for path in ("/canned/new", "/canned/import"):
        assert cast.analyst.get(path).status_code == 403
    assert cast.analyst.post(f"/canned/{row.id}", {"title": "x"}).status_code in (403, 422)
    assert cast.analyst.post(f"/canned/{row.id}/removal").status_code == 403
    for who in ("teammate", "stranger"):
        assert cast.browsers[who].get(f"/canned/{row.id}").status_code == 404
    assert rows()[0].version == 1


def test_what_was_sent_with_it_is_counted_once_and_remembered_for_the_post(cast, talk, there, clock):  # noqa: F811
    write(cast)
    (row,) = rows()
    house.answer(cast, talk, "Hello, Ola!", canned=f"{row.id} {row.id} nonsense")
    assert rows()[0].uses == 0
    house.send(clock)
    assert rows()[0].uses == 1
    use = session.scalars(sa.select(CannedUse)).one()
    assert use.person_id == cast.people["author"].id


def test_the_table_goes_out_and_comes_back_as_it_was(cast):
    write(cast, title="=1+1", text_en="-5 % today")
    before = text_of(cast.author.get("/canned.csv"))
    assert "'=1+1" in before
    page = cast.author.post("/canned/import", {"file": (io.BytesIO(before.encode()), "a.csv")})
    assert "<b>1 as they are</b>" in text_of(page)


def table(*lines):
    return "\n".join(("region,code,title,folder,language,text", *lines))


def test_a_file_is_tried_before_it_is_taken(cast):
    write(cast)
    content = table("Warsaw,late,Late,Delivery,pl,Inny tekst", "Warsaw,new,New one,,en,Hello")
    page = cast.author.post("/canned/import", {"file": (io.BytesIO(content.encode()), "a.csv")})
    assert "<b>1 new, 1 changed</b>" in text_of(page)
    assert len(rows()) == 1
    kept = re.search(r"<textarea name=\"content\"[^>]*>\n(.*?)</textarea>", text_of(page), re.DOTALL).group(1)
    assert cast.author.post("/canned/import", {"content": kept, "take": "1"}).status_code == 303
    late, new = rows()
    assert (late.version, late.texts["pl"], late.texts["en"]) == (2, "Inny tekst", "Hello, {name}!")
    assert new.code == "new"


def test_every_error_is_named_by_its_row_and_nothing_is_taken(cast):
    content = table(
        "Warsaw,ok,Fine,,en,Hello",
        "Dubai,far,Far,,en,Hello",
        "Warsaw,BAD CODE,Bad,,en,Hello",
        "Warsaw,brace,Brace,,en,{oops",
        "Warsaw,twice,Twice,,en,One",
        "Warsaw,twice,Other,,en,Two",
        "Warsaw,tag,Tag,,english,Hello",
        "Warsaw,none,None,,en,",
    )
    found = sheet.read(content.encode(), cast.actor("author"))
    session.remove()
    answer = cast.author.post("/canned/import", {"file": (io.BytesIO(content.encode()), "a.csv"), "take": "1"})
    assert answer.status_code == 422
    assert not rows()
    assert {line for line, _words in found.errors} == {3, 4, 5, 7, 8, 9}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Choose a file"),
        (b"a,b\n1,2", "must name the columns"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"x" * 500_001, "larger than 500 kB"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(cast, content, said):
    answer = cast.author.post("/canned/import", {"file": (io.BytesIO(content), "a.csv" if content else "")})
    assert answer.status_code == 422
    assert said in text_of(answer)


def macro(cast, **more):
    region = session.scalars(sa.select(Region.id).where(Region.name == "Warsaw")).one()
    data = {"name": "Late", "region": str(region), "canned": "", "label": "", **more}
    return cast.author.post("/macros", data)


def test_a_macro_answers_labels_takes_and_finishes_in_one_tap(cast, talk, there, clock):  # noqa: F811
    write(cast)
    label = catalog.create(Label, {"name": "Delivery"}, cast.actor("administrator"))
    db.commit()
    label_id = label.id
    assert macro(cast, canned=str(rows()[0].id), label=str(label_id), mine="y", done="y").status_code == 303
    row = session.scalars(sa.select(Macro)).unique().one()
    data = {"macro": str(row.id), "seen": house.mark(cast, talk), "text": ""}
    assert cast.author.post(f"/inbox/{talk.id}/reply/macro", data).status_code == 303
    session.remove()
    now = session.get_one(Conversation, talk.id)
    assert (now.state, now.assignee_id) == ("done", cast.people["author"].id)
    assert session.scalars(sa.select(ConversationLabel.label_id)).all() == [label_id]
    assert [reply.text for reply in house.all_of(talk)] == ["Hello, Ola Zielona!"]
    house.send(clock)
    assert list(there.said.values()) == ["Hello, Ola Zielona!"]


def test_a_macro_with_something_left_to_fill_sends_nothing_and_shows_its_text(cast, talk, there, clock):  # noqa: F811
    write(cast, text_en="Your order {order}")
    macro(cast, canned=str(rows()[0].id), done="y")
    row = session.scalars(sa.select(Macro)).unique().one()
    answer = cast.author.post(f"/inbox/{talk.id}/reply/macro", {"macro": str(row.id), "seen": house.mark(cast, talk)})
    assert answer.status_code == 422
    assert "Your order {order}</textarea>" in text_of(answer)
    assert not session.scalars(sa.select(Reply)).unique().all()
    assert session.get_one(Conversation, talk.id).state == "open"


def test_a_macro_that_does_nothing_is_none(cast):
    assert macro(cast).status_code == 422
    assert macro(cast, done="y").status_code == 303
    assert "one of this name already" in text_of(macro(cast, done="y"))
    path = f"/macros/{session.scalars(sa.select(Macro.id)).one()}/removal"
    assert cast.stranger.post(path).status_code == 404
    assert cast.analyst.post(path).status_code == 403
    assert cast.author.post(path).status_code == 303


def test_without_scripts_insert_adds_to_what_is_typed(cast, talk, there):  # noqa: F811
    write(cast)
    data = {"choice": str(rows()[0].id), "text": "Dear all."}
    assert cast.author.post(f"/inbox/{talk.id}/reply/insertion", data).status_code == 303
    page = text_of(cast.author.get(f"/inbox/{talk.id}/reply"))
    assert "Dear all.\nHello, Ola Zielona!</textarea>" in page
    assert not session.scalars(sa.select(Reply)).unique().all()
    wrong = cast.author.post(f"/inbox/{talk.id}/reply/insertion", {"choice": "x", "text": "Kept"})
    assert (wrong.status_code, "Kept</textarea>" in text_of(wrong)) == (422, True)


def test_changes_are_on_the_trail(cast):
    write(cast)
    assert session.scalars(sa.select(events.Event.kind).where(events.Event.subject_type == "canned_replies")).all() == [
        "canned.created"
    ]

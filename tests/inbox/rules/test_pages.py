"""The pages of rules: who may, what is refused, the trial before the switch, order, versions, and the picker."""

import pytest
import sqlalchemy as sa

from tests.inbox import make
from tests.inbox.fetching.house import BOB, conversations, item
from tests.inbox.fetching.house import channel as any_channel
from tests.inbox.rules.house import canned, label, labelled, rule, told
from webapp import db
from webapp.channels.models import Channel
from webapp.db import session
from webapp.inbox.fetching.storing import store
from webapp.inbox.rules import forms, keeping
from webapp.inbox.rules.models import InboxRule, InboxRuleVersion

SAVED = {"name": "Late parcels", "words": "parcel\r\ndeliver*", "question": "y"}


def channel(cast, region=None):
    """One that pages can name."""
    return any_channel(cast, region, network="site")


def kept(here, *items):
    """Stored, in a session of its own as between requests."""
    store(session.get_one(Channel, here.id), items)
    db.commit()
    session.expunge_all()


def listed(cast, region=None):
    return f"/inbox/settings/{(region or cast.warsaw).id}/rules"


def text(browser, path):
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def rows(**where):
    query = sa.select(InboxRule).filter_by(removed_at=None, **where).order_by(InboxRule.place)
    return session.scalars(query.execution_options(populate_existing=True)).unique().all()


def made(cast, **more):
    """One made through its form."""
    answer = cast.administrator.post(listed(cast), {**SAVED, "assign": str(cast.people["author"].id), **more})
    assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]
    return rows()[-1]


def test_a_new_rule_is_off_until_it_was_tried_and_acts_only_then(cast):
    here = channel(cast)
    kept(here, item("a", text="Where is my parcel?"), item("b", text="Where is my parcel?", author=BOB),
         item("c", text="I like it", author=BOB))  # fmt: skip
    parcels = label(cast)
    one = made(cast, label=str(parcels.id))
    assert one.on_at is None
    assert one.conditions == [{"key": "words", "of": ["parcel", "deliver*"]}, {"key": "question", "of": []}]
    assert [row["key"] for row in one.actions] == ["assign", "label"]
    kept(here, item("d", text="Is the parcel on its way?"))
    assert labelled(here) == set()
    html = text(cast.administrator, f"/inbox/rules/{one.id}")
    assert "Of the last 4 messages it would have acted on 3." in html
    assert html.count("my parcel?") == 2
    assert "I like it" not in html
    assert "Off: it does nothing yet" in html
    answer = cast.administrator.post(f"/inbox/rules/{one.id}/on", {"version": "1"})
    assert answer.status_code == 303
    kept(here, item("e", text="And this parcel?"))
    assert labelled(here) == {"e"}
    assert conversations(here)["e"].assignee_id == cast.people["author"].id
    assert "Switch it off" in text(cast.administrator, f"/inbox/rules/{one.id}")
    assert cast.administrator.post(f"/inbox/rules/{one.id}/off").status_code == 303
    kept(here, item("f", text="And that parcel?"))
    assert labelled(here) == {"e"}


def test_what_was_not_seen_tried_is_not_switched_on(cast):
    one = made(cast)
    path = f"/inbox/rules/{one.id}"
    cast.administrator.post(path, {**SAVED, "words": "refund", "version": "1", "snooze": "hour"})
    for version in ("1", "", "x", "9" * 40):
        assert cast.administrator.post(f"{path}/on", {"version": version}).status_code == 409
    assert rows()[0].on_at is None
    assert cast.administrator.post(f"{path}/on", {"version": "2"}).status_code == 303
    assert rows()[0].on_at is not None


def test_a_change_switches_it_off_and_a_new_name_does_not(cast):
    one, who = made(cast), str(cast.people["author"].id)
    path = f"/inbox/rules/{one.id}"
    cast.administrator.post(f"{path}/on", {"version": "1"})
    cast.administrator.post(path, {**SAVED, "assign": who, "name": "Parcels", "version": "1"})
    assert (rows()[0].name, rows()[0].on_at is not None, rows()[0].version) == ("Parcels", True, 2)
    cast.administrator.post(path, {**SAVED, "assign": who, "name": "Parcels", "version": "2"})
    assert rows()[0].version == 2
    cast.administrator.post(path, {**SAVED, "name": "Parcels", "snooze": "monday", "version": "2"})
    assert (rows()[0].on_at, rows()[0].version) == (None, 3)
    kept_ = session.execute(
        sa.select(InboxRuleVersion.version, InboxRuleVersion.name).order_by(InboxRuleVersion.version)
    )
    assert [tuple(each) for each in kept_] == [(1, "Late parcels"), (2, "Parcels"), (3, "Parcels")]
    assert [(e.data["version"], e.data["on"]) for e in told("inbox_rule.changed")] == [(2, True), (3, False)]
    assert cast.administrator.post(path, {**SAVED, "snooze": "hour", "version": "1"}).status_code == 409
    html = text(cast.administrator, path)
    assert "Version 1" in html
    assert "Administrator" in html


def test_the_form_shows_what_a_rule_is(cast):
    here = make.channel(cast)
    one = made(cast, kind="mention", language="pl", history="first", channel=str(here.id), every="y", snooze="hour")
    html = text(cast.administrator, f"/inbox/rules/{one.id}/edit")
    assert "parcel\ndeliver*" in html
    for value in ("mention", "pl", "first", str(here.id)):
        assert f'value="{value}" checked' in html
    assert f'<option selected value="{cast.people["author"].id}">' in html
    words = text(cast.administrator, f"/inbox/rules/{one.id}")
    for said in ("it says “parcel, deliver*”", "it asks something", "it is a Mention", "give it to Author",
                 "put it off: In one hour", "it is written in Polish"):  # fmt: skip
        assert said in words, said


def test_a_trial_counts_first_messages_only_unless_the_rule_is_about_every_one(cast):
    here = channel(cast)
    kept(here, item("a", text="Parcel one"), item("a1", "a", text="Parcel two", minute=1))
    kept(here, item("b", text="Parcel three", author=BOB))
    one = made(cast, question="")
    path = f"/inbox/rules/{one.id}"
    assert "Of the last 3 messages it would have acted on 2." in text(cast.administrator, path)
    cast.administrator.post(path, {"name": "P", "words": "parcel", "every": "y", "snooze": "hour", "version": "1"})
    assert "Of the last 3 messages it would have acted on 3." in text(cast.administrator, path)
    data = {"name": "P", "words": "parcel", "history": "before", "every": "y", "snooze": "hour", "version": "2"}
    cast.administrator.post(path, data)
    html = text(cast.administrator, path)
    assert "Of the last 3 messages it would have acted on 1." in html
    assert "Parcel two" in html
    assert "Parcel one" not in html


def test_a_trial_looks_at_the_region_and_below_and_says_when_there_is_nothing(cast):
    kept(channel(cast, cast.dubai), item("a", text="A parcel in Dubai"))
    one = made(cast, question="")
    html = text(cast.administrator, f"/inbox/rules/{one.id}")
    assert "Nobody has written here yet" in html
    top = rule(cast, {"words": ["parcel"]}, {"snooze": ["hour"]}, region=cast.headquarters, on=False)
    html = text(cast.administrator, f"/inbox/rules/{top.id}")
    assert "Of the last message it would have acted on 1." in html


def test_rules_are_ordered_with_buttons(cast):
    for name in ("One", "Two", "Three"):
        made(cast, name=name)
    one, two, three = rows()
    cast.administrator.post(f"/inbox/rules/{three.id}/place", {"to": "up"})
    assert [row.name for row in rows()] == ["One", "Three", "Two"]
    cast.administrator.post(f"/inbox/rules/{one.id}/place", {"to": "down"})
    assert [row.name for row in rows()] == ["Three", "One", "Two"]
    cast.administrator.post(f"/inbox/rules/{three.id}/place", {"to": "up"})
    cast.administrator.post(f"/inbox/rules/{two.id}/place", {"to": "down"})
    assert [row.name for row in rows()] == ["Three", "One", "Two"]
    assert len(told("inbox_rule.moved")) == 2
    assert cast.administrator.post(f"/inbox/rules/{two.id}/place", {"to": "away"}).status_code == 422
    html = text(cast.administrator, listed(cast))
    assert html.index("Three") < html.index("One") < html.index("Two")


def test_a_removed_rule_is_gone_from_every_page(cast):
    one = made(cast)
    path = f"/inbox/rules/{one.id}"
    for _time in range(2):
        answer = cast.administrator.post(f"{path}/removal")
    assert answer.status_code == 404
    assert len(told("inbox_rule.removed")) == 1
    assert cast.administrator.get(path).status_code == 404
    assert "Late parcels" not in text(cast.administrator, listed(cast))
    assert made(cast).name == "Late parcels"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "Fill this in."),
        ({"name": "x" * 61}, "Use at most 60 characters."),
        ({"words": "* \n **"}, "Type words, one a line."),
        ({"words": "re*turn"}, "A * stands at the end of a word only"),
        ({"words": "\n".join(f"word{n}" for n in range(101))}, "Keep it to 100 words."),
        ({"words": "x" * 81}, "Use at most 80 characters in a line."),
        ({"words": "bell\x07"}, "characters that cannot be stored"),
        ({"assign": ""}, "Choose at least one thing that it does."),
        ({"assign": "nobody"}, "Choose one from the list."),
        ({"assign": "TEAMMATE"}, "Choose one from the list."),
        ({"kind": "letter"}, "Choose one from the list."),
        ({"snooze": "never"}, "Choose one from the list."),
        ({"suggest": "01890000-0000-7000-8000-000000000000"}, "Choose one from the list."),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_stays_typed(cast, typed, said):
    data = {"name": "Kept name", "words": "kept words", "assign": str(cast.people["author"].id), **typed}
    if data["assign"] == "TEAMMATE":
        data["assign"] = str(cast.people["teammate"].id)
    answer = cast.administrator.post(listed(cast), data)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in html
    assert data["words"] in html or "\x07" in data["words"] or "\n" in data["words"]
    assert not rows()


def test_names_are_each_once_in_a_region_and_there_is_an_end_to_how_many(cast, monkeypatch):
    made(cast)
    again = cast.administrator.post(listed(cast), {**SAVED, "name": "LATE parcels", "snooze": "hour"})
    assert again.status_code == 422
    assert "There is one of this name already." in again.get_data(as_text=True)
    assert cast.administrator.post(listed(cast, cast.dubai), {**SAVED, "snooze": "hour"}).status_code == 303
    monkeypatch.setattr(keeping, "MOST", 1)
    full = cast.administrator.post(listed(cast), {**SAVED, "name": "Another", "snooze": "hour"})
    assert full.status_code == 422
    assert "A region has at most 1 rule." in full.get_data(as_text=True)
    monkeypatch.setitem(forms.MOST, "label", 0)
    many = {**SAVED, "name": "C", "label": str(label(cast).id)}
    assert cast.administrator.post(listed(cast, cast.dubai), many).status_code == 422


def test_only_who_sets_the_region_up_may(cast):
    one = made(cast)
    path = f"/inbox/rules/{one.id}"
    pages = (listed(cast), f"{listed(cast)}/new", path, f"{path}/edit")
    posts = (listed(cast), path, *(f"{path}/{what}" for what in ("on", "off", "place", "removal")))
    for browser, status in ((cast.author, 403), (cast.planner, 403), (cast.teammate, 404), (cast.stranger, 404)):
        assert {browser.get(each).status_code for each in pages} == {status}
        assert {browser.post(each, {"version": "1", "to": "up"}).status_code for each in posts} == {status}
    assert rows()[0].on_at is None


def test_the_settings_lead_to_the_rules_and_say_how_many_are_on(cast):
    one = made(cast)
    cast.administrator.post(f"/inbox/rules/{one.id}/on", {"version": "1"})
    assert listed(cast) in text(cast.administrator, f"/inbox/settings/{cast.warsaw.id}")
    rule(cast, {}, {"snooze": ["hour"]}, region=cast.headquarters, name="For everybody")
    html = text(cast.administrator, listed(cast))
    assert "From above" in html
    assert "For everybody" in html


def test_what_leads_nowhere_any_more_is_said(cast):
    parcels, reply = label(cast), canned(cast)
    one = made(cast, label=str(parcels.id), suggest=str(reply.id))
    assert "s-warn" not in text(cast.administrator, listed(cast)).split("<main")[1]
    parcels, reply = session.merge(parcels), session.merge(reply)
    parcels.removed_at = reply.removed_at = one.created_at
    db.commit()
    html = text(cast.administrator, f"/inbox/rules/{one.id}")
    assert "A label was removed." in html
    assert "The canned reply was removed." in html


def test_a_suggested_reply_stands_first_in_the_picker_with_its_reason(cast):
    here = channel(cast)
    other = canned(cast, code="other", title="Another answer about parcels", texts={"en": "Where is my parcel? Here."})
    reply = canned(cast, texts={"en": "We look into it.", "pl": "Sprawdzamy."}, title="Quite unlike")
    rule(cast, {"words": ["parcel"]}, {"suggest": [reply.id]})
    kept(here, item("a", text="Where is my parcel today?"), item("b", text="Where is my box today?", author=BOB))
    found = conversations(here)
    html = text(cast.author, f"/inbox/{found['a'].id}")
    assert html.index(str(reply.id)) < html.index(str(other.id))
    assert "Suggested by the rule Late parcels" in html
    assert "By the rule Late parcels" in html
    html = text(cast.author, f"/inbox/{found['b'].id}")
    assert "Suggested by the rule" not in html


def test_the_activity_says_which_rule_did_it(cast):
    here = channel(cast)
    rule(cast, {}, {"assign": [cast.people["author"].id]})
    kept(here, item("a"))
    html = text(cast.administrator, "/activity")
    assert "Conversation given to somebody" in html
    assert "By the rule Late parcels" in html

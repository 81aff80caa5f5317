"""From a conversation to a canned reply that is sent in three taps, and everything else of the reply bar on a phone."""

import re
import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, expect

from tests.servers.nod import until
from webapp import db, times
from webapp.channels.models import Channel
from webapp.inbox import deadlines
from webapp.inbox.canned import keeping
from webapp.inbox.models import Author, Conversation, Message
from webapp.inbox.replying.models import Reply
from webapp.people.models import Region

from .browsers import shot
from .company import Company

pytestmark = pytest.mark.browser
ASKED = "Zamówienie miało być wczoraj, a dalej nic. Ktoś tu w ogóle odpisuje?"
LATE = "Dzień dobry, {name}! Przepraszamy za opóźnienie zamówienia. Prosimy o numer w wiadomości prywatnej."
PARCEL = "Paczka {order} dotrze do {date:long}."


@pytest.fixture
def talk(pomela: Company) -> str:
    """Somebody asks Warsaw where their order is; two canned replies fit. Answers the path."""
    return pomela.act(lambda: _talk(pomela))


def _talk(pomela: Company) -> str:
    region = db.session.scalars(sa.select(Region).where(Region.name == "Warsaw")).one()
    tag = uuid.uuid4().hex[:8]
    where = {"organization_id": region.organization_id, "region_id": region.id}
    channel = Channel(
        id=db.new_id(), network="mastodon", remote_id=tag, handle=f"@pomela_{tag}", name="Pomela", **where
    )
    author = Author(
        organization_id=region.organization_id,
        network="mastodon",
        remote_id=tag,
        handle="@zb@balkon.example",
        name="Zosia",
    )
    db.session.add_all([channel, author])
    db.session.flush()
    now = times.now()
    due = now + timedelta(minutes=22)
    said = {"language": "pl", "last_at": now, "last_text": ASKED, "unanswered": 1, "due_at": due}
    place = deadlines.sort_at(due, now)
    made = Conversation(channel=channel, author=author, root_remote_id=tag, sort_at=place, **where, **said)
    db.session.add(made)
    db.session.flush()
    handle = {"id": "1", "acct": "zb@balkon.example"}
    more = {"channel_id": channel.id, "conversation_id": made.id, "author_id": author.id, "handle": handle}
    db.session.add(Message(remote_id=tag, text=ASKED, language="pl", at=now, words="", **where, **more))
    by = pomela.actor("warsaw.author")
    for code, title, text in (
        ("late", "Overdue order, ask for its number", LATE),
        ("parcel", "Parcel on its way", PARCEL),
    ):
        if not any(row.code == f"{code}-{tag}" for row in keeping.visible(by)):
            keeping.create(region, keeping.Values(f"{code}-{tag}", title, {"pl": text}, "Delivery"), by)
    return f"/inbox/{made.id}"


def replies(pomela: Company, path: str) -> list[tuple[str, str]]:
    query = sa.select(Reply.state, Reply.text).where(Reply.conversation_id == uuid.UUID(path.split("/")[2]))
    return pomela.act(lambda: [tuple(row) for row in db.session.execute(query.order_by(Reply.id))])


def field(phone: Page) -> Locator:
    return phone.get_by_role("textbox", name="Reply in Polish")


def test_three_taps_from_a_conversation_to_a_canned_reply_that_is_sent(pomela: Company, talk: str) -> None:
    with pomela.phone("warsaw.author") as phone:
        phone.goto(talk)
        phone.get_by_role("link", name="Canned replies").tap()
        sheet = phone.get_by_role("dialog", name="Canned replies")
        expect(sheet.get_by_text("same language, words of this message").first).to_be_visible()
        shot(phone, "reply-sheet")
        sheet.get_by_role("button", name="Overdue order").first.tap()
        expect(field(phone)).to_have_value(LATE.replace("{name}", "Zosia"))
        shot(phone, "reply-filled")
        assert replies(pomela, talk) == []
        phone.get_by_role("button", name="Send").tap()
        expect(phone.locator("#going")).to_contain_text("Leaves in")
        shot(phone, "reply-leaving")
        assert replies(pomela, talk) == [("waiting", LATE.replace("{name}", "Zosia"))]
        expect(field(phone)).to_have_value("")
        phone.locator("#toasts").get_by_role("button", name="Undo").tap()
        expect(field(phone)).to_have_value(LATE.replace("{name}", "Zosia"))
    assert [state for state, _text in replies(pomela, talk)] == ["undone"]


def test_it_goes_in_at_the_cursor_and_a_slash_opens_the_list(pomela: Company, talk: str) -> None:
    with pomela.phone("warsaw.author") as phone:
        phone.goto(talk)
        field(phone).press_sequentially("Witamy. Pozdrawiamy")
        for _ in "Pozdrawiamy":
            phone.keyboard.press("ArrowLeft")
        phone.keyboard.press("/")
        sheet = phone.get_by_role("dialog", name="Canned replies")
        expect(sheet).to_be_visible()
        sheet.get_by_role("button", name="Parcel on its way").first.tap()
        expect(field(phone)).to_have_value(re.compile(r"Witamy\. Paczka \{order\} dotrze do \d.*\.Pozdrawiamy"))
        typed = field(phone).input_value()
        phone.get_by_role("button", name="Send").tap()
        expect(phone.locator("#reply-error")).to_contain_text("Fill in {order} first")
        shot(phone, "reply-unfilled")
        assert field(phone).input_value() == typed
    assert replies(pomela, talk) == []


def test_without_scripts_a_list_and_insert_fill_the_field(pomela: Company, talk: str) -> None:
    with pomela.phone("warsaw.author", java_script_enabled=False) as phone:
        phone.goto(talk)
        field(phone).fill("Witamy.")
        phone.get_by_label("Canned reply", exact=True).select_option(label="Overdue order, ask for its number (PL)")
        phone.get_by_role("button", name="Insert").tap()
        expect(field(phone)).to_have_value("Witamy.\n" + LATE.replace("{name}", "Zosia"))
        shot(phone, "no-js-reply")
        phone.get_by_role("button", name="Send").tap()
        expect(phone.locator("#going")).to_contain_text("Leaves in")
        phone.locator("#toasts").get_by_role("button", name="Undo").tap()
        expect(field(phone)).to_have_value("Witamy.\n" + LATE.replace("{name}", "Zosia"))


@pytest.mark.thorough
def test_what_is_typed_survives_a_closed_tab_and_another_phone(pomela: Company, talk: str) -> None:
    with pomela.phone("warsaw.author") as phone:
        phone.goto(talk)
        with phone.expect_response(lambda answer: answer.url.endswith("/reply/draft"), timeout=20_000):
            field(phone).press_sequentially("Half a sen")
    with pomela.phone("warsaw.author") as phone:
        phone.goto(talk)
        expect(field(phone)).to_have_value("Half a sen")


def test_in_flight_mode_it_waits_on_the_phone_and_goes_out_once(pomela: Company, talk: str) -> None:
    with pomela.phone("warsaw.author") as phone:
        phone.goto(talk)
        phone.wait_for_function("() => nod.device.then(() => true)")
        pomela.cut(phone.context)
        field(phone).press_sequentially("From the train")
        phone.get_by_role("button", name="Send").tap()
        expect(phone.locator("#toasts")).to_contain_text("Sends when you reconnect")
        assert replies(pomela, talk) == []
        pomela.mend(phone.context)
        until(lambda: replies(pomela, talk), "the reply has arrived", 20)
        expect(phone.locator("#connection")).to_have_count(0)
    assert replies(pomela, talk) == [("waiting", "From the train")]

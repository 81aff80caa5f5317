"""What people do around a yes: ask for changes, meet a change, take it back, stop everything; thumb and keyboard."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from webapp import db, times
from webapp.publishing import sending

from .browsers import press, shot
from .company import Company
from .steps import told

pytestmark = pytest.mark.browser
APPROVER, AUTHOR = "warsaw.approver", "warsaw.author"


def card(page: Page, path: str) -> None:
    """Open the card of a post."""
    page.goto(f"{path}/approval")
    expect(page.locator("#card")).to_be_visible()


def test_changes_are_asked_for_in_two_taps_and_a_reason(pomela: Company) -> None:
    path = pomela.waiting("Prices fall by half from Monday")
    with pomela.phone(APPROVER) as phone:
        card(phone, path)
        phone.get_by_role("link", name="Request changes").tap()
        sheet = phone.get_by_role("dialog", name="Request changes")
        expect(sheet).to_be_visible()
        shot(phone, "changes-sheet")
        sheet.locator(".pick").first.tap()
        sheet.get_by_label("What should change?").fill("We do not promise prices.")
        sheet.get_by_role("button", name="Send back").tap()
        told(phone, "Sent back")
    assert pomela.state(path) == "sent_back"
    with pomela.phone(AUTHOR) as author:
        author.goto("/")
        expect(author.locator("#main")).to_contain_text("Came back to you")
        author.goto(path)
        author.locator("#history summary").click()
        expect(author.locator("#history")).to_contain_text("We do not promise prices.")


def test_what_changed_while_it_was_read_is_shown_and_nothing_is_applied(pomela: Company) -> None:
    path = pomela.waiting("The market opens on Friday")
    with pomela.phone(APPROVER) as phone:
        card(phone, path)
        pomela.rewritten(path, "The market opens on Saturday")
        phone.get_by_role("button", name="Approve").tap()
        expect(phone.get_by_text("Your decision was not applied.")).to_be_visible()
        expect(phone.locator("#main ins")).to_have_text("Saturday")
        expect(phone.locator("#main del")).to_have_text("Friday")
        shot(phone, "conflict")
        assert pomela.state(path) == "waiting"
        phone.get_by_role("button", name="Approve").tap()
        told(phone, "Approved")
    assert pomela.state(path) == "scheduled"


def test_a_yes_is_taken_back_from_the_toast(pomela: Company) -> None:
    path = pomela.waiting("Soup of the day is pumpkin")
    with pomela.phone(APPROVER) as phone:
        card(phone, path)
        phone.get_by_role("button", name="Approve").tap()
        told(phone, "Approved")
        phone.locator("#toasts").get_by_role("button", name="Undo").tap()
        told(phone, "Taken back")
        expect(phone.locator("#card")).to_contain_text("Soup of the day is pumpkin")
        expect(phone.get_by_role("button", name="Approve")).to_be_visible()
    assert pomela.state(path) == "waiting"


def test_a_pause_holds_what_is_due_and_a_release_sends_it(pomela: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pomela.waiting("Boats leave every hour", hours=0.5)
    with pomela.phone(APPROVER) as phone:
        card(phone, path)
        phone.get_by_role("button", name="Approve").tap()
        told(phone, "Approved")
        phone.goto("/pause")
        phone.locator(".ln", has_text="Warsaw").first.tap()
        shot(phone, "pause")
        phone.get_by_role("button", name="Pause posting").tap()
        expect(phone.get_by_text("Posting paused: Warsaw").first).to_be_visible()
        later(pomela, monkeypatch, minutes=40)
        phone.goto("/deliveries")
        expect(phone.locator("#main")).to_contain_text("Boats leave every hour")
        phone.goto(path)
        shot(phone, "held")
        assert pomela.state(path) == "held"
        release(phone)
        later(pomela, monkeypatch, minutes=41)
        phone.goto(path)
        expect(phone.locator("#deliveries .st.live")).to_be_visible()
    assert pomela.state(path) == "published"


def later(pomela: Company, monkeypatch: pytest.MonkeyPatch, minutes: float) -> None:
    """What the clock and a worker do so many minutes from now."""
    monkeypatch.setattr(times, "clock", lambda: times._real_now() + timedelta(minutes=minutes))
    sending.publish_due()
    db.session.remove()


def release(phone: Page) -> None:
    """End the pause, then send what it held."""
    phone.locator("a[href^='/pause/']").first.tap()
    phone.get_by_role("link", name="End the pause").tap()
    shot(phone, "ending")
    phone.get_by_role("button", name="End the pause").tap()
    phone.get_by_role("button", name="Release").first.tap()
    told(phone, "Released")


def test_everything_is_decided_from_the_keyboard(pomela: Company) -> None:
    first, second = (pomela.waiting(f"Post number {n} for the keyboard", hours=0.2 + n / 100) for n in (1, 2))
    with pomela.desk(APPROVER) as desk:
        card(desk, first)
        press(desk, "j")
        expect(desk.locator("#card")).to_contain_text("Post number 2 for the keyboard")
        press(desk, "k")
        expect(desk.locator("#card")).to_contain_text("Post number 1 for the keyboard")
        press(desk, "a")
        told(desk, "Approved")
        expect(desk.locator("#card")).to_contain_text("Post number 2 for the keyboard")
        shot(desk, "keyboard")
        press(desk, "z")
        told(desk, "Taken back")
        expect(desk.locator("#card")).to_contain_text("Post number 1 for the keyboard")
        press(desk, "r")
        expect(desk.get_by_role("dialog", name="Request changes")).to_be_visible()
        press(desk, "Escape")
        expect(desk.get_by_role("dialog", name="Request changes")).to_be_hidden()
    assert (pomela.state(first), pomela.state(second)) == ("waiting", "waiting")

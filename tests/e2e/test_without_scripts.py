"""The same job with JavaScript switched off: write, send, approve, take it back, approve again."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from . import steps
from .browsers import shot
from .company import Company
from .test_main_job import ALT, picture

pytestmark = pytest.mark.browser
WORDS = "Written without a script"


def test_write_send_approve_undo_approve(pomela: Company) -> None:
    tomorrow = datetime.now(ZoneInfo("Europe/Warsaw")) + timedelta(days=1)
    with pomela.phone("warsaw.author", java_script_enabled=False) as author:
        steps.begin(author, WORDS)
        steps.illustrate(author, picture(), ALT)
        steps.plan(author, tomorrow)
        author.get_by_role("button", name="Save", exact=True).last.tap()
        steps.told(author, "Saved")
        shot(author, "no-js-composer")
        steps.send(author)
        path = author.url.removeprefix(pomela.base)
    with pomela.phone("warsaw.approver", java_script_enabled=False) as phone:
        phone.goto("/approvals")
        phone.locator("#queue").get_by_role("link").filter(has_text=WORDS).tap()
        expect(phone.locator("#card img")).to_have_attribute("alt", ALT)
        phone.get_by_role("button", name="Approve").tap()
        steps.told(phone, "Approved")
        assert pomela.state(path) == "scheduled"
        phone.locator("#toasts").get_by_role("button", name="Undo").tap()
        steps.told(phone, "Taken back")
        assert pomela.state(path) == "waiting"
        phone.get_by_role("button", name="Approve").tap()
        steps.told(phone, "Approved")
    assert pomela.state(path) == "scheduled"

"""Somebody outside on their phone: from the link in the mail to the yes, without scripts; every page fits."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from webapp import db, times
from webapp.approvals import submission
from webapp.approvals.guests import inviting
from webapp.approvals.guests.models import Guest, Invitation
from webapp.approvals.guests.visiting import links
from webapp.people import codes

from .browsers import PHONE, watched
from .company import Company
from .test_screens import in_every_size

pytestmark = [pytest.mark.browser, pytest.mark.thorough]
OLA = "ola@sok.example"


@pytest.fixture
def asked(pomela: Company) -> tuple[str, Any]:
    """A link to one post that only the client is asked about, and the id of the invitation."""
    path = pomela.waiting("Grapefruit from Friday on")

    def ask() -> tuple[str, Any]:
        post = pomela.post(path)
        row = submission.open_of(post)
        assert row
        client = [{"id": "client", "name": "Client", "who": [{"kind": "client"}]}]
        row.workflow = type(row.workflow)(
            id=db.new_id(),
            organization_id=row.organization_id,
            name="Client",
            stages=client,
            current=False,
            published_at=None,
        )
        row.path = []
        db.session.flush()
        made = inviting.invite(post, OLA, "Agencja Sok", "en", 7, pomela.actor("warsaw.author"))
        made.expires_at, made.due_at = times.now() + timedelta(days=7), None
        return f"/guest/{links.make(made.guest, [made])}", made.id

    return pomela.act(ask)


def enter(pomela: Company, page: Page, link: str) -> None:
    """By the code, as somebody types it who read the mail."""

    def code() -> str:
        guest = db.session.scalars(sa.select(Guest).where(Guest.email == OLA)).one()
        return codes.issue(OLA, f"{links.CODE}{guest.id}")

    page.goto(f"{link}/code")
    page.fill("input.otp", pomela.act(code))
    page.get_by_role("button", name="Continue").click()
    page.wait_for_load_state()


def test_from_the_link_to_the_yes_without_scripts(pomela: Company, asked: tuple[str, Any]) -> None:
    link, invited = asked
    with watched(pomela.browser, pomela.base, PHONE, java_script_enabled=False) as page:
        page.goto(link)
        expect(page.get_by_role("heading", level=1)).to_have_text("Pomela asks for your nod")
        assert "Grapefruit" not in page.content()
        enter(pomela, page, link)
        expect(page.get_by_text("Grapefruit from Friday on")).to_be_visible()
        page.get_by_role("button", name="Request changes").click()
        expect(page.get_by_text("The author is told, with your reasons.")).to_be_visible()
        page.get_by_role("link", name="Back to the post").click()
        page.get_by_label("Comment for Pomela").fill("Lovely")
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_text("You approved it").first).to_be_visible()
        expect(page.get_by_text("Lovely")).to_be_visible()
    post = pomela.act(lambda: db.session.get_one(Invitation, invited).post_id)
    assert pomela.state(f"/posts/{post}") in ("approved", "scheduled")


def test_every_page_of_theirs_fits_and_follows_the_rules(pomela: Company, asked: tuple[str, Any]) -> None:
    link, invited = asked
    found: dict[str, list[str]] = {}
    with watched(pomela.browser, pomela.base, PHONE) as page:
        for name, path in {"guest-door": link, "guest-code": f"{link}/code", "guest-over": "/guest/nobody"}.items():
            found[name] = list(in_every_size(page, name, path))
        enter(pomela, page, link)
        card = f"{link}/posts/{invited}"
        for name, path in {"card": card, "changes": f"{card}/changes", "name": f"{link}/name"}.items():
            found[name] = list(in_every_size(page, f"guest-{name}", path))
    assert not any(found.values()), found

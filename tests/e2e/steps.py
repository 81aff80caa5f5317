"""What people do in Nod, step by step, with the words they see on the screen."""

import email
import email.policy
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.servers.nod import House, until

ORGANIZATION = "Pomela"
ADMINISTRATOR, AUTHOR, APPROVER = (f"{who}@pomela.example" for who in ("administrator", "author", "approver"))


def code_for(house: House, address: str) -> str:
    """The newest sign-in code that was mailed to an address."""
    return str(until(lambda: _newest_code(house.data / "mail", address), f"a code for {address}"))


def _newest_code(folder: Path, address: str) -> str:
    files = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in files:
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        text = mail.get_body(("plain",))
        found = re.search(r"\b\d{6}\b", text.get_content()) if text and mail["To"] == address else None
        if found:
            return found[0]
    return ""


def told(page: Page, words: str) -> None:
    """The message of what was just done."""
    expect(page.locator("#toasts")).to_contain_text(words)


def set_up(page: Page, house: House) -> None:
    """The first visit: the token from the terminal makes the organization and signs its administrator in."""
    token = re.search(r"^ +(\S{32})$", house.said, re.MULTILINE)
    assert token, house.said
    page.goto("/")
    page.get_by_label("Token").fill(token[1])
    page.get_by_label("Organization").fill(ORGANIZATION)
    page.get_by_label("Your name").fill("Administrator")
    page.get_by_label("Your e-mail").fill(ADMINISTRATOR)
    page.get_by_role("button", name="Set up and sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")


def welcome(page: Page) -> None:
    """The first page of a new member."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Welcome to {ORGANIZATION}")
    page.get_by_role("button", name="That is right").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")


def invite(page: Page, address: str, role: str) -> None:
    """Invite somebody into headquarters."""
    page.goto("/people/invitation")
    page.locator("[name=emails]").fill(address)
    page.locator("[name=role]").select_option(label=role)
    page.get_by_role("button", name="Invite").click()
    expect(page.locator("#main")).to_contain_text(address.split("@")[0])


def sign_in(page: Page, house: House, address: str) -> None:
    """In with a code, for the first time."""
    page.goto("/")
    page.get_by_label("Work e-mail").fill(address)
    page.get_by_role("button", name="Send me a 6-digit code").click()
    page.get_by_label("6-digit code").fill(code_for(house, address))
    page.get_by_role("button", name="Continue").click()
    welcome(page)


def connect_feed(page: Page, name: str) -> str:
    """A Site feed; answers its address."""
    page.goto("/channels/new")
    page.get_by_role("link", name="Site feed").click()
    page.get_by_label("Name of the feed").fill(name)
    page.get_by_role("button", name="Connect").click()
    told(page, f"{name} is connected")
    address = page.locator("a[href*='/feeds/']").first.get_attribute("href")
    assert address
    return address


def connect_fediverse(page: Page, server: str, user: str, password: str) -> None:
    """A Mastodon-API server, through its own consent page and back."""
    page.goto("/channels/new")
    page.get_by_role("link", name="Mastodon").click()
    page.get_by_label("Server").fill(server)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Go to").click()
    page.locator("[name=login]").fill(user)
    page.locator("[name=passwd]").fill(password)
    page.locator("input[type=submit]").click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name=f"Connect @{user}").click()
    told(page, "is connected")


def connect_bluesky(page: Page, handle: str, app_password: str, server: str) -> None:
    """A Bluesky account, with an app password."""
    page.goto("/channels/new")
    page.get_by_role("link", name="Bluesky").click()
    page.get_by_label("Handle").fill(handle)
    page.get_by_label("App password").fill(app_password)
    page.get_by_label("Server").fill(server)
    page.locator("main form button.ink").click()
    told(page, "is connected")


def next_slot(least: float) -> datetime:
    """The next full minute that is at least so many seconds away."""
    now = datetime.now(UTC)
    slot = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return slot if slot - now >= timedelta(seconds=least) else slot + timedelta(minutes=1)


def begin(page: Page, text: str) -> None:
    """A new post, up to the composer."""
    page.goto("/posts/new")
    page.get_by_label("First words").fill(text)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("New post")


def plan(page: Page, wall: datetime) -> None:
    """Its day and time, as clocks show them in the region."""
    page.get_by_label("Day", exact=True).fill(f"{wall:%Y-%m-%d}")
    page.get_by_label("Time", exact=True).fill(f"{wall:%H:%M}")


def illustrate(page: Page, picture: bytes, alt: str) -> None:
    """A picture with its description; with scripts it is there at once, without them by a button."""
    page.locator("#media input[type=file]").set_input_files(
        [{"name": "menu.png", "mimeType": "image/png", "buffer": picture}]
    )
    button = page.get_by_role("button", name="Add the pictures")
    if button.is_visible():
        button.click()
    page.locator("#pictures textarea").fill(alt)


def send(page: Page) -> None:
    """Save it and send it for approval."""
    page.get_by_role("button", name="Send for approval").click()
    told(page, "Sent for approval")

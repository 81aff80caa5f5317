"""The main job from an empty folder: written, approved in two taps on a phone, out at its minute, once."""

import io
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.real import servers
from tests.servers.nod import House, house

from . import places, steps
from .browsers import DESK, PHONE, shot, watched
from .places import Place

ZONE = ZoneInfo("Europe/London")
WORDS = "The terrace opens today"
TEXT = f"{WORDS}. Menu: https://example.com/menu #pomela"
ALT = "A grapefruit on a green cloth"
LEAD = 20.0
"""Seconds that are left for writing and approving; a person has more."""
PROMPT = 8.0
"""Seconds after its minute in which a post must be everywhere, on a machine that also runs browsers."""


def picture() -> bytes:
    """A PNG as a phone's camera roll would hold it."""
    out = io.BytesIO()
    Image.new("RGB", (1080, 810), "tomato").save(out, "PNG")
    return out.getvalue()


@pytest.mark.browser
def test_a_fresh_installation_publishes_to_its_site_feed(browser: Browser) -> None:
    with house(NOD_DEMO="0") as nod:
        nod.start()

        def connect(page: Page) -> list[Place]:
            return [places.site_feed(nod, steps.connect_feed(page, "Pomela news"), WORDS)]

        found_at = main_job(nod, browser, connect)
        assert found_at == {"site feed"}


@pytest.mark.real
def test_one_nod_publishes_to_a_site_feed_a_fediverse_server_and_bluesky(browser: Browser, tmp_path: Path) -> None:
    with servers.snac(tmp_path) as snac, servers.bluesky_pds(tmp_path) as pds:
        account = pds.account("pomela")
        with house(NOD_DEMO="0", NOD_PRIVATE_HOSTS=f"{snac.host} {pds.host}") as nod:
            nod.start()

            def connect(page: Page) -> list[Place]:
                feed = steps.connect_feed(page, "Pomela news")
                steps.connect_fediverse(page, snac.url, snac.user, snac.password)
                steps.connect_bluesky(page, account.handle, account.app_password, pds.url)
                return [
                    places.site_feed(nod, feed, WORDS),
                    places.fediverse(snac, WORDS),
                    places.bluesky(pds, account, WORDS),
                ]

            assert main_job(nod, browser, connect) == {"site feed", "fediverse", "bluesky"}


def main_job(nod: House, browser: Browser, connect: Callable[[Page], Sequence[Place]]) -> set[str]:
    """From the set-up token to the post in public; answers where it was found."""
    base = f"http://localhost:{nod.port}"
    with watched(browser, base, DESK) as administrator:
        steps.set_up(administrator, nod)
        steps.invite(administrator, steps.AUTHOR, "Author")
        steps.invite(administrator, steps.APPROVER, "Approver")
        everywhere = connect(administrator)
    with watched(browser, base, DESK) as author, watched(browser, base, PHONE) as phone:
        steps.sign_in(author, nod, steps.AUTHOR)
        steps.sign_in(phone, nod, steps.APPROVER)
        slot = write(author, len(everywhere))
        approve(phone)
        assert not any(place.look() for place in everywhere)
        assert datetime.now(UTC) < slot, "writing and approving took longer than the minute that was chosen"
        found = places.watch(everywhere, slot, (slot - datetime.now(UTC)).total_seconds() + PROMPT)
        published(author, len(everywhere))
        assert [len(place.look()) for place in everywhere] == [1] * len(everywhere)
        assert {each.alt for each in found.values()} == {ALT}
        assert all(each.at >= slot for each in found.values()), found
    sent_once(nod, slot, len(everywhere))
    return set(found)


def write(author: Page, channels: int) -> datetime:
    """A post for every channel, with a picture, for the next minute; sent for approval."""
    slot = steps.next_slot(LEAD)
    steps.begin(author, TEXT)
    steps.plan(author, slot.astimezone(ZONE))
    steps.illustrate(author, picture(), ALT)
    for box in author.locator("#channels input[type=checkbox]").all():
        box.check()
    expect(author.locator("#rows > li")).to_have_count(channels)
    steps.send(author)
    shot(author, "main-job-sent")
    return slot


def approve(phone: Page) -> None:
    """Two taps from Today: Review, Approve."""
    phone.goto("/")
    expect(phone.get_by_role("heading", name="1 post needs you")).to_be_visible()
    shot(phone, "main-job-today")
    phone.get_by_role("link", name="Review 1 post").tap()
    expect(phone.locator("#card")).to_contain_text(WORDS)
    expect(phone.locator("#card")).to_contain_text("Little time for a yes")
    expect(phone.get_by_role("link", name="Change the time")).to_have_count(0)
    shot(phone, "main-job-card")
    phone.get_by_role("button", name="Approve").tap()
    steps.told(phone, "Approved")
    shot(phone, "main-job-approved")


def published(author: Page, channels: int) -> None:
    """The author's page says so, for each channel."""

    def done() -> bool:
        author.reload()
        return author.locator("#deliveries .st.live").count() == channels

    steps.until(done, "the author's page says Published")
    shot(author, "main-job-published")


def sent_once(nod: House, slot: datetime, channels: int) -> None:
    """What the installation itself wrote down: one attempt a channel, begun at the minute or after it."""
    with sqlite3.connect(f"file:{nod.data / 'nod.db'}?mode=ro", uri=True) as database:
        begun = [row[0] for row in database.execute("SELECT started_at FROM attempts")]
    assert len(begun) == channels
    assert all(datetime.fromisoformat(at).replace(tzinfo=UTC) >= slot for at in begun), (begun, slot)

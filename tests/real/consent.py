"""What a person does on a Bluesky server's own consent page, in a real browser."""

import shutil
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Request, sync_playwright

from tests.real.servers import BlueskyAccount, NotReady

FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)


def allow(url: str, person: BlueskyAccount, back: str) -> dict[str, str]:
    """Sign in and press Authorize; answers the parameters of the return to `back`."""
    program = shutil.which("chromium")
    if program is None:
        raise NotReady("chromium is not installed; make test installs it.")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=FLAGS.split())
        page = browser.new_page()
        page.route(back + "*", lambda route: route.fulfill(status=200, body="back"))
        page.goto(url)
        page.locator("input[type=password]").fill(person.own_password)
        page.keyboard.press("Enter")
        returns: list[Request] = []
        with page.expect_request(lambda request: request.url.startswith(back)) as returned:
            page.get_by_role("button", name="Authorize").click()
        returns.append(returned.value)
        browser.close()
    return dict(parse_qsl(urlsplit(returns[0].url).query))

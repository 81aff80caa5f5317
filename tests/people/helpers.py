"""A mailbox that reads what was really sent, and a browser that signs in by itself."""

import email
import email.policy
import re
import time
from email.message import EmailMessage

from tests.cast import Browser


def mail_to(config, address, count=1, patience=10.0):
    """The mails an address got, oldest first, once there are `count` of them."""
    until = time.monotonic() + patience
    while True:
        found = [m for m in sent(config) if m["To"] == address]
        if len(found) >= count or time.monotonic() > until:
            assert len(found) >= count, f"{address} got {len(found)} mails"
            return found
        time.sleep(0.01)


def sent(config) -> list[EmailMessage]:
    """Every mail that is whole on disk."""
    files = sorted(f for f in (config.data / "mail").glob("*.eml") if not f.name.startswith("."))
    return [email.message_from_bytes(f.read_bytes(), policy=email.policy.default) for f in files]


def code_in(message: EmailMessage) -> str:
    return re.search(r"\b(\d{6})\b", message.get_body(("plain",)).get_content())[1]


def ask_code(browser: Browser, address: str, next_url="/"):
    return browser.post("/sign-in", {"email": address, "next": next_url})


def token_of(browser: Browser, path="/account") -> str:
    """The token that this browser's pages carry in their forms."""
    found = re.search(r'name="_token" value="([0-9a-f]+)"', browser.get(path).get_data(as_text=True))
    return found[1] if found else ""


def sign_in(browser: Browser, config, address: str, next_url="/", nth=1):
    """The whole way with a code; answers the last response."""
    ask_code(browser, address, next_url)
    code = code_in(mail_to(config, address, nth)[-1])
    response = browser.post("/sign-in/code", {"code": code})
    browser.csrf = token_of(browser)
    return response


def cookies(response) -> str:
    return "\n".join(response.headers.getlist("Set-Cookie"))

"""The way in, in a real browser: a code without JavaScript, then a passkey made and used on a phone's screen."""

import shutil
import socket
import threading

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from tests.cast import enter
from tests.conftest import config_for
from tests.e2e import browsers
from tests.people.helpers import code_in, mail_to
from webapp import create_app, db

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
AUTHOR = "author@pomela.example"


@pytest.fixture
def served(tmp_path, sqlite_template):
    """The whole application on a free port of this machine."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    shutil.copy(sqlite_template, tmp_path / "nod.db")
    base = f"http://localhost:{port}"
    config = config_for(tmp_path, f"sqlite:///{tmp_path / 'nod.db'}", base_url=base, port=port)
    app = create_app(config)
    enter(app)
    db.session.remove()
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield config
    server.shutdown()
    thread.join()
    db.dispose()


@pytest.fixture
def chromium():
    with browsers.chromium() as opened:
        yield opened


def sign_in_with_code(page, config):
    page.goto(f"{config.base_url}/account")
    page.get_by_label("Work e-mail").fill(AUTHOR)
    page.get_by_role("button", name="Send me a 6-digit code").click()
    page.get_by_label("6-digit code").fill(code_in(mail_to(config, AUTHOR)[-1]))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Account")


def test_a_code_signs_in_without_javascript(served, chromium):
    page = chromium.new_context(viewport=PHONE, java_script_enabled=False).new_page()
    sign_in_with_code(page, served)
    page.get_by_role("link", name="Devices").click()
    expect(page.get_by_text("This device")).to_be_visible()
    page.goto(f"{served.base_url}/account")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()


def test_a_passkey_is_made_and_signs_in(served, chromium):
    context = browsers.context_for(chromium, served.base_url, viewport=PHONE)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    authenticator = {
        **{"protocol": "ctap2", "transport": "internal", "hasResidentKey": True},
        **{"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True},
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})
    sign_in_with_code(page, served)
    page.goto(f"{served.base_url}/account/passkeys")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("region", name="Messages").get_by_text("The passkey is added")).to_be_visible()
    expect(page.get_by_text("My phone", exact=True)).to_be_visible()
    page.goto(f"{served.base_url}/account")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in**")
    page.goto(f"{served.base_url}/account")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Account")
    expect(page.get_by_text("1 passkey")).to_be_visible()

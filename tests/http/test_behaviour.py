"""What the scripts do: in a real browser, under the policy of the app, against a server that writes down what came."""

import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect
from werkzeug.serving import make_server

from tests.e2e.browsers import chromium, context_for
from tests.http.gallery import ME, gallery
from tests.http.playground import Playground

pytestmark = pytest.mark.browser
KEPT = """() => store.all('drafts').then((rows) => Promise.all(rows.map(async (row) =>
    JSON.stringify(await device.open(await nod.device, row)))))"""
PLAIN = "() => JSON.stringify({...localStorage, ...sessionStorage})"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playground]:
    place = Playground(gallery(tmp_path_factory.mktemp("prepared")))
    server = make_server("127.0.0.1", 0, place.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    place.app.config["BASE"] = f"http://localhost:{server.server_port}"
    yield place
    place.hold.set()
    server.shutdown()
    thread.join()


@pytest.fixture
def playground(served: Playground) -> Playground:
    served.reset()
    return served


@pytest.fixture
def context(browser: Browser, playground: Playground) -> Iterator[BrowserContext]:
    opened = context_for(browser, playground.app.config["BASE"], viewport={"width": 390, "height": 844})
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which every complaint of the browser about our own code fails the test."""
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)) if "Transition" not in str(error) else None)
    opened.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    yield opened
    assert complaints == []


def until(condition: Callable[[], object], page: Page) -> None:
    """Wait for something on the server's side."""
    for _ in range(300):
        if condition():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came")


def still(page: Page) -> None:
    """Time stands, and moves only by `run_for`."""
    page.clock.install(time=0)
    page.clock.pause_at(1000)


def keyed(page: Page) -> None:
    """The key for this device has come. It is waited for 8 s, and a clock that jumps would end that before it came."""
    page.evaluate("() => nod.device.then(() => true)")


def test_one_tap_counts_once(page: Page, playground: Playground) -> None:
    page.goto("/htmx")
    playground.hold.clear()
    page.click("#approve")
    page.locator("#approve").dispatch_event("click")
    expect(page.locator("#approve")).to_have_class("btn yes nodding busy")
    playground.hold.set()
    expect(page.locator("#decision b")).to_be_focused()
    page.wait_for_load_state("networkidle")
    [sent] = playground.at("/decisions")
    assert len(sent["form"]["key"]) == 36
    assert sent["form"]["why"] == "kept words"
    assert sent["headers"]["X-Nod"] == "1"


def test_a_plain_form_is_sent_once_too(page: Page, playground: Playground) -> None:
    page.goto("/htmx")
    page.evaluate("() => { const send = document.getElementById('send'); send.click(); send.click(); }")
    page.wait_for_url("**/approvals")
    [sent] = playground.at("/plain")
    assert sent["form"]["_token"] == ME.csrf
    assert sent["form"]["key"]


def test_each_tap_has_its_own_key_unless_no_answer_came(page: Page, playground: Playground) -> None:
    page.goto("/htmx")
    for count in (1, 2):
        page.click("#fail")
        until(lambda n=count: len(playground.at("/decisions")) == n, page)
        expect(page.locator("#decision[aria-busy]")).to_have_count(0)
    page.fill("textarea[name=why]", "other words")
    page.click("#fail")
    until(lambda: len(playground.at("/decisions")) == 3, page)
    first, second, third = (entry["form"]["key"] for entry in playground.at("/decisions"))
    assert first == second != third


def test_a_result_is_spoken_and_its_toast_can_be_closed(page: Page) -> None:
    page.goto("/htmx")
    page.click("#approve")
    expect(page.locator("#polite")).to_have_text("Approved. Next: 20:00 Dubai. 5 left")
    page.click("[data-dismiss]")
    expect(page.locator(".toast")).to_have_count(0)


def test_the_next_action_takes_the_toast_away(page: Page) -> None:
    page.goto("/htmx")
    page.click("#fail")
    expect(page.locator(".toast.bad")).to_have_text("Something brokeTry again.Close")
    expect(page.locator("#urgent")).to_have_text("Something broke. Try again.")
    assert page.input_value("textarea[name=why]") == "kept words"
    page.click("#approve")
    expect(page.locator(".toast.bad")).to_have_count(0)


def test_a_conflict_that_comes_as_a_page_replaces_the_frame(page: Page) -> None:
    page.goto("/htmx")
    page.click("#conflict")
    expect(page.locator("#times")).to_have_text("it changed")
    page.click("#approve")
    expect(page.locator(".toast")).to_be_visible()


def test_no_connection_keeps_the_page(page: Page, context: BrowserContext) -> None:
    page.goto("/htmx")
    context.set_offline(True)
    page.click("#approve")
    expect(page.locator(".toast.bad")).to_contain_text("No connection")
    assert page.input_value("textarea[name=why]") == "kept words"


def test_a_lost_session_leads_to_sign_in_and_loses_nothing(page: Page) -> None:
    page.goto("/htmx")
    page.fill("#plain textarea", "Not yet sent")
    page.click("#out")
    page.wait_for_url("**/gate")
    page.goto("/htmx")
    expect(page.locator(".found")).to_contain_text("not saved")
    page.click("text=Bring back what you typed")
    assert page.input_value("#plain textarea") == "Not yet sent"
    expect(page.locator("#plain textarea")).to_be_focused()


def test_what_was_sent_is_not_offered_again(page: Page) -> None:
    page.goto("/htmx")
    page.fill("#plain textarea", "Sent")
    page.click("#send")
    page.wait_for_url("**/approvals")
    until(lambda: page.evaluate(KEPT) == [], page)


def test_sign_out_takes_the_words_off_the_device(page: Page) -> None:
    page.goto("/htmx")
    page.fill("#plain textarea", "Private")
    until(lambda: page.evaluate(KEPT), page)
    assert "Private" not in page.evaluate(PLAIN)
    page.click("text=Sign out")
    page.wait_for_url("**/gate")
    until(lambda: page.evaluate("() => store.all('drafts')") == [], page)
    assert page.evaluate(PLAIN) == "{}"


def test_drafts_save_themselves(page: Page, playground: Playground) -> None:
    still(page)
    page.goto("/compose")
    keyed(page)
    page.fill("#text", "Typed on a phone")
    page.fill("#password", "never kept")
    page.clock.run_for(100)
    until(lambda: page.evaluate(KEPT), page)
    [kept] = page.evaluate(KEPT)
    assert "Typed on a phone" in kept
    assert "never kept" not in kept
    page.clock.run_for(10000)
    until(lambda: playground.at("/drafts"), page)
    expect(page.locator("[data-saved]")).to_have_text("Saved 13:18")
    [sent] = playground.at("/drafts")
    assert sent["form"]["text"] == "Typed on a phone"
    assert sent["headers"]["X-Nod"] == "1"
    assert not {"_token", "key", "password"} & set(sent["form"])
    until(lambda: page.evaluate(KEPT) == [], page)


def test_a_draft_the_server_would_not_take_stays_on_the_device(page: Page, playground: Playground) -> None:
    playground.drafts = 503
    still(page)
    page.goto("/compose")
    keyed(page)
    page.fill("#text", "Stays")
    page.clock.run_for(10100)
    expect(page.locator("[data-saved]")).to_have_text("Kept on this device")
    [kept] = page.evaluate(KEPT)
    assert "Stays" in kept


def test_where_nothing_can_be_kept_a_draft_stays_in_its_tab(page: Page, playground: Playground) -> None:
    page.add_init_script(
        "delete globalThis.indexedDB; Object.defineProperty(globalThis, 'indexedDB', {value: undefined})"
    )
    page.goto("/compose")
    page.fill("#text", "Private mode")
    until(lambda: "Private mode" in page.evaluate(PLAIN), page)
    page.reload()
    page.click("text=Bring back what you typed")
    assert page.input_value("#text") == "Private mode"


def test_refresh_on_return(page: Page) -> None:
    page.goto("/htmx")
    expect(page.locator("#times")).to_have_text("1")
    page.evaluate("document.body.dispatchEvent(new Event('refresh'))")
    expect(page.locator("#times")).to_have_text("2")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(page.locator("#times")).to_have_text("3")


def test_a_refresh_without_connection_says_nothing(page: Page, context: BrowserContext) -> None:
    page.goto("/htmx")
    context.set_offline(True)
    with page.expect_event("requestfailed"):
        page.evaluate("document.body.dispatchEvent(new Event('refresh'))")
    expect(page.locator("#queue.htmx-request")).to_have_count(0)
    expect(page.locator(".toast")).to_have_count(0)


def test_a_card_is_read_after_two_seconds(page: Page, playground: Playground) -> None:
    still(page)
    page.goto("/htmx")
    page.locator("#card").scroll_into_view_if_needed()
    until(lambda: page.evaluate("document.getElementById('card').nodRead"), page)
    page.clock.run_for(1900)
    assert playground.at("/reading/7") == []
    with page.expect_request("**/reading/7"):
        page.clock.run_for(200)
    until(lambda: playground.at("/reading/7"), page)
    page.clock.run_for(5000)
    assert len(playground.at("/reading/7")) == 1


def test_single_keys_press_buttons_but_not_while_typing(page: Page, playground: Playground) -> None:
    page.goto("/htmx")
    page.locator("#plain textarea").press("a")
    assert page.input_value("#plain textarea") == "a"
    assert playground.at("/decisions") == []
    page.locator("h1").press("Control+a")
    page.locator("h1").press("a")
    until(lambda: playground.at("/decisions"), page)


def test_single_keys_can_be_off(page: Page, playground: Playground) -> None:
    page.goto("/htmx")
    page.evaluate("document.body.removeAttribute('data-shortcuts')")
    page.locator("h1").press("a")
    page.click("#fail")
    until(lambda: playground.at("/decisions"), page)
    assert [entry["form"]["decision"] for entry in playground.at("/decisions")] == ["fail"]


def test_in_the_inbox_j_and_k_go_from_row_to_row_and_enter_opens_one(page: Page) -> None:
    page.goto("/htmx")
    rows = "".join(
        f"<a class=q id=row{n} href='/shapes#{n}'{'' if n != 2 else ' aria-current=true'}>{n}</a>" for n in range(4)
    )
    page.evaluate(
        "rows => document.querySelector('main').insertAdjacentHTML('afterbegin', `<div id=inbox>${rows}</div>`)", rows
    )
    for key, row in (("j", 3), ("j", 3), ("k", 2), ("K", 1), ("k", 0), ("k", 0), ("j", 1)):
        page.keyboard.press(key)
        expect(page.locator(f"#row{row}")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/shapes#1")


def test_sheets_and_menus(page: Page) -> None:
    page.goto("/shapes")
    page.click("[data-sheet]")
    expect(page.locator("#reasons")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#reasons")).to_be_hidden()
    expect(page.locator("[data-sheet]")).to_be_focused()
    page.click("[data-sheet]")
    page.mouse.click(195, 20)
    expect(page.locator("#reasons")).to_be_hidden()
    page.goto("/review")
    page.click("[popovertarget=more]")
    expect(page.locator("#more")).to_be_visible()
    page.click("#more button")
    expect(page.locator("#more")).to_be_hidden()


def test_pictures_are_sent_one_by_one(page: Page, playground: Playground) -> None:
    page.goto("/compose")
    good = {"name": "a.png", "mimeType": "image/png", "buffer": b"x" * 3000}
    files = [
        good,
        {**good, "name": "bad.png"},
        {**good, "name": "notes.txt", "mimeType": "text/plain"},
        {**good, "name": "b.png"},
    ]
    page.set_input_files("nod-upload input", files)
    expect(page.locator("#pictures li")).to_have_count(2)
    expect(page.locator(".up.bad")).to_have_text(
        ["Nod cannot open this picture.", "notes.txt is not a picture Nod can use."]
    )
    sent = playground.at("/pictures")
    assert [entry["files"] for entry in sent] == [["a.png"], ["bad.png"], ["b.png"]]
    assert len({entry["headers"]["Idempotency-Key"] for entry in sent}) == 3
    assert sent[0]["headers"]["X-Nod"] == "1"
    assert page.input_value("nod-upload input") == ""


def test_pictures_can_be_pasted_and_dropped(page: Page, playground: Playground) -> None:
    page.goto("/compose")
    script = """([kind, where]) => {
      const data = new DataTransfer();
      data.items.add(new File(["x"], kind + ".png", {type: "image/png"}));
      const event = kind === "paste" ? new ClipboardEvent(kind, {clipboardData: data, bubbles: true})
        : new DragEvent(kind, {dataTransfer: data, bubbles: true});
      document.querySelector(where).dispatchEvent(event);
    }"""
    page.evaluate(script, ["paste", "body"])
    expect(page.locator("#pictures li")).to_have_count(1)
    page.evaluate(script, ["drop", ".drop"])
    expect(page.locator("#pictures li")).to_have_count(2)
    assert [entry["files"] for entry in playground.at("/pictures")] == [["paste.png"], ["drop.png"]]


def test_a_passkey_is_made_and_used(page: Page, context: BrowserContext) -> None:
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    more = {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": device | more})
    page.goto("/new-passkey")
    page.click("text=Use a passkey")
    expect(page.locator("h1")).to_have_text("Passkey kept")
    page.goto("/gate")
    page.click("text=Use a passkey")
    expect(page.locator("h1")).to_have_text("Signed in")


def test_a_passkey_that_fails_says_so(page: Page, context: BrowserContext, playground: Playground) -> None:
    page.goto("/gate")
    context.set_offline(True)
    page.click("text=Use a passkey")
    expect(page.locator(".toast.warn")).to_contain_text("The passkey was not used")
    assert playground.at("/passkey") == []


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["approvals", "review", "shapes", "compose", "gate"])
@pytest.mark.parametrize(("width", "scale"), [(390, 16), (320, 16), (390, 32), (768, 16), (1280, 16)])
@pytest.mark.parametrize("lang", ["en-XA", "ar-XB"])
def test_nothing_sticks_out(page: Page, name: str, width: int, scale: int, lang: str) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"/{name}?lang={lang}&toast=1&pause=1")
    if scale != 16:
        page.evaluate(
            "(px) => { const s = new CSSStyleSheet(); s.replaceSync(`html { font-size: ${px}px; }`);"
            " document.adoptedStyleSheets.push(s); }",
            scale,
        )
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_a_page_is_usable(browser: Browser, playground: Playground) -> None:
    context = browser.new_context(base_url=playground.app.config["BASE"], java_script_enabled=False)
    page = context.new_page()
    page.goto("/gate")
    expect(page.locator("text=Use a passkey")).to_be_hidden()
    page.goto("/compose")
    expect(page.locator("nod-upload input")).to_be_visible()
    page.click("text=Save")
    expect(page.locator(".errors")).to_be_visible()
    context.close()


def test_only_our_own_origin_is_asked(page: Page, playground: Playground) -> None:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto("/review")
    assert all(request.url.startswith(playground.app.config["BASE"]) for request in asked)
    assert len([r for r in asked if "/static/" in r.url]) <= 6

"""Every field of every form is fed every hostile input of its kind, and every page that then shows it stays ours."""

import email
import email.policy
import socket
from collections.abc import Iterator

import pytest

from tests.approvals.guests import house as guests
from tests.hostile import safety
from tests.hostile.feeding import Door, feed
from tests.hostile.pages import Page
from tests.test_walk import NOT_IDS, WORDS, examples, filled, rules
from webapp.networks import NETWORKS

pytestmark = pytest.mark.thorough

AREAS = {
    "account": ("account", "welcome", "settings"),
    "people": ("people", "roles"),
    "regions": ("regions",),
    "words": ("words", "labels"),
    "workflows": ("workflows", "reports"),
    "channels": ("channels",),
    "posts": ("posts", "share", "adaptations", "ideas"),
    "inbox": ("inbox",),
    "canned": ("canned", "macros"),
    "calendar": ("calendar", "series", "occurrences"),
    "device": ("notifications", "install"),
    "guests": ("guest",),
    "rest": ("approvals", "pause", "deliveries", "activity", "search", "more", "", "sign-in", "set-up", "language"),
}
WHO = ("administrator", "author", "approver")
ONE_WAY = ("/sign-out", "/decisions", "/refusal", "/replies", "/email", "/exit")
"""What ends the session or decides for good has tests of its own."""
BY_SCRIPT = ("push", "device", "webmention", "hints")
"""What scripts and other sites send, for which there is no form; their own tests feed them what is hostile."""
LAST = ("/labels", "/campaigns", "/removal", "/deactivation", "/drop", "/release", "/revocation", "/erasure", "/new")
"""What takes things away, and what takes names that others then may not have, comes last."""


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """No name leads anywhere but to this machine, and nothing may connect to that."""

    def here(_host, port, *_rest, **_more):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port or 80))]

    def nobody(*_rest, **_more):
        raise AssertionError("something was connected")

    monkeypatch.setattr(socket, "getaddrinfo", here)
    monkeypatch.setattr(socket, "create_connection", nobody)


def part(rule) -> str:
    """The first word of an address."""
    word = rule.rule.split("/")[1]
    return WORDS["kind"] if word.endswith(":kind>") else word


def pages_of(app, world, names) -> Iterator[tuple[str, object, str]]:
    """(who, browser, path) of every page of these parts of the house."""
    if "guest" in names:
        yield from guests.pages(app)
    out = world.signed_out()
    for who, browser in [*((name, getattr(world, name)) for name in WHO), ("stranger at the door", out)]:
        for _method, rule in rules(app, "GET"):
            if part(rule) not in names:
                continue
            if rule.endpoint == "channels.new":
                yield from ((who, browser, f"/channels/new/{key}") for key in NETWORKS)
            elif not NOT_IDS & rule.arguments:
                yield who, browser, filled(app, rule, examples(rule))


def doors(app, world, names) -> list[Door]:
    """Every form of these pages, once."""
    found: dict[object, Door] = {}
    for who, browser, path in pages_of(app, world, names):
        answer = browser.get(path)
        if answer.mimetype != "text/html":
            continue
        for form in Page(answer.get_data(as_text=True), path).forms:
            door = Door(who, browser, path, form)
            if door.fields() and not form.action.endswith(ONE_WAY):
                found.setdefault(door.key, door)
    return sorted(found.values(), key=lambda door: [door.form.action.endswith(word) for word in LAST])


@pytest.mark.parametrize("area", AREAS)
def test_every_field_of_every_form(app, world, area, database_url, config):
    wrong, sent, paths = [], 0, everywhere(app)
    for door in doors(app, world, AREAS[area]):
        door.htmx = database_url.startswith("sqlite")
        feed(door)
        wrong += door.wrong
        sent += door.sent
    assert not wrong, f"{len(wrong)} of {sent}:\n" + "\n".join(dict.fromkeys(wrong))
    assert sent > 50
    assert not shown(world, paths)
    assert not mailed(config)


def everywhere(app) -> list[str]:
    """The path of every page of the house."""
    found = [
        (rule, filled(app, rule, examples(rule))) for _m, rule in rules(app, "GET") if not NOT_IDS & rule.arguments
    ]
    return [path for rule, path in found if rule.endpoint != "health.ready"]


def shown(world, paths) -> list[str]:
    """What is wrong with any page of the house, as it is full of what was fed."""
    wrong = []
    for path in paths:
        answer = world.administrator.get(path)
        if answer.status_code >= 500:
            wrong.append(f"{path}: {answer.status_code}")
        if answer.mimetype == "text/html":
            wrong += safety.problems(answer.get_data(as_text=True), path)
    return wrong


def mailed(config) -> list[str]:
    """What is wrong with the mail that went out meanwhile."""
    wrong = []
    for file in (config.data / "mail").glob("*.eml"):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        if len(message.get_all("To", [])) != 1 or message.get_all("Bcc"):
            wrong.append(f"{file.name}: {message.keys()}")
        page = message.get_body(("html",))
        wrong += safety.problems(page.get_content(), file.name) if page is not None else []
    return wrong


def test_every_form_belongs_to_an_area(app):
    known = {name for names in AREAS.values() for name in names}
    parts = {part(rule) for _method, rule in rules(app, "POST")}
    assert parts <= known | {"decisions", "sign-out", *BY_SCRIPT}

"""The page of a channel says how new comments come, and why not at once where that could be."""

import html
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from tests.cast import Cast, Clock
from tests.inbox import make
from tests.inbox.hints.test_hints import Server
from tests.publishing.sink import error
from webapp import db, events, links, networks, times
from webapp.channels import connect
from webapp.channels.models import Channel
from webapp.inbox.fetching import polling
from webapp.inbox.hints import opening
from webapp.inbox.models import InboxCursor
from webapp.networks.base import Profile, Remedy
from webapp.networks.hinting import deaf

POLLED, TOLD = "Looked for every 3 minutes.", "At once, and looked for every 3 minutes."
OLD = "Connected before Nod could ask to be told at once. Reconnect it to allow that."


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server()
    monkeypatch.setitem(networks.NETWORKS, "sink", made)
    return made


@pytest.fixture
def channel(cast: Cast, clock: Clock) -> str:
    made = str(make.channel(cast, network="sink").id)
    db.commit()
    return made


def row(browser: Any, channel: str) -> str:
    """What the line about new comments says, without its markup."""
    page = browser.get(f"/channels/{channel}").get_data(as_text=True)
    found = re.search(r"<b>New comments</b>(.*?)</div>", page, re.S)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", found[1]).split())) if found else ""


def listen(server: Server, *answers: Any) -> None:
    server.answers += answers
    assert opening.listen_due() == 1


def reconnected(cast: Cast, channel: str) -> None:
    """As the form does, and as the relay tells of it."""
    made = db.session.get_one(Channel, UUID(channel))
    connect.reconnect(made, Profile(made.remote_id, made.handle, "", "", {"token": "new"}), cast.actor("administrator"))
    db.commit()
    for tell in (events.seal_pending, events.tell_pending):
        tell(times.now())
        db.commit()


def test_told_at_once_is_said_with_how_often_it_is_looked_for(cast: Cast, server: Server, channel: str) -> None:
    assert row(cast.author, channel) == f"{POLLED} Nod is about to ask the server to tell it at once."
    listen(server)
    assert row(cast.author, channel) == TOLD


def test_where_something_came_today_it_is_looked_for_every_minute(cast: Cast, server: Server, channel: str) -> None:
    listen(server)
    polling._enlist()
    db.session.execute(sa.update(InboxCursor).values(last_new_at=times.now()))
    db.commit()
    assert row(cast.author, channel) == "At once, and looked for every minute."


@pytest.mark.parametrize(
    ("problem", "why"),
    [
        (deaf("none"), "The server does not tell Nod of news by itself."),
        (
            deaf("draft"),
            "The server tells of news only in an older form. After its next update it may tell Nod at once.",
        ),
        (error(Remedy.RETRY, "canary"), "The server did not agree to tell Nod at once. Nod asks again in 1 hour."),
        (error(Remedy.GIVE_UP, "canary"), "The server did not agree to tell Nod at once. Nod asks again in 1 week."),
    ],
)
def test_a_refusal_of_the_server_is_said_in_words_and_needs_no_button(
    cast: Cast, server: Server, channel: str, problem: Any, why: str
) -> None:
    listen(server, problem)
    assert row(cast.administrator, channel) == f"{POLLED} {why}"


def test_an_old_permission_has_the_button_that_renews_it_for_who_may(cast: Cast, server: Server, channel: str) -> None:
    listen(server, deaf("scope"))
    assert row(cast.author, channel) == f"{POLLED} {OLD}"
    assert row(cast.administrator, channel) == f"{POLLED} {OLD} Reconnect"
    page = cast.administrator.get(f"/channels/{channel}").get_data(as_text=True)
    assert f'end" href="/channels/{channel}/reconnection"' in page


def test_after_reconnecting_the_server_is_asked_at_once_not_in_a_week(cast: Cast, server: Server, channel: str) -> None:
    listen(server, deaf("scope"))
    assert opening.listen_due() == 0
    reconnected(cast, channel)
    assert "is about to ask" in row(cast.author, channel)
    listen(server)
    assert row(cast.author, channel) == TOLD


def test_reconnecting_another_channel_asks_nothing_of_this_one(cast: Cast, server: Server, channel: str) -> None:
    listen(server, deaf("none"))
    other = str(make.channel(cast, network="site").id)
    db.commit()
    reconnected(cast, other)
    assert opening.listen_due() == 0


def test_a_subscription_goes_on_while_making_it_anew_fails(
    cast: Cast, server: Server, channel: str, clock: Clock
) -> None:
    listen(server)
    clock.forward(hours=25)
    listen(server, error(Remedy.RETRY))
    assert row(cast.author, channel) == TOLD
    clock.forward(hours=2)
    listen(server, deaf("none"))
    assert row(cast.author, channel).startswith(POLLED)


@pytest.mark.parametrize(
    ("base", "why"),
    [
        ("http://localhost:8000", "Nobody outside can tell Nod at once: {base} is not reachable from there."),
        ("https://192.168.1.7", "Nobody outside can tell Nod at once: {base} is not reachable from there."),
        ("http://nod.test", "Nobody can tell Nod at once: that needs https, and the address of Nod is {base}."),
    ],
)
def test_an_address_that_nobody_reaches_is_the_reason(
    cast: Cast, server: Server, channel: str, monkeypatch: pytest.MonkeyPatch, base: str, why: str
) -> None:
    listen(server, deaf("scope"))
    monkeypatch.setattr(links, "_base", [base])
    assert row(cast.administrator, channel) == f"{POLLED} {why.format(base=base)}"


def test_what_fails_says_when_it_is_looked_at_again(cast: Cast, server: Server, channel: str) -> None:
    listen(server)
    polling._enlist()
    values = {"failures": 3, "problem": "It is down.", "next_at": times.now() + timedelta(minutes=5)}
    db.session.execute(sa.update(InboxCursor).values(values))
    db.commit()
    assert row(cast.author, channel) == "Nod looks again in 5 minutes."


def test_what_must_be_reconnected_is_not_read(cast: Cast, server: Server, channel: str) -> None:
    db.session.execute(sa.update(Channel).values(health="reconnect", problem="Sign in again."))
    db.commit()
    assert row(cast.author, channel) == "Not read until the channel is connected again."


def test_a_feed_hears_of_pages_that_link_to_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    made = str(make.channel(cast, network="site").id)
    db.commit()
    assert row(cast.author, made) == "At once, when the page that links here says so (Webmention)."
    monkeypatch.setattr(links, "_base", ["http://localhost"])
    assert "http://localhost is not reachable from there." in row(cast.author, made)


def test_who_does_not_see_the_channel_is_told_nothing(cast: Cast, server: Server, channel: str) -> None:
    for browser in (cast.teammate, cast.stranger):
        answer = browser.get(f"/channels/{channel}")
        assert answer.status_code == 404
        assert "New comments" not in answer.get_data(as_text=True)

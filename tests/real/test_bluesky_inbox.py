"""A stranger answers, mentions and quotes us on a real Bluesky network, and we read it."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from tests.real import servers
from tests.real.conftest import account_of
from tests.real.servers import Pds
from webapp import outbound
from webapp.networks.base import Account, Batch, Draft
from webapp.networks.bluesky import NETWORK as bluesky

pytestmark = pytest.mark.real
AT = datetime(2026, 11, 26, 17, 30, tzinfo=UTC)
PATIENCE = 120
"""Seconds that the network's index may take to its first answer."""


@pytest.fixture(scope="module")
def network(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pds]:
    name = f"sky{os.getpid()}"
    engine = sa.create_engine(f"{cluster}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    with servers.bluesky_network(tmp_path_factory.mktemp("sky"), f"{cluster}/{name}".replace("+psycopg", "")) as pds:
        yield pds


@pytest.fixture(scope="module")
def people(network: Pds) -> dict[str, servers.BlueskyAccount]:
    return {name: network.account(name) for name in ("alice", "bob")}


def signed_in(network: Pds, who: servers.BlueskyAccount) -> Account:
    values = {"handle": who.handle, "app_password": who.app_password, "server": network.url}
    return account_of(bluesky.connect(values))


@pytest.fixture
def us(network: Pds, people: dict[str, servers.BlueskyAccount], open_door: Callable[..., None]) -> Account:
    open_door(network.host)
    return signed_in(network, people["alice"])


@pytest.fixture
def stranger(network: Pds, people: dict[str, servers.BlueskyAccount], us: Account) -> Account:
    return signed_in(network, people["bob"])


def say(who: Account, text: str, **more: object) -> dict[str, str]:
    """Write a post; answers its uri and cid."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": now, **more}
    body = {"repo": who.remote_id, "collection": "app.bsky.feed.post", "record": record}
    headers = {"authorization": f"Bearer {who.secrets['access']}"}
    answer = outbound.request("POST", f"{who.server}/xrpc/com.atproto.repo.createRecord", json=body, headers=headers)
    assert answer.status == 200, answer.body
    made = answer.json()
    return {"uri": made["uri"], "cid": made["cid"]}


def strong(who: Account, uri: str) -> dict[str, str]:
    did, collection, rkey = uri.removeprefix("at://").split("/")
    query = f"repo={did}&collection={collection}&rkey={rkey}"
    found = outbound.request("GET", f"{who.server}/xrpc/com.atproto.repo.getRecord?{query}").json()
    return {"uri": found["uri"], "cid": found["cid"]}


def until(look: Callable[[], Batch], found: Callable[[Batch], bool]) -> Batch:
    """Indexing takes its time."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        batch = look()
        if found(batch):
            return batch
        time.sleep(0.3)
    raise AssertionError(f"not there after {PATIENCE} s: {[item.text for item in batch.items]}")


def indexed(who: Account, uri: str) -> dict[str, str]:
    """`strong`, once the network knows it: of an answer that is indexed before what it answers nobody is notified."""
    until(lambda: Batch(bluesky.look(who, [uri])), lambda f: not f.items[0].deleted)
    return strong(who, uri)


def test_a_thread_under_our_post_is_read_by_notifications_and_by_the_post(us: Account, stranger: Account) -> None:
    post = bluesky.publish(us, Draft("in-1", "Grapefruit season is open.", planned_at=AT)).remote_id
    root = indexed(us, post)
    first = say(stranger, "Where can I buy it?", langs=["en-GB"], reply={"root": root, "parent": root})
    batch = until(lambda: bluesky.fetch(us, None, []), lambda f: any(i.remote_id == first["uri"] for i in f.items))
    item = next(item for item in batch.items if item.remote_id == first["uri"])
    assert (item.side, item.ours, item.root_id, item.parent_id) == ("in", True, post, post)
    assert item.handle == {**first, "root_uri": root["uri"], "root_cid": root["cid"]}
    assert (item.author.remote_id, item.author.handle, item.language) == (stranger.remote_id, "@bob.test", "en-GB")

    answer = bluesky.reply(us, item.handle, "In Warsaw, from Monday.", "reply-1", datetime.now(UTC))
    mine = indexed(us, answer.remote_id)
    second = say(stranger, "Thanks!", reply={"root": root, "parent": mine})
    want = {first["uri"], mine["uri"], second["uri"]}
    batch = until(lambda: bluesky.fetch(us, None, [post]), lambda f: want <= {i.remote_id for i in f.items})
    found = {item.remote_id: item for item in batch.items}
    assert [found[each["uri"]].side for each in (first, mine, second)] == ["in", "out", "in"]
    assert [found[each["uri"]].parent_id for each in (first, mine, second)] == [post, first["uri"], mine["uri"]]


def test_mentions_and_quotes_come_once(us: Account, stranger: Account) -> None:
    facet = {"index": {"byteStart": 0, "byteEnd": 11}}
    facet["features"] = [{"$type": "app.bsky.richtext.facet#mention", "did": us.remote_id}]  # type: ignore[assignment]
    said = say(stranger, "@alice.test is it sweet?", facets=[facet])
    post = bluesky.publish(us, Draft("in-2", "Ours.", planned_at=AT)).remote_id
    embed = {"$type": "app.bsky.embed.record", "record": indexed(us, post)}
    quote = say(stranger, "Look at this!", embed=embed)
    want = {said["uri"], quote["uri"]}
    batch = until(lambda: bluesky.fetch(us, None, []), lambda f: want <= {i.remote_id for i in f.items})
    kinds = {i.remote_id: (i.kind, i.ours, i.parent_id) for i in batch.items if i.remote_id in want}
    assert set(kinds.values()) == {("mention", False, "")}
    assert not want & {i.remote_id for i in bluesky.fetch(us, batch.cursor, []).items}


def test_looking_again_tells_what_is_gone(us: Account, stranger: Account) -> None:
    said = say(stranger, "@alice.test soon gone")
    until(lambda: Batch(bluesky.look(us, [said["uri"]])), lambda f: not f.items[0].deleted)
    bluesky.delete(stranger, said["uri"])
    until(lambda: Batch(bluesky.look(us, [said["uri"]])), lambda f: f.items[0].deleted)

"""Bluesky's connector against the reference PDS."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.real.conftest import account_of, picture
from tests.real.servers import BlueskyAccount, Pds
from webapp import outbound, times
from webapp.networks.base import Absent, Account, Draft, NetworkError, Remedy
from webapp.networks.bluesky import NETWORK as bluesky

pytestmark = pytest.mark.real
AT = datetime(2026, 11, 26, 17, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def person(pds: Pds) -> BlueskyAccount:
    return pds.account("alice")


@pytest.fixture
def account(pds: Pds, person: BlueskyAccount, open_door: Callable[..., None]) -> Account:
    open_door(pds.host)
    values = {"handle": f"@{person.handle}", "app_password": person.app_password, "server": pds.url}
    return account_of(bluesky.connect(values))


def record(account: Account, remote_id: str) -> outbound.Answer:
    did, collection, rkey = remote_id.removeprefix("at://").split("/")
    query = f"repo={did}&collection={collection}&rkey={rkey}"
    return outbound.request("GET", f"{account.server}/xrpc/com.atproto.repo.getRecord?{query}")


def test_an_app_password_connects_and_is_not_kept(account: Account, person: BlueskyAccount, pds: Pds) -> None:
    assert account.remote_id == person.did
    assert account.handle == "@alice.test"
    assert account.server == pds.url
    assert person.app_password not in account.secrets.values()
    assert bluesky.check(account).remote_id == person.did


def test_a_wrong_password_is_said_plainly(pds: Pds, open_door: Callable[..., None]) -> None:
    open_door(pds.host)
    with pytest.raises(NetworkError) as refused:
        bluesky.connect({"handle": "alice.test", "app_password": "nope-nope", "server": pds.url})
    assert (refused.value.remedy, refused.value.code) == (Remedy.GIVE_UP, "password")


def test_a_post_has_facets_by_bytes_and_a_described_picture(account: Account, pds: Pds) -> None:
    bob = pds.account("bob")
    text = "Zażółć 👩‍👩‍👧 @bob.test and @nobody.test: https://example.com/żur, #śniadanie"
    receipt = bluesky.publish(account, Draft("key-1", text, (picture("A teal field"),), "pl", AT))
    value = record(account, receipt.remote_id).json()["value"]
    said = {}
    for facet in value["facets"]:
        span = facet["index"]
        said[text.encode()[span["byteStart"] : span["byteEnd"]].decode()] = facet["features"][0]
    assert said["@bob.test"]["did"] == bob.did
    assert said["https://example.com/żur"]["uri"] == "https://example.com/żur"
    assert said["#śniadanie"]["tag"] == "śniadanie"
    assert "@nobody.test" not in said
    image = value["embed"]["images"][0]
    assert image["alt"] == "A teal field"
    assert image["aspectRatio"] == {"width": 64, "height": 48}
    assert value["createdAt"] == "2026-11-26T17:30:00.000Z"


def test_sending_twice_is_sending_once(account: Account) -> None:
    draft = Draft("key-2", "Only once.", (picture("Red", "red"),), "en", AT)
    first, second = bluesky.publish(account, draft), bluesky.publish(account, draft)
    assert first == second
    url = f"{account.server}/xrpc/com.atproto.repo.listRecords?repo={account.remote_id}"
    listed = outbound.request("GET", f"{url}&collection=app.bsky.feed.post").json()["records"]
    assert [r["value"]["text"] for r in listed].count("Only once.") == 1


def test_the_probe_knows_what_is_there_and_what_is_not(account: Account) -> None:
    draft = Draft("key-3", "Is it there?", planned_at=AT)
    assert isinstance(bluesky.probe(account, draft, times.now()), Absent)
    receipt = bluesky.publish(account, draft)
    assert bluesky.probe(account, draft, times.now()) == receipt


def test_pictures_staged_before_are_attached(account: Account) -> None:
    draft = Draft("key-4", "Staged.", (picture("Blue", "blue"),), planned_at=AT)
    staged = replace(draft, staged=bluesky.stage(account, draft))
    value = record(account, bluesky.publish(account, staged).remote_id).json()["value"]
    assert value["embed"]["images"][0]["alt"] == "Blue"


def test_deleting_removes_it_and_may_be_repeated(account: Account) -> None:
    receipt = bluesky.publish(account, Draft("key-5", "Gone soon.", planned_at=AT))
    bluesky.delete(account, receipt.remote_id)
    bluesky.delete(account, receipt.remote_id)
    assert record(account, receipt.remote_id).status == 400


def test_the_server_agrees_with_our_limits(account: Account) -> None:
    fits = "👩‍👩‍👧" * 150 + "a" * 150  # 300 graphemes, 2,850 bytes
    assert bluesky.measure(fits, bluesky.limits).over == 0
    bluesky.publish(account, Draft("key-6", fits, planned_at=AT))
    over = "👩‍👩‍👧" * 170
    assert bluesky.measure(over, bluesky.limits).over > 0
    body = {"repo": account.remote_id, "collection": "app.bsky.feed.post"}
    body["record"] = {"$type": "app.bsky.feed.post", "text": over, "createdAt": "2026-11-26T17:30:00.000Z"}
    headers = {"authorization": f"Bearer {account.secrets['access']}"}
    url = f"{account.server}/xrpc/com.atproto.repo.createRecord"
    assert outbound.request("POST", url, json=body, headers=headers).status == 400


class Expiring(BaseHTTPRequestHandler):
    """Stands between Nod and the PDS and calls one access token expired, as the PDS does after two hours."""

    pds, expired = "", ""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        token = self.headers.get("authorization", "").removeprefix("Bearer ")
        if token == self.expired:
            Expiring.expired = ""  # a renewed token may have the same bytes within one second
            return self.reply(400, b'{"error": "ExpiredToken", "message": "Token has expired"}')
        headers = {k: v for k, v in self.headers.items() if k.lower() in ("authorization", "content-type")}
        answer = outbound.request("POST", self.pds + self.path, body=body or None, headers=headers)
        return self.reply(answer.status, answer.body)

    def reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_an_expired_session_renews_itself_and_keeps_the_new_tokens(
    account: Account, pds: Pds, open_door: Callable[..., None]
) -> None:
    kept: list[Mapping[str, str]] = []
    Expiring.pds, Expiring.expired = pds.url, account.secrets["access"]
    with ThreadingHTTPServer(("127.0.0.1", 0), Expiring) as between:
        Thread(target=between.serve_forever, daemon=True).start()
        open_door(pds.host, f"127.0.0.1:{between.server_port}")
        there = replace(account, server=f"http://127.0.0.1:{between.server_port}", store=kept.append)
        receipt = bluesky.publish(there, Draft("key-7", "After a long night.", planned_at=AT))
        between.shutdown()
    assert record(account, receipt.remote_id).status == 200
    (fresh,) = kept
    assert fresh["access"]
    assert fresh["refresh"] not in ("", account.secrets["refresh"])
    assert bluesky.check(replace(account, secrets={**account.secrets, **fresh})).remote_id == account.remote_id


def test_parts_answer_each_other_and_twice_is_once(account: Account) -> None:
    first = bluesky.publish(account, Draft("key-9", "A thread begins.", planned_at=AT))
    draft = Draft("key-9.1", "It goes on.", planned_at=AT, above=(first, first))
    second, again = bluesky.publish(account, draft), bluesky.publish(account, draft)
    assert second == again == bluesky.probe(account, draft, times.now())
    third = bluesky.publish(account, Draft("key-9.2", "And ends.", planned_at=AT, above=(first, second)))
    reply = record(account, third.remote_id).json()["value"]["reply"]
    assert (reply["root"]["uri"], reply["parent"]["uri"]) == (first.remote_id, second.remote_id)
    assert record(account, second.remote_id).json()["cid"] == reply["parent"]["cid"]
    for receipt in (third, second, first):
        bluesky.delete(account, receipt.remote_id)

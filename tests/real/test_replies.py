"""Answering a stranger's comment on real servers: on their side it stands once, whatever was lost on the way."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.real import servers
from tests.real.conftest import account_of
from tests.real.test_snac import BACK
from tests.servers.nod import until
from webapp import outbound, times
from webapp.networks import answering
from webapp.networks.base import Absent, Account, Draft, Receipt
from webapp.networks.bluesky import NETWORK as bluesky
from webapp.networks.mastodon import NETWORK as mastodon

pytestmark = pytest.mark.real
AT = datetime(2026, 11, 28, 12, tzinfo=UTC)


def snac_account(server: servers.Snac) -> Account:
    journey = mastodon.begin({"server": server.url}, BACK, "state-1")
    return account_of(mastodon.finish(journey.kept, server.allow(journey.url), BACK))


def as_they_see(account: Account, path: str) -> dict:
    headers = {"authorization": f"Bearer {account.secrets['token']}"}
    return outbound.request("GET", f"{account.server}/api/v1/{path}", headers=headers).json()


@pytest.fixture
def comment(snac: servers.Snac, open_door: Callable[..., None]) -> tuple[Account, Account, dict]:
    """Us, a stranger, and what an answer to their comment on our post needs."""
    open_door(snac.host)
    name = f"zosia{times.now():%H%M%S}"
    us, stranger = snac_account(snac), snac_account(snac.another(name))
    ours = mastodon.publish(us, Draft(f"post-{times.now().timestamp()}", "A post that people comment on"))
    link = as_they_see(us, f"statuses/{ours.remote_id}")
    said = mastodon.reply(stranger, {"id": ours.remote_id, "visibility": "public"}, "Where is my order?", "c1", AT)
    assert link["id"]
    until(lambda: as_they_see(us, f"statuses/{said.remote_id}").get("in_reply_to_id"), "the comment has come to us", 20)
    return us, stranger, {"id": said.remote_id, "acct": name, "visibility": "public"}


def test_on_a_fediverse_server_the_stranger_sees_the_answer_once(comment: tuple[Account, Account, dict]) -> None:
    us, stranger, handle = comment
    assert mastodon.answered(us, handle) == []
    before = times.now()
    made = mastodon.reply(us, handle, "It leaves today.", "reply-1", AT)
    assert mastodon.probe_reply(us, handle, "It leaves today.", "reply-1", AT, before) == made

    def below() -> list[dict]:
        found = as_they_see(stranger, f"statuses/{handle['id']}/context")["descendants"]
        return [each for each in found if "It leaves today." in each["content"]]

    assert len(until(below, "the stranger has it", 20)) == 1
    assert mastodon.answered(us, handle) == [made.remote_id]


def bluesky_account(pds: servers.Pds, name: str) -> Account:
    person = pds.account(name)
    values = {"handle": person.handle, "app_password": person.app_password, "server": pds.url}
    return account_of(bluesky.connect(values))


def records(account: Account, collection: str) -> list[dict]:
    url = f"{account.server}/xrpc/com.atproto.repo.listRecords?repo={account.remote_id}&collection={collection}"
    return outbound.request("GET", url).json()["records"]


def test_on_a_bluesky_server_everything_we_say_back_stands_once(
    pds: servers.Pds, open_door: Callable[..., None]
) -> None:
    open_door(pds.host)
    us, stranger = bluesky_account(pds, "brand"), bluesky_account(pds, "zosia")
    root = bluesky.publish(us, Draft("root", "A post that people comment on", planned_at=AT))
    cid = next(each["cid"] for each in records(us, "app.bsky.feed.post") if each["uri"] == root.remote_id)
    place = {"uri": root.remote_id, "cid": cid, "root_uri": root.remote_id, "root_cid": cid}
    asked = bluesky.reply(stranger, place, "Where is my order?", "c1", AT)
    theirs = next(each["cid"] for each in records(stranger, "app.bsky.feed.post") if each["uri"] == asked.remote_id)
    handle = {"uri": asked.remote_id, "cid": theirs, "root_uri": root.remote_id, "root_cid": cid}
    assert isinstance(bluesky.probe_reply(us, handle, "It leaves today.", "r1", AT, AT), Absent)
    for _ in range(2):
        made = bluesky.reply(us, handle, "It leaves today.", "r1", AT)
    assert isinstance(bluesky.probe_reply(us, handle, "It leaves today.", "r1", AT, AT), Receipt)
    assert bluesky.answered(us, handle) == [made.remote_id]
    for _ in range(2):
        bluesky.like(us, handle)
        bluesky.hide(us, handle)
    assert len(records(us, "app.bsky.feed.like")) == 1
    (gate,) = records(us, "app.bsky.feed.threadgate")
    assert gate["value"]["hiddenReplies"] == [asked.remote_id]
    bluesky.unhide(us, handle)
    bluesky.unlike(us, handle)
    bluesky.remove(us, handle, made.remote_id)
    assert records(us, "app.bsky.feed.like") == []
    assert records(us, "app.bsky.feed.threadgate")[0]["value"]["hiddenReplies"] == []
    assert bluesky.answered(us, handle) == []
    assert isinstance(bluesky, answering.Hideable)

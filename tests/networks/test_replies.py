"""Saying something back: once for its key, found again after an unclear answer, taken back, hidden where it can be."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.networks.doubles import LOST, Double, Fediverse, Reply, Repository, Request
from tests.networks.test_contract import failure
from webapp import times
from webapp.networks import NETWORKS, answering, network
from webapp.networks.base import Absent, Account, Receipt, Remedy
from webapp.networks.mastodon import NETWORK as mastodon

AT = datetime(2026, 11, 28, 11, 30, tzinfo=UTC)
ROOT = "at://did:plc:a/app.bsky.feed.post/root"
HANDLES: dict[str, dict[str, Any]] = {
    "mastodon": {"id": "900", "acct": "zb@balkon.example", "visibility": "unlisted"},
    "bluesky": {"uri": "at://did:plc:b/app.bsky.feed.post/c1", "cid": "cc", "root_uri": ROOT, "root_cid": "rc"},
}
Start = Callable[[Double], Account]


class TalkingServer(Fediverse):
    """Adds replies, their thread, and favourites."""

    gone = False

    def __init__(self) -> None:
        super().__init__()
        self.favourites: set[str] = set()

    def route(self, request: Request) -> Reply:
        *_, number, what = request.path.split("/")
        if what in ("favourite", "unfavourite"):
            (self.favourites.add if what == "favourite" else self.favourites.discard)(number)
            return Reply(body={"id": number})
        if what == "context":
            below = [p for p in self.posts.values() if p["in_reply_to_id"] == number]
            return Reply(404) if self.gone else Reply(body={"ancestors": [], "descendants": below})
        return super().route(request)

    def post(self, request: Request) -> Reply:
        if self.gone:
            return Reply(404, {"error": "Record not found"})
        made, words = super().post(request), request.json["status"].removeprefix("@zb@balkon.example")
        made.body |= {
            "in_reply_to_id": request.json.get("in_reply_to_id"),
            "account": {"id": "7"},
            "content": f'<p><a href="x">@<span>zb</span></a>{words}</p>',
        }
        return made


class Unliked(TalkingServer):
    """Has the status and knows no favourites, as snac."""

    favourited = False

    def route(self, request: Request) -> Reply:
        *_, number, what = request.path.split("/")
        if what in ("favourite", "unfavourite"):
            return Reply(404, {"error": "Record not found"})
        if request.method == "GET" and number == "statuses":
            return Reply(404) if self.gone else Reply(body={"id": what, "favourited": self.favourited})
        return super().route(request)


class TalkingRepository(Repository):
    """Keeps records of every collection."""

    def __init__(self) -> None:
        super().__init__()
        self.records: dict[tuple[str, str], dict[str, Any]] = {}

    def route(self, request: Request) -> Reply:
        if request.path.endswith("listRecords"):
            return Reply(body={"records": list(self.posts.values())})
        return super().route(request)

    def put(self, request: Request) -> Reply:
        body = request.json
        before = self.records.get((body["collection"], body["rkey"]))
        if "swapRecord" in body and body["swapRecord"] != (before and before["cid"]):
            return Reply(400, {"error": "InvalidSwap"})
        uri = f"at://did:plc:a/{body['collection']}/{body['rkey']}"
        row = {"uri": uri, "cid": str(len(self.seen)), "value": body["record"]}
        self.records[body["collection"], body["rkey"]] = row
        if body["collection"].endswith(".post"):
            self.posts[body["rkey"]] = row
        return Reply(body={"uri": uri, "cid": row["cid"]})

    def get(self, request: Request) -> Reply:
        found = self.records.get((request.query["collection"], request.query["rkey"]))
        return Reply(body=found) if found else Reply(400, {"error": "RecordNotFound"})

    def delete(self, request: Request) -> Reply:
        self.records.pop((request.json["collection"], request.json["rkey"]), None)
        self.posts.pop(request.json["rkey"], None)
        return Reply(body={})


DOUBLES: dict[str, Callable[[], Any]] = {"mastodon": TalkingServer, "bluesky": TalkingRepository}


@pytest.fixture(params=sorted(DOUBLES))
def double(request: pytest.FixtureRequest) -> Any:
    made = DOUBLES[request.param]()
    made.network = request.param
    return made


def send(double: Double, account: Account, key: str = "reply-1", text: str = "Thank you!") -> Receipt:
    return network(double.network).reply(account, HANDLES[double.network], text, key, AT)


def look(double: Double, account: Account, since: datetime, key: str = "reply-1", text: str = "Thank you!") -> object:
    return network(double.network).probe_reply(account, HANDLES[double.network], text, key, AT, since)


def test_those_that_answer_say_so() -> None:
    able = {key for key, each in NETWORKS.items() if isinstance(each, answering.Answering)}
    assert {"mastodon", "bluesky"} <= able
    assert isinstance(network("bluesky"), answering.Hideable)
    assert not isinstance(mastodon, answering.Hideable)
    assert all(isinstance(network(key), answering.Likeable | answering.Removable) for key in DOUBLES)


def test_a_reply_sent_twice_is_one(double: Any, start: Start) -> None:
    account = start(double)
    assert send(double, account) == send(double, account)
    assert len(double.posts) == 1


def test_two_replies_with_the_same_words_are_two(double: Any, start: Start) -> None:
    account = start(double)
    send(double, account)
    send(double, account, "reply-2")
    assert len(double.posts) == 2


def test_a_reply_whose_answer_was_lost_is_found_again(double: Any, start: Start) -> None:
    account, before = start(double), times.now()
    double.fail(double.write, LOST, effect=True)
    assert failure(lambda: send(double, account)).remedy is Remedy.UNKNOWN
    assert isinstance(look(double, account, before), Receipt)


def test_a_reply_that_never_arrived_is_absent(double: Any, start: Start) -> None:
    account, before = start(double), times.now()
    double.fail(double.write, LOST)
    assert failure(lambda: send(double, account)).remedy is Remedy.UNKNOWN
    assert isinstance(look(double, account, before), Absent)


def test_the_same_words_to_somebody_else_are_not_this_reply(double: Any, start: Start) -> None:
    account, before = start(double), times.now()
    other = {**HANDLES[double.network], "id": "901", "uri": "at://did:plc:c/app.bsky.feed.post/c9"}
    network(double.network).reply(account, other, "Thank you!", "other", AT)
    assert isinstance(look(double, account, before), Absent)


def test_it_says_what_we_have_written_under_a_message(double: Any, start: Start) -> None:
    account, each, handle = start(double), network(double.network), HANDLES[double.network]
    assert each.answered(account, handle) == []
    made = send(double, account)
    assert each.answered(account, handle) == [made.remote_id]


def test_a_reply_can_be_removed_and_removing_again_is_no_error(double: Any, start: Start) -> None:
    account, each = start(double), network(double.network)
    made = send(double, account)
    for _ in range(2):
        each.remove(account, HANDLES[double.network], made.remote_id)
    assert double.posts == {}


def test_a_text_that_is_too_long_never_leaves(double: Any, start: Start) -> None:
    account = start(double)
    limit = network(double.network).limits.text
    assert failure(lambda: send(double, account, text="a" * (limit + 1))).remedy is Remedy.GIVE_UP
    assert not double.seen


@pytest.mark.parametrize(
    ("status", "remedy"), [(500, "unknown"), (LOST, "unknown"), (429, "retry"), (401, "reconnect")]
)
def test_every_failure_has_its_remedy(double: Any, start: Start, status: int, remedy: str) -> None:
    account = start(double)
    double.fail(double.write, status, {"error": "ExpiredToken" if status == 401 else "x"})
    if double.network == "bluesky" and status == 401:
        double.fail("refreshSession", 400, {"error": "ExpiredToken"})
    assert failure(lambda: send(double, account)).remedy == remedy


def test_mastodon_names_whom_it_answers_once(start: Start) -> None:
    double = TalkingServer()
    double.network = "mastodon"
    account = start(double)
    send(double, account)
    body = double.seen[-1].json
    assert body["status"] == "@zb@balkon.example Thank you!"
    assert (body["in_reply_to_id"], body["visibility"]) == ("900", "unlisted")
    for own in ("Thanks, @zb@balkon.example!", "@ZB@balkon.example hello"):
        assert mastodon.as_sent(HANDLES["mastodon"], own) == own
    assert mastodon.as_sent(HANDLES["mastodon"], "@zb@balkon.example.org hi").startswith("@zb@balkon.example @zb")


def test_mastodon_says_when_the_comment_is_gone(start: Start) -> None:
    double = TalkingServer()
    double.network, double.gone = "mastodon", True
    account = start(double)
    assert failure(lambda: mastodon.answered(account, HANDLES["mastodon"])).code == answering.GONE
    assert failure(lambda: send(double, account)).code == answering.GONE


def test_a_like_twice_is_once_and_is_taken_back(double: Any, start: Start) -> None:
    account, each, handle = start(double), network(double.network), HANDLES[double.network]
    kept = double.favourites if double.network == "mastodon" else double.records
    for _ in range(2):
        each.like(account, handle)
    assert len(kept) == 1
    for _ in range(2):
        each.unlike(account, handle)
    assert not kept


def test_a_server_without_favourites_is_a_clear_no_and_not_tried_again(start: Start) -> None:
    double = Unliked()
    double.network = "mastodon"
    account = start(double)
    said = failure(lambda: mastodon.like(account, HANDLES["mastodon"]))
    assert (said.code, said.remedy) == ("no_like", Remedy.GIVE_UP)
    assert "does not let apps like posts" in str(said)
    mastodon.unlike(account, HANDLES["mastodon"])
    double.favourited = True
    mastodon.like(account, HANDLES["mastodon"])
    double.gone = True
    assert failure(lambda: mastodon.like(account, HANDLES["mastodon"])).code == answering.GONE


def test_a_like_that_is_not_answered_may_be_made_again(double: Any, start: Start) -> None:
    account, each, handle = start(double), network(double.network), HANDLES[double.network]
    double.fail("favourite" if double.network == "mastodon" else "putRecord", LOST)
    assert failure(lambda: each.like(account, handle)).remedy is Remedy.RETRY


def test_bluesky_hides_under_our_own_posts_and_keeps_the_rest_of_the_gate(start: Start) -> None:
    double, bluesky, handle = TalkingRepository(), network("bluesky"), HANDLES["bluesky"]
    account = start(double)
    gate = ("app.bsky.feed.threadgate", "root")
    bluesky.hide(account, handle)
    assert double.records[gate]["value"]["hiddenReplies"] == [handle["uri"]]
    double.records[gate]["value"] |= {"allow": [], "hiddenReplies": ["at://x", handle["uri"]]}
    bluesky.hide(account, handle)
    assert double.records[gate]["value"]["hiddenReplies"] == ["at://x", handle["uri"]]
    bluesky.unhide(account, handle)
    assert double.records[gate]["value"]["hiddenReplies"] == ["at://x"]
    assert double.records[gate]["value"]["allow"] == []
    assert bluesky.may_hide(account, handle)
    assert not bluesky.may_hide(account, {**handle, "root_uri": "at://did:plc:b/app.bsky.feed.post/x"})


def test_bluesky_says_what_it_answers_and_where_the_thread_began(start: Start) -> None:
    double = TalkingRepository()
    double.network = "bluesky"
    account = start(double)
    send(double, account, text="See https://sok.example/a")
    record = double.seen[-1].json["record"]
    assert record["reply"]["parent"] == {"uri": HANDLES["bluesky"]["uri"], "cid": "cc"}
    assert record["reply"]["root"] == {"uri": ROOT, "cid": "rc"}
    assert record["createdAt"] == "2026-11-28T11:30:00.000Z"
    assert record["facets"][0]["features"][0]["uri"] == "https://sok.example/a"

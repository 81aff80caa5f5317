"""Fetching what people wrote from servers that answer oddly: nothing lost, nothing looped, every refusal understood."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from tests.networks.doubles import LOST, Double, Reply, Request
from tests.networks.test_contract import failure
from webapp import times
from webapp.networks import network
from webapp.networks.base import Account, Batch, NetworkError, Remedy

Start = Callable[[Double], Account]


def ago(minutes: float) -> str:
    return times.iso(times.now() - timedelta(minutes=minutes))


class Fetched(Double):
    """A server with a list of notifications, `size` on a page. `other`: of how many kinds nobody knows."""

    size = 3
    most = 50

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[dict[str, Any]] = []
        self.loop: list[str] = []
        self.asked = 0

    def page(self, below: str) -> list[dict[str, Any]]:
        """What stands under a row, the newest first."""
        self.asked += 1
        assert self.asked < self.most, "it reads for ever"
        at = next((n + 1 for n, row in enumerate(self.rows) if row["key"] == below), 0)
        return self.rows[at : at + self.size]


class Toots(Fetched):
    """Mastodon's notifications, and statuses without a thread."""

    network = "mastodon"
    secrets: ClassVar = {"token": "canary-token-5f1d"}
    list_path = "/notifications"
    expired = (401, {"error": "The access token was revoked"})

    def add(self, key: str, minutes: float, kind: str = "mention") -> None:
        status = {"id": f"s{key}", "created_at": ago(minutes), "content": f"<p>Words {key}</p>",
                  "account": {"id": "9", "acct": "zb@balkon.example", "url": "https://balkon.example/@zb"}}  # fmt: skip
        self.rows.append({"key": key, "id": key, "type": kind, "created_at": ago(minutes), "status": status})

    def route(self, request: Request) -> Reply:
        if request.path.endswith("/notifications"):
            below = self.loop.pop(0) if self.loop else request.query.get("max_id", "")
            return Reply(body=self.page(below))
        if request.path.endswith("/context"):
            return Reply(body={"ancestors": [], "descendants": []})
        return Reply(404)


class Skeets(Fetched):
    """Bluesky's notifications, and posts as the app shows them."""

    network = "bluesky"
    secrets: ClassVar = {"access": "canary-access-91aa", "refresh": "canary-refresh-33bc"}
    list_path = "listNotifications"
    expired = (401, {"error": "AuthMissing"})

    def add(self, key: str, minutes: float, kind: str = "reply") -> None:
        uri = f"at://did:plc:b/app.bsky.feed.post/{key}"
        self.rows.append({"key": key, "uri": uri, "reason": kind, "indexedAt": ago(minutes), "record": {}})

    def route(self, request: Request) -> Reply:
        if request.path.endswith("listNotifications"):
            rows = self.page(self.loop.pop(0) if self.loop else request.query.get("cursor", ""))
            return Reply(body={"notifications": rows, "cursor": rows[-1]["key"] if rows else ""})
        if request.path.endswith("getPosts"):
            return Reply(body={"posts": [self.view(row) for row in self.rows if row["reason"] != "like"]})
        return Reply(400, {"error": "NotFound"})

    def view(self, row: dict[str, Any]) -> dict[str, Any]:
        record = {"text": f"Words {row['key']}", "createdAt": row["indexedAt"]}
        return {"uri": row["uri"], "cid": "c", "record": record, "author": {"did": "did:plc:b", "handle": "zb.test"}}


UNKNOWN = {"mastodon": "severed_relationships", "bluesky": "like"}


@pytest.fixture(params=[Toots, Skeets], ids=["mastodon", "bluesky"])
def there(request: pytest.FixtureRequest) -> Any:
    return request.param()


def fetch(double: Fetched, account: Account, cursor: Any = None, posts: tuple[str, ...] = ()) -> Batch:
    double.asked = 0
    return network(double.network).fetch(account, cursor, posts)  # type: ignore[attr-defined]


def words(batch: Batch) -> set[str]:
    return {item.text for item in batch.items}


def all_of(double: Fetched, account: Account) -> set[str]:
    """Everything, as the poller reads it: look after look until there is no more."""
    found: set[str] = set()
    cursor: Any = None
    for _look in range(20):
        batch = fetch(double, account, cursor)
        found, cursor = found | words(batch), batch.cursor
        if not batch.more:
            return found
    raise AssertionError("it never comes to an end")


def test_many_pages_are_read_to_the_end_over_several_looks(there: Any, start: Start) -> None:
    for n in range(40):
        there.add(str(100 - n), n)
    assert all_of(there, start(there)) >= {f"Words {100 - n}" for n in range(40)}


@pytest.mark.parametrize("loop", [[""] * 60, ["", "98", "", "98"] * 15])
def test_a_list_that_runs_in_a_circle_is_left(there: Any, start: Start, loop: list[str]) -> None:
    for n in range(6):
        there.add(str(100 - n), n)
    there.loop = list(loop)
    batch = fetch(there, start(there))
    assert not batch.more
    assert words(batch) >= {"Words 100", "Words 99", "Words 98"}


def test_kinds_that_nobody_knows_are_left_out_and_hide_nothing_below_them(there: Any, start: Start) -> None:
    for n in range(9):
        there.add(str(100 - n), n, UNKNOWN[there.network])
    there.add("50", 30)
    found = all_of(there, start(there))
    assert "Words 50" in found
    assert "Words 100" not in found or there.network == "bluesky"


ODD: list[Any] = [
    *(b"", b"<html>Welcome</html>", b"[[[", b"null", b"5", b'"x"', b"\xff\xfe", b"[" * 200_000),
    *([1, 2], [{}], [{"id": None, "type": "mention"}], {"notifications": 7}),
    {"notifications": [None, 5, {}, {"uri": 7, "reason": []}]},
    [{"id": "1", "type": "mention", "created_at": "soon", "status": {"id": "1"}}],
    [{"id": "1", "type": ["mention"], "created_at": 5, "status": []}],
]


@pytest.mark.parametrize("body", ODD, ids=range(len(ODD)))
def test_a_list_that_makes_no_sense_is_tried_again_or_empty(there: Any, start: Start, body: Any) -> None:
    there.fail(there.list_path, 200, body)
    account = start(there)
    said = None
    with suppress(NetworkError):
        said = fetch(there, account).items
    there.fail(there.list_path, 200, body)
    assert said == () if said is not None else failure(lambda: fetch(there, account)).remedy is Remedy.RETRY


BROKEN: list[Any] = [
    *({"id": "s1"}, {"id": "s1", "account": 5, "created_at": "x"}, 7, None, []),
    {"id": "s1", "account": {"id": None}, "created_at": None, "media_attachments": [5, {"meta": 7}]},
]


@pytest.mark.parametrize("status", BROKEN, ids=range(len(BROKEN)))
def test_one_broken_status_does_not_hide_the_others(start: Start, status: Any) -> None:
    there = Toots()
    there.add("2", 1)
    there.add("1", 2)
    there.rows[0]["status"] = status
    assert words(fetch(there, start(there))) == {"Words 1"}


@pytest.mark.parametrize(
    "view", [{}, {"uri": "at://x"}, {"uri": 5, "author": []}, {"uri": "at://x", "record": 5, "author": {"did": "d"}}]
)
def test_one_broken_post_does_not_hide_the_others(start: Start, view: Any) -> None:
    class Broken(Skeets):
        def view(self, row: dict[str, Any]) -> dict[str, Any]:
            return view if row["key"] == "2" else super().view(row)

    there = Broken()
    there.add("2", 1)
    there.add("1", 2)
    assert words(fetch(there, start(there))) == {"Words 1"}


def test_a_server_that_asks_us_to_wait_says_until_when(there: Any, start: Start) -> None:
    there.fail(there.list_path, 429, Retry_After="120")
    error = failure(lambda: fetch(there, start(there)))
    assert (error.remedy, error.code) == (Remedy.RETRY, "429")
    assert error.retry_at
    assert timedelta(seconds=100) < error.retry_at - times.now() < timedelta(seconds=125)


@pytest.mark.parametrize("after", ["soon", "-5", "9" * 40, ""])
def test_a_wait_that_makes_no_sense_is_none(there: Any, start: Start, after: str) -> None:
    there.fail(there.list_path, 429, Retry_After=after)
    error = failure(lambda: fetch(there, start(there)))
    assert error.remedy is Remedy.RETRY
    assert error.retry_at is None or error.retry_at - times.now() < timedelta(days=2)


@pytest.mark.parametrize("status", [LOST, 500, 502, 503, 504, 408])
def test_trouble_there_is_tried_again(there: Any, start: Start, status: int) -> None:
    account = start(there)
    for _time in range(3):
        there.fail(there.list_path, status)
    assert failure(lambda: fetch(there, account)).remedy is Remedy.RETRY


def test_a_token_that_was_taken_back_asks_for_a_connection_and_shows_no_secret(there: Any, start: Start) -> None:
    account = start(there)
    for _time in range(4):
        there.fail(there.list_path, *there.expired)
    there.fail("refreshSession", 401, {"error": "ExpiredToken"})
    error = failure(lambda: fetch(there, account))
    assert error.remedy is Remedy.RECONNECT
    assert not any(secret in f"{error} {error.params}" for secret in there.secrets.values())


def test_an_answer_without_end_is_cut_off(there: Any, start: Start) -> None:
    there.fail(there.list_path, 200, b" " * 60_000_000)
    assert failure(lambda: fetch(there, start(there))).remedy in (Remedy.RETRY, Remedy.GIVE_UP)


def test_a_thread_as_deep_as_json_goes_and_one_with_thousands_of_answers_are_read(start: Start) -> None:
    class Deep(Skeets):
        node: Any = None

        def route(self, request: Request) -> Reply:
            if request.path.endswith("getPostThread"):
                return Reply(body={"thread": self.node})
            return super().route(request)

    there = Deep()
    row = {"uri": "at://did:plc:b/app.bsky.feed.post/x", "key": "x", "indexedAt": ago(1)}
    leaf = {"post": there.view(row)}
    there.node = {"post": {}, "replies": [leaf] * 3000}
    account = start(there)
    assert len(fetch(there, account, posts=("at://did:plc:a/app.bsky.feed.post/ours",)).items) == 3000
    for _level in range(300):
        leaf = {"post": there.view(row), "replies": [leaf, 5, None]}
    there.node = leaf
    assert len(fetch(there, account, posts=("at://did:plc:a/app.bsky.feed.post/ours",)).items) == 300


def test_a_thread_that_is_gone_hides_nothing_else(there: Any, start: Start) -> None:
    there.add("1", 1)
    assert words(fetch(there, start(there), posts=("gone",))) == {"Words 1"}


@pytest.mark.parametrize(("said", "likes"), [(0, 0), (7, 7), (None, None), ("many", None), (-1, None), (True, None)])
def test_how_often_it_is_liked_comes_with_it(there: Any, start: Start, said: object, likes: int | None) -> None:
    account = start(there)
    there.add("a", 5)
    if there.network == "mastodon":
        there.rows[0]["status"]["favourites_count"] = said
    else:
        view = there.view
        there.view = lambda row: {**view(row), "likeCount": said}
    (item,) = fetch(there, account).items
    assert item.likes == likes

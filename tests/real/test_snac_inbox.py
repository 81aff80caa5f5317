"""A stranger writes to us on a real fediverse server, and we read it."""

import time
from collections.abc import Callable

import pytest

from tests.real.conftest import account_of
from tests.real.servers import Snac
from tests.real.test_snac import connect
from webapp import outbound
from webapp.networks.base import Account, Batch, Draft
from webapp.networks.mastodon import NETWORK as mastodon

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def names() -> dict[str, Snac]:
    return {}


@pytest.fixture
def us(snac: Snac, open_door: Callable[..., None]) -> Account:
    open_door(snac.host)
    return account_of(connect(snac))


@pytest.fixture
def stranger(snac: Snac, us: Account, names: dict[str, Snac]) -> Account:
    if "bob" not in names:
        names["bob"] = snac.another("bob")
    return account_of(connect(names["bob"]))


def say(who: Account, text: str, under: str = "") -> str:
    body = {"status": text, "visibility": "public", **({"in_reply_to_id": under} if under else {})}
    headers = {"authorization": f"Bearer {who.secrets['token']}"}
    answer = outbound.request("POST", f"{who.server}/api/v1/statuses", json=body, headers=headers, fresh=True)
    assert answer.status == 200, answer.body
    return str(answer.json()["id"])


def until(look: Callable[[], Batch], found: Callable[[Batch], bool]) -> Batch:
    """snac hands things round in its own time."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        batch = look()
        if found(batch):
            return batch
        time.sleep(0.5)
    raise AssertionError(f"not there after 30 s: {[item.text for item in batch.items]}")


def test_comments_under_our_post_and_what_is_under_them_are_read(us: Account, stranger: Account) -> None:
    post = mastodon.publish(us, Draft("in-1", "Grapefruit season is open.")).remote_id
    first = say(stranger, "@alice Where can I buy it?", post)
    look = lambda: mastodon.fetch(us, None, [post])  # noqa: E731
    batch = until(look, lambda found: any(item.remote_id == first for item in found.items))
    item = next(item for item in batch.items if item.remote_id == first)
    assert (item.side, item.ours, item.root_id, item.parent_id) == ("in", True, post, post)
    assert "Where can I buy it?" in item.text
    assert "<" not in item.text
    assert item.author.handle.startswith("@bob@localhost")
    assert item.author.remote_id.startswith("http://localhost")
    assert item.handle["id"] == first

    answer = say(us, "@bob In Warsaw, from Monday.", first)
    second = say(stranger, "@alice Thanks!", answer)
    batch = until(look, lambda found: {answer, second} <= {item.remote_id for item in found.items})
    found = {item.remote_id: item for item in batch.items}
    assert [found[key].side for key in (first, answer, second)] == ["in", "out", "in"]
    assert [found[key].parent_id for key in (first, answer, second)] == [post, first, answer]
    assert {found[key].root_id for key in (first, answer, second)} == {post}


def test_a_mention_of_a_stranger_comes_once_through_the_notifications(us: Account, stranger: Account) -> None:
    said = say(stranger, "Has anybody tried @alice yet?")
    batch = until(lambda: mastodon.fetch(us, None, []), lambda f: any(item.remote_id == said for item in f.items))
    item = next(item for item in batch.items if item.remote_id == said)
    assert (item.kind, item.side, item.ours, item.parent_id) == ("mention", "in", False, "")
    again = mastodon.fetch(us, batch.cursor, [])
    assert said not in {item.remote_id for item in again.items}
    later = say(stranger, "And again, @alice?")
    until(lambda: mastodon.fetch(us, again.cursor, []), lambda f: [item.remote_id for item in f.items] == [later])


def test_looking_again_tells_an_edit_and_what_is_gone(us: Account, stranger: Account) -> None:
    said = say(stranger, "@alice Is it sweat?")
    mastodon.edit(stranger, said, Draft("in-3", "@alice Is it sweet?"))
    found = mastodon.look(us, [said, "1700000000.000000"])
    assert "Is it sweet?" in found[0].text
    assert [item.deleted for item in found] == [False, True]

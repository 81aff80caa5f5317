"""An answer with pictures: uploaded as for posts, named by the answer, and still once for its key."""

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from tests.networks.doubles import LOST
from tests.networks.test_contract import failure
from tests.networks.test_replies import AT, DOUBLES, HANDLES, Start
from webapp import times
from webapp.networks import NETWORKS, network
from webapp.networks.answering import Picturing
from webapp.networks.base import Account, Draft, Picture, Receipt, Remedy

BYTES = b"\xff\xd8\xff not looked at"
PICTURE = Picture("image/jpeg", 60, 40, "The size chart", hashlib.sha256(BYTES).hexdigest(), lambda: BYTES)


@pytest.fixture(params=sorted(DOUBLES))
def double(request: pytest.FixtureRequest) -> Any:
    made = DOUBLES[request.param]()
    made.network = request.param
    return made


def send(double: Any, account: Account, key: str = "reply-1", picture: Picture = PICTURE) -> Receipt:
    """Upload, then answer, as `flight.py` does."""
    there: Any = network(double.network)
    draft = Draft(key, "Thank you!", (picture,), planned_at=AT)
    draft = replace(draft, staged=there.stage(account, draft))
    made: Receipt = there.reply_with(account, HANDLES[double.network], draft)
    return made


def test_the_two_say_that_they_take_them_and_the_feed_does_not() -> None:
    able = {key for key, each in NETWORKS.items() if isinstance(each, Picturing)}
    assert able >= {"mastodon", "bluesky"}
    assert "sitefeed" not in able


def test_the_answer_names_what_was_uploaded(double: Any, start: Start) -> None:
    send(double, start(double))
    said = double.seen[-1].json
    if double.network == "mastodon":
        assert said["media_ids"] == ["1"]
        assert said["in_reply_to_id"] == "900"
        assert any(b"The size chart" in each.body for each in double.seen if each.path.endswith("/media"))
    else:
        (image,) = said["record"]["embed"]["images"]
        assert (image["alt"], image["aspectRatio"]) == ("The size chart", {"width": 60, "height": 40})
        assert image["image"]["size"] == len(BYTES)
        assert said["record"]["reply"]["parent"]["uri"] == HANDLES["bluesky"]["uri"]


def test_twice_is_once_although_it_was_uploaded_twice(double: Any, start: Start) -> None:
    account = start(double)
    assert send(double, account) == send(double, account)
    assert len(double.posts) == 1


def test_one_whose_answer_was_lost_is_found_again(double: Any, start: Start) -> None:
    account, before = start(double), times.now()
    double.fail(double.write, LOST, effect=True)
    assert failure(lambda: send(double, account)).remedy is Remedy.UNKNOWN
    there: Any = network(double.network)
    found = there.probe_reply(account, HANDLES[double.network], "Thank you!", "reply-1", AT, before)
    assert isinstance(found, Receipt)
    assert len(double.posts) == 1


def test_words_without_pictures_are_as_before(double: Any, start: Start) -> None:
    account = start(double)
    network(double.network).reply(account, HANDLES[double.network], "Thank you!", "reply-1", AT)  # type: ignore[attr-defined]
    said = double.seen[-1].json
    assert "media_ids" not in said
    assert "embed" not in said.get("record", {})


@pytest.mark.parametrize("changed", [{"mime": "image/tiff"}, {"alt": "a" * 5000}])
def test_what_the_network_does_not_take_never_leaves(double: Any, start: Start, changed: dict[str, str]) -> None:
    account = start(double)
    picture = replace(PICTURE, **changed)  # type: ignore[arg-type]
    assert failure(lambda: send(double, account, picture=picture)).remedy is Remedy.GIVE_UP
    assert double.posts == {}


def test_an_upload_that_is_not_answered_is_tried_again_and_posts_nothing(double: Any, start: Start) -> None:
    account = start(double)
    double.fail("media" if double.network == "mastodon" else "uploadBlob", LOST)
    assert failure(lambda: send(double, account)).remedy is Remedy.RETRY
    assert double.posts == {}

"""Further parts on networks that have threads: an answer to the part before, once for its key, and found again."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.networks.doubles import LOST, Double
from tests.networks.test_contract import DRAFT, PICTURE, failure
from webapp import times
from webapp.networks import NETWORKS, network
from webapp.networks.base import Absent, Account, Draft, Receipt, Remedy, Unknown

Start = Callable[[Double], Account]


def part(n: int, *above: Receipt, text: str = "It goes on.") -> Draft:
    """A further part under the first post and the one before it."""
    assert DRAFT.planned_at
    at = DRAFT.planned_at + timedelta(milliseconds=n)
    return Draft(f"key-1.{n}", text, lang="en", planned_at=at, above=(above[0], above[-1]))


def shown(double: Double) -> list[list[str]]:
    """The descriptions of the pictures of every post that was made, in order."""
    if double.network == "mastodon":
        ids = [[each["id"] for each in made["media_attachments"]] for made in double.posts.values()]
        return [[_described(double, each) for each in row] for row in ids]
    embeds = [made["value"].get("embed", {"images": []}) for made in double.posts.values()]
    return [[image["alt"] for image in embed["images"]] for embed in embeds]


def _described(double: Double, media: str) -> str:
    """What was said of an upload; its id is the number of its request."""
    found = re.search(rb'name="description"\r\n\r\n(.*?)\r\n', double.seen[int(media) - 1].body)
    return found[1].decode() if found else ""


@pytest.fixture
def begun(double: Double, start: Start) -> tuple[Account, Receipt]:
    account = start(double)
    return account, network(double.network).publish(account, replace(DRAFT, pictures=()))


def test_a_part_answers_the_one_before_it(double: Double, begun: tuple[Account, Receipt]) -> None:
    account, first = begun
    there = network(double.network)
    second = there.publish(account, part(1, first))
    third = there.publish(account, part(2, first, second))
    bodies = [request.json for request in double.seen if request.path.endswith(double.write)]
    if double.network == "mastodon":
        assert [body.get("in_reply_to_id") for body in bodies] == [None, first.remote_id, second.remote_id]
        assert [body["language"] for body in bodies] == ["en"] * 3
    else:
        root, parent = ({"uri": each.remote_id, "cid": each.details["cid"]} for each in (first, second))
        replies = [body["record"].get("reply") for body in bodies]
        assert replies == [None, {"root": root, "parent": root}, {"root": root, "parent": parent}]
        made = [body["record"]["createdAt"] for body in bodies]
        assert made == sorted(set(made))
    assert len({first.remote_id, second.remote_id, third.remote_id}) == len(double.posts) == 3


def test_a_part_is_made_once_for_its_key(double: Double, begun: tuple[Account, Receipt]) -> None:
    account, first = begun
    there = network(double.network)
    one, two = (there.publish(account, part(1, first)) for _ in range(2))
    assert (one, len(double.posts)) == (two, 2)


def test_a_part_has_its_own_pictures(double: Double, begun: tuple[Account, Receipt]) -> None:
    account, first = begun
    there = network(double.network)
    two = (replace(PICTURE, alt="One more"), replace(PICTURE, alt="And another"))
    second = there.publish(account, replace(part(1, first), pictures=two))
    there.publish(account, replace(part(2, first, second), text="", pictures=(PICTURE,)))
    there.publish(account, replace(part(2, first, second), text="", pictures=(PICTURE,)))
    assert shown(double) == [[], ["One more", "And another"], ["A picnic"]]


def test_a_part_whose_answer_was_lost_is_found_by_its_pictures(double: Double, begun: tuple[Account, Receipt]) -> None:
    account, first = begun
    there, since = network(double.network), times.now()
    with_picture = replace(part(1, first), pictures=(PICTURE,))
    assert not isinstance(there.probe(account, with_picture, since), Receipt)
    double.fail(double.write, LOST, effect=True)
    assert failure(lambda: there.publish(account, with_picture)).remedy is Remedy.UNKNOWN
    found = there.probe(account, with_picture, since)
    assert isinstance(found, Receipt)
    assert there.publish(account, with_picture).remote_id == found.remote_id
    assert shown(double) == [[], ["A picnic"]]


def test_a_lost_answer_is_found_and_told_from_parts_with_the_same_words(
    double: Double, begun: tuple[Account, Receipt]
) -> None:
    account, first = begun
    there, since = network(double.network), times.now()
    second = there.publish(account, part(1, first))
    assert isinstance(there.probe(account, part(2, first, second), since), Absent | Unknown)
    double.fail(double.write, LOST, effect=True)
    assert failure(lambda: there.publish(account, part(2, first, second))).remedy is Remedy.UNKNOWN
    found = there.probe(account, part(2, first, second), since)
    assert isinstance(found, Receipt)
    assert found.remote_id not in (first.remote_id, second.remote_id)
    assert there.publish(account, part(3, first, found)).remote_id


def test_a_post_is_not_taken_for_a_part_with_its_words(double: Double, begun: tuple[Account, Receipt]) -> None:
    account, first = begun
    found = network(double.network).probe(account, part(1, first, text=DRAFT.text), times.now())
    assert isinstance(found, Absent | Unknown)


@pytest.mark.parametrize("double", ["mastodon"], indirect=True)
def test_where_the_part_before_is_gone_nothing_follows(double: Double, begun: tuple[Account, Receipt]) -> None:
    account, first = begun
    double.fail(double.write, 404)
    error = failure(lambda: network(double.network).publish(account, part(1, first)))
    assert (error.remedy, error.code) == (Remedy.GIVE_UP, "gone")


def test_who_has_threads_says_so() -> None:
    assert {key for key, each in NETWORKS.items() if each.limits.parts} == {"mastodon", "bluesky"}

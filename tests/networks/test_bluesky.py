"""Bluesky's own ways: sessions that renew themselves, record keys that never change."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.networks.doubles import Double, Repository
from tests.networks.test_contract import AT, DRAFT, failure
from webapp.networks import atproto
from webapp.networks.base import Account, Receipt, Remedy
from webapp.networks.bluesky import NETWORK as bluesky

Start = Callable[[Double], Account]
EXPIRED = {"error": "ExpiredToken", "message": "Token has expired"}


def refreshes(double: Double) -> int:
    return sum(r.path.endswith("refreshSession") for r in double.seen)


def test_an_expired_token_is_renewed_once_and_kept(start: Start) -> None:
    double, kept = Repository(), dict[str, str]()
    account = replace(start(double), store=kept.update)
    double.fail("uploadBlob", 400, EXPIRED)
    assert isinstance(bluesky.publish(account, DRAFT), Receipt)
    assert kept == {"access": "canary-access-2", "refresh": "canary-refresh-2"}
    assert refreshes(double) == 1
    assert double.seen[-1].headers["authorization"] == "Bearer canary-access-2"


def test_renewing_is_tried_once_only(start: Start) -> None:
    double = Repository()
    account = start(double)
    double.fail("uploadBlob", 400, EXPIRED)
    double.fail("uploadBlob", 400, EXPIRED)
    assert failure(lambda: bluesky.publish(account, DRAFT)).remedy is Remedy.RECONNECT
    assert refreshes(double) == 1


@pytest.mark.parametrize(
    "answer",
    [{}, {"accessJwt": "", "refreshJwt": ""}, {"accessJwt": "new", "refreshJwt": ""}, {"accessJwt": None}, [], "x"],
)
def test_an_empty_token_never_overwrites_a_good_one(start: Start, answer: object) -> None:
    double, kept = Repository(), list[Mapping[str, str]]()
    account = replace(start(double), store=kept.append)
    double.fail("getSession", 400, EXPIRED)
    double.fail("refreshSession", 200, answer)
    assert failure(lambda: bluesky.check(account)).remedy is Remedy.RETRY
    assert kept == []


@pytest.mark.parametrize(("status", "remedy"), [(500, "retry"), (400, "reconnect"), (401, "reconnect"), (429, "retry")])
def test_a_failed_renewal_disconnects_only_when_refused(start: Start, status: int, remedy: str) -> None:
    double = Repository()
    account = start(double)
    double.fail("getSession", 400, EXPIRED)
    double.fail("refreshSession", status, {"error": "InvalidToken"})
    assert failure(lambda: bluesky.check(account)).remedy == remedy


def test_what_another_process_renewed_is_used_and_not_renewed_again(start: Start) -> None:
    double, held = Repository(), list[str]()

    @contextmanager
    def alone() -> Iterator[None]:
        held.append("taken")
        yield
        held.append("given back")

    theirs = {"access": "canary-theirs", "refresh": "canary-theirs-2"}
    account = replace(start(double), latest=lambda: theirs, alone=alone)
    double.fail("getSession", 400, EXPIRED)
    bluesky.check(account)
    assert refreshes(double) == 0
    assert held == ["taken", "given back"]
    assert double.seen[-1].headers["authorization"] == "Bearer canary-theirs"


@pytest.mark.parametrize("name", ["AccountTakedown", "AccountDeactivated", "RepoDeactivated"])
def test_a_closed_account_needs_a_person(start: Start, name: str) -> None:
    double = Repository()
    account = start(double)
    double.fail(double.write, 400, {"error": name, "message": "gone"})
    assert failure(lambda: bluesky.publish(account, DRAFT)).remedy is Remedy.ASK


class Forgetful(Repository):
    """Has lost the blobs that were staged."""

    refused: ClassVar = {"error": "InvalidRequest", "message": "Could not find blob"}


def test_staged_pictures_that_are_gone_are_made_again(start: Start) -> None:
    double = Forgetful()
    account = start(double)
    staged = replace(DRAFT, staged=bluesky.stage(account, DRAFT))
    double.fail(double.write, 400, double.refused)
    assert isinstance(bluesky.publish(account, staged), Receipt)
    assert sum(r.path.endswith("uploadBlob") for r in double.seen) == 2


def test_the_record_is_the_same_bytes_at_every_attempt(start: Start) -> None:
    double = Repository()
    account = start(double)
    draft = replace(DRAFT, text="Lunch #today at https://example.com")
    bluesky.publish(account, draft)
    bluesky.publish(account, draft)
    first, second = (r.body for r in double.seen if r.path.endswith("putRecord"))
    assert first == second


@given(st.text(min_size=1), st.datetimes(datetime(2020, 1, 1), datetime(2099, 1, 1)))
def test_a_record_key_is_stable_and_well_formed(key: str, at: datetime) -> None:
    made = atproto.record_key(key, at.replace(tzinfo=UTC))
    assert made == atproto.record_key(key, at.replace(tzinfo=UTC))
    assert len(made) == 13
    assert set(made) <= set("234567abcdefghijklmnopqrstuvwxyz")
    assert made[0] in "234567abcdefghij"
    assert made != atproto.record_key(key + "x", at.replace(tzinfo=UTC))


def test_record_keys_sort_by_time() -> None:
    keys = [atproto.record_key("same", AT + timedelta(minutes=n)) for n in range(50)]
    assert keys == sorted(keys)

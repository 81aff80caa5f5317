"""Mastodon's connector against mastodon-mock: what snac lacks (keys, limits of 4.x, rate limits, deleting)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.real.conftest import account_of, picture
from tests.real.servers import Mock
from webapp import outbound, times
from webapp.networks import fediverse
from webapp.networks.base import Absent, Account, Draft, NetworkError, Remedy
from webapp.networks.mastodon import NETWORK as mastodon

pytestmark = pytest.mark.real


@pytest.fixture
def account(mock: Mock, open_door: Callable[..., None]) -> Account:
    open_door(mock.host)
    return account_of(fediverse.profile(mock.url, {"token": mock.token}))


def count(account: Account) -> int:
    url = f"{account.server}/api/v1/accounts/{account.remote_id}/statuses"
    return len(outbound.request("GET", url).json())


def test_the_same_key_gives_the_same_status(account: Account) -> None:
    draft = Draft("key-1", "Once, @friend@far.example", (picture("Teal"),))
    assert account.limits["keyed"] == 1
    assert mastodon.publish(account, draft) == mastodon.publish(account, draft)
    assert count(account) == 1


def test_the_probe_finds_it_or_lets_it_be_repeated(account: Account) -> None:
    draft = Draft("key-2", "A link https://example.com/a_(b), and a tag #tea.")
    before = times.now()
    assert isinstance(mastodon.probe(account, draft, before), Absent)
    receipt = mastodon.publish(account, draft)
    assert mastodon.probe(account, draft, before) == receipt


def test_a_limit_that_the_server_lowered_is_refused_in_its_own_words(account: Account) -> None:
    believed = replace(account, limits={**account.limits, "text": 5000})
    with pytest.raises(NetworkError) as refused:
        mastodon.publish(believed, Draft("key-3", "a" * 501))
    assert refused.value.remedy is Remedy.GIVE_UP
    assert "500" in refused.value.params["reason"]


def test_a_rate_limit_says_when(account: Account, mock: Mock) -> None:
    mock.fault(match={"path": "/api/v1/statuses"}, effect={"type": "ratelimit", "status": 429}, count=1)
    with pytest.raises(NetworkError) as refused:
        mastodon.publish(account, Draft("key-4", "Too fast."))
    assert refused.value.remedy is Remedy.RETRY
    assert refused.value.retry_at is not None
    assert times.now() < refused.value.retry_at <= times.now() + timedelta(hours=1)


def test_a_server_error_while_posting_is_unknown_and_then_found_out(account: Account, mock: Mock) -> None:
    before, draft = times.now(), Draft("key-5", "Did it go out?")
    mock.fault(match={"path": "/api/v1/statuses"}, effect={"type": "status", "status": 502}, count=1)
    with pytest.raises(NetworkError) as unclear:
        mastodon.publish(account, draft)
    assert unclear.value.remedy is Remedy.UNKNOWN
    assert isinstance(mastodon.probe(account, draft, before), Absent)
    mastodon.publish(account, draft)
    assert count(account) == 1


def test_edit_and_delete(account: Account) -> None:
    receipt = mastodon.publish(account, Draft("key-6", "First."))
    mastodon.edit(account, receipt.remote_id, Draft("key-6", "Second."))
    mastodon.delete(account, receipt.remote_id)
    mastodon.delete(account, receipt.remote_id)
    assert count(account) == 0

"""Mastodon's connector against snac2, a fediverse server with real OAuth and none of the newer calls."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.real.conftest import account_of, picture
from tests.real.servers import Snac
from webapp import outbound, times
from webapp.networks.base import Absent, Account, Draft, NetworkError, Profile, Receipt, Remedy, Unknown
from webapp.networks.mastodon import NETWORK as mastodon

pytestmark = pytest.mark.real
BACK = "https://nod.test/channels/return"


def connect(snac: Snac) -> Profile:
    journey = mastodon.begin({"server": snac.url}, BACK, "state-1")
    return mastodon.finish(journey.kept, snac.allow(journey.url), BACK)


@pytest.fixture
def account(snac: Snac, open_door: Callable[..., None]) -> Account:
    open_door(snac.host)
    return account_of(connect(snac))


def status(account: Account, remote_id: str) -> dict:
    url = f"{account.server}/api/v1/statuses/{remote_id}"
    headers = {"authorization": f"Bearer {account.secrets['token']}"}
    return outbound.request("GET", url, headers=headers).json()


def test_the_consent_gives_a_working_account(account: Account, snac: Snac) -> None:
    assert account.handle == f"@alice@{snac.host}"
    assert account.limits["text"] == 100_000
    assert account.limits["url_length"] == 32
    assert account.limits["keyed"] == 0, "snac is not Mastodon and knows no idempotency key"
    assert mastodon.check(account).remote_id == account.remote_id


def test_a_wrong_client_secret_is_refused(snac: Snac, open_door: Callable[..., None]) -> None:
    open_door(snac.host)
    journey = mastodon.begin({"server": snac.url}, BACK, "state-1")
    with pytest.raises(NetworkError) as refused:
        mastodon.finish({**journey.kept, "client_secret": "wrong"}, snac.allow(journey.url), BACK)
    assert refused.value.remedy is Remedy.ASK


def test_a_registration_is_used_again(snac: Snac, open_door: Callable[..., None]) -> None:
    open_door(snac.host)
    first = mastodon.begin({"server": snac.url}, BACK, "s1")
    again = mastodon.begin({"server": snac.url, **first.reusable}, BACK, "s2")
    assert again.kept["client_id"] == first.kept["client_id"]
    assert mastodon.finish(again.kept, snac.allow(again.url), BACK).secrets["token"]


def test_a_post_with_a_picture_is_there_and_found_after_a_lost_answer(account: Account) -> None:
    before = times.now()
    draft = Draft("key-1", "Zażółć *gęślą* jaźń. https://example.com/menu 👍", (picture("A teal field"),), "pl")
    receipt = mastodon.publish(account, draft)
    there = status(account, receipt.remote_id)
    assert "Zażółć" in there["content"]
    assert [m["description"] for m in there["media_attachments"]] == ["A teal field"]
    assert mastodon.probe(account, draft, before) == receipt


def test_what_never_arrived_stays_unknown_until_it_cannot_arrive_any_more(account: Account) -> None:
    draft = Draft("key-2", "This was never sent anywhere.")
    assert isinstance(mastodon.probe(account, draft, times.now()), Unknown)
    assert isinstance(mastodon.probe(account, draft, times.now() - timedelta(minutes=5)), Absent)


def test_an_older_post_with_the_same_words_is_not_mistaken_for_this_one(account: Account) -> None:
    draft = Draft("key-3", "Good morning, Warsaw.")
    mastodon.publish(account, draft)
    assert not isinstance(mastodon.probe(account, draft, times.now() + timedelta(minutes=1)), Receipt)


def test_an_edit_is_seen_there(account: Account) -> None:
    receipt = mastodon.publish(account, Draft("key-4", "Open until 18."))
    mastodon.edit(account, receipt.remote_id, Draft("key-4", "Open until 20."))
    assert "until 20" in status(account, receipt.remote_id)["content"]


def test_a_server_that_cannot_delete_is_not_believed_to_have_deleted(account: Account) -> None:
    receipt = mastodon.publish(account, Draft("key-5", "This stays."))
    with pytest.raises(NetworkError) as refused:
        mastodon.delete(account, receipt.remote_id)
    assert refused.value.remedy is Remedy.ASK
    assert "This stays" in status(account, receipt.remote_id)["content"]


def test_after_revoking_the_token_is_dead(account: Account) -> None:
    mastodon.revoke(account)
    with pytest.raises(NetworkError) as refused:
        mastodon.check(account)
    assert refused.value.remedy is Remedy.RECONNECT


def test_a_wrong_token_says_reconnect(account: Account) -> None:
    stranger = replace(account, secrets={"token": "wrong"})
    with pytest.raises(NetworkError) as refused:
        mastodon.publish(stranger, Draft("key-6", "No."))
    assert refused.value.remedy is Remedy.RECONNECT


def test_parts_follow_each_other_and_are_found_after_a_lost_answer(account: Account) -> None:
    before = times.now()
    first = mastodon.publish(account, Draft("key-9", "A thread begins."))
    draft = Draft("key-9.1", "It goes on.", above=(first, first))
    second = mastodon.publish(account, draft)
    assert status(account, second.remote_id)["in_reply_to_id"] == first.remote_id
    assert mastodon.probe(account, draft, before) == second
    further = Draft("key-9.2", "It goes on.", above=(first, second))
    assert not isinstance(mastodon.probe(account, further, before), Receipt)
    third = mastodon.publish(account, further)
    assert status(account, third.remote_id)["in_reply_to_id"] == second.remote_id

"""Signing in at the reference PDS through its own consent page: PAR, PKCE, DPoP, renewal, revocation."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from tests.real import consent
from tests.real.conftest import account_of, picture
from tests.real.servers import BlueskyAccount, Pds
from webapp import times
from webapp.networks import identity
from webapp.networks.base import Absent, Account, Draft, NetworkError, Receipt, Remedy
from webapp.networks.bluesky import NETWORK as bluesky

pytestmark = pytest.mark.real
BACK = "http://127.0.0.1:9/channels/callback"


@pytest.fixture(scope="module")
def person(pds: Pds) -> BlueskyAccount:
    return pds.account("olive")


@pytest.fixture
def account(
    pds: Pds, person: BlueskyAccount, open_door: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> Account:
    open_door(pds.host, pds.plc.removeprefix("http://"))
    monkeypatch.setattr(identity, "directory", pds.plc)
    journey = bluesky.begin({"handle": person.handle, "server": pds.url}, BACK, "state-1")
    return account_of(bluesky.finish(journey.kept, consent.allow(journey.url, person, BACK), BACK))


def test_a_consent_carries_a_post_through_its_life(account: Account, person: BlueskyAccount, pds: Pds) -> None:
    assert (account.remote_id, account.handle, account.server) == (person.did, "@olive.test", pds.url)
    assert bluesky.check(account).remote_id == person.did
    draft = Draft("key-1", "By consent. #tea", (picture("A teal field"),), "en", times.now())
    assert isinstance(bluesky.probe(account, draft, times.now()), Absent)
    receipt = bluesky.publish(account, draft)
    assert bluesky.publish(account, draft) == receipt
    assert bluesky.probe(account, draft, times.now()) == receipt
    bluesky.delete(account, receipt.remote_id)
    assert isinstance(bluesky.probe(account, draft, times.now()), Absent)


def test_a_token_that_no_longer_holds_is_renewed_and_revoking_ends_it(account: Account) -> None:
    kept: list[Mapping[str, str]] = []
    stale = {**account.secrets, "access": account.secrets["access"][:-4] + "AAAA"}
    receipt = bluesky.publish(
        replace(account, secrets=stale, store=kept.append), Draft("key-2", "After an hour.", planned_at=times.now())
    )
    assert isinstance(receipt, Receipt)
    (fresh,) = kept
    assert fresh["refresh"] != account.secrets["refresh"]
    renewed = replace(account, secrets={**account.secrets, **fresh})
    assert bluesky.check(renewed).remote_id == account.remote_id
    bluesky.revoke(renewed)
    with pytest.raises(NetworkError) as ended:
        bluesky.check(renewed)
    assert ended.value.remedy is Remedy.RECONNECT

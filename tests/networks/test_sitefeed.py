"""The Site feed: a name is all it takes, and a key is its entry."""

import pytest

from tests.networks.test_contract import DRAFT, failure
from webapp import times
from webapp.networks.base import Account, Deletable, Editable, Password, Remedy
from webapp.networks.sitefeed import NETWORK as site

ACCOUNT = Account("c", "abc", "News")


def test_it_connects_with_a_name() -> None:
    assert isinstance(site, Password)
    profile = site.connect({"name": "  Company   news "})
    assert (profile.handle, profile.secrets) == ("Company news", {})
    assert profile.remote_id != site.connect({"name": "Company news"}).remote_id


@pytest.mark.parametrize("name", ["", "  ", "a" * 101])
def test_a_name_is_needed(name: str) -> None:
    assert isinstance(site, Password)
    assert failure(lambda: site.connect({"name": name})).remedy is Remedy.GIVE_UP


def test_the_receipt_of_a_key_never_changes() -> None:
    receipt = site.publish(ACCOUNT, DRAFT)
    assert receipt.url == "https://nod.test/feed/1/entries/key-1"
    assert site.probe(ACCOUNT, DRAFT, times.now()) == receipt
    assert isinstance(site, Editable)
    assert isinstance(site, Deletable)
    assert site.edit(ACCOUNT, receipt.remote_id, DRAFT) == receipt
    site.delete(ACCOUNT, receipt.remote_id)

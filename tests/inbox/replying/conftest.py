"""A conversation on a network that answers as it is told, and one standing clock."""

from types import SimpleNamespace

import pytest

from tests.inbox import make
from tests.inbox.replying.sink import Talker
from tests.publishing import house
from webapp import db, networks


@pytest.fixture
def there(monkeypatch):
    """The network."""
    made = Talker()
    monkeypatch.setitem(networks.NETWORKS, "sink", made)
    return made


@pytest.fixture
def talk(cast, there, clock):
    """Somebody asked something, under a post of ours."""
    channel = house.channel(cast)
    made = make.conversation(cast, channel, make.author(cast, network="sink"))
    db.commit()
    return SimpleNamespace(id=made.id, channel_id=channel.id)

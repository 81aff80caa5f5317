"""Two networks of our own making beside the real ones."""

import pytest

from tests.channels.fake import Asking, Typing
from webapp import db
from webapp.networks import NETWORKS


@pytest.fixture
def cast(cast):
    """The cast as plain values: requests of these tests roll back, which must not empty them."""
    db.session.expunge_all()
    return cast


@pytest.fixture
def typing(monkeypatch):
    fake = Typing()
    monkeypatch.setitem(NETWORKS, fake.key, fake)
    return fake


@pytest.fixture
def asking(monkeypatch):
    fake = Asking()
    monkeypatch.setitem(NETWORKS, fake.key, fake)
    return fake

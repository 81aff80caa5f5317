"""The network that answers as it is told, and a conversation on it, as the tests of replying have them."""

from tests.inbox.replying.conftest import talk, there

__all__ = ["talk", "there"]

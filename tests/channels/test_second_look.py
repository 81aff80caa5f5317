"""What a refusal that says "reconnect" comes to: only a second look that says so too takes a channel out."""

import pytest

from webapp.channels import health
from webapp.networks.base import Account, NetworkError, Remedy

REFUSED = NetworkError("refused", Remedy.RECONNECT, code="401")
ACCOUNT = Account("1", "1", "@pomela")


def seen(monkeypatch: pytest.MonkeyPatch, found: Exception | None) -> NetworkError | health.Disconnected:
    def look(_key: str, _account: Account) -> None:
        if found is not None:
            raise found

    monkeypatch.setattr(health, "look", look)
    return health.second_look("mastodon", ACCOUNT, REFUSED)


def test_a_second_refusal_disconnects(monkeypatch: pytest.MonkeyPatch) -> None:
    again = NetworkError("still refused", Remedy.RECONNECT)
    assert seen(monkeypatch, again) == health.Disconnected(again)


@pytest.mark.parametrize("found", [None, NetworkError("slow", Remedy.RETRY), ValueError("a defect of ours")])
def test_anything_else_is_tried_again(monkeypatch: pytest.MonkeyPatch, found: Exception | None) -> None:
    answer = seen(monkeypatch, found)
    assert isinstance(answer, NetworkError)
    assert answer.remedy is Remedy.RETRY


def test_another_error_is_itself_without_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "look", lambda *_: pytest.fail("looked"))
    slow = NetworkError("slow", Remedy.RETRY)
    assert health.second_look("mastodon", ACCOUNT, slow) is slow

"""Mastodon's own word that somebody mentioned us: Web Push, one subscription for each token, signed by the server.

Source: docs.joinmastodon.org (methods push). `standard` asks for RFC 8291 instead of the older draft (since 4.4); a
server that does not say that it does so is not listened to, since nothing of what it sends could be read here.
"""

from typing import Any

from ..outbound import Answer
from . import fediverse, talk
from .base import Account
from .hinting import DRAFT, NONE, SCOPE, Ear, deaf


class Hints:
    """The part of Mastodon that satisfies Hinting."""

    def listen(self, account: Account, ear: Ear) -> str:
        """Subscribe to mentions from anybody."""
        keys = {"p256dh": ear.public, "auth": ear.auth}
        subscription = {"endpoint": ear.endpoint, "keys": keys, "standard": True}
        body = {"subscription": subscription, "data": {"alerts": {"mention": True}, "policy": "all"}}
        answer = _call(account, "POST", json=body)
        if answer.status == 403 and fediverse.HINTS not in fediverse.scopes(fediverse.metadata(account.server)).split():
            raise deaf(NONE)
        if answer.status in (403, 404, 405, 422, 501):
            raise deaf(SCOPE if answer.status == 403 else NONE)
        made = talk.data(talk.accept(answer, secrets=account.secrets))
        if made.get("standard") is not True:
            _call(account, "DELETE")
            raise deaf(DRAFT)
        return talk.need(made, "server_key", answer)


def _call(account: Account, method: str, **how: Any) -> Answer:
    url = f"{account.server}/api/v1/push/subscription"
    return talk.ask(method, url, token=account.secrets.get("token", ""), **how)

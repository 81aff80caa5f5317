"""Asking a server to tell us: only where it says that it can, in the form that we can read, and never as a must."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.networks.doubles import LOST, Double, Reply, Request
from tests.networks.test_contract import failure
from tests.networks.test_mastodon import BACK, WithConsent
from webapp.networks import NETWORKS, fediverse
from webapp.networks.base import Account, Remedy
from webapp.networks.hinting import Ear, Hinting
from webapp.networks.mastodon import NETWORK as mastodon

Start = Callable[[Double], Account]
EAR = Ear("https://nod.test/hints/canary-address", "BPublic", "canary-auth")


class Telling(WithConsent):
    """Mastodon 4.4: knows the scope, and subscriptions of the standard kind."""

    scopes: tuple[str, ...] = ("read", "write", "push")
    made: Any

    def __init__(self) -> None:
        super().__init__()
        self.made = {"id": 1, "endpoint": EAR.endpoint, "standard": True, "server_key": "BServer"}
        self.subscriptions: list[Any] = []
        self.registered = ""

    def route(self, request: Request) -> Reply:
        if request.path.endswith("/oauth-authorization-server"):
            return Reply(body={"issuer": self.url, "scopes_supported": list(self.scopes)})
        if request.path == "/api/v1/apps":
            self.registered = parse_qs(request.body.decode())["scopes"][0]
        if request.path == "/api/v1/push/subscription":
            if request.method == "DELETE":
                self.subscriptions.clear()
                return Reply(body={})
            self.subscriptions[:] = [request.json]  # One for each token.
            return Reply(body=self.made)
        return super().route(request)


def test_it_asks_for_mentions_in_the_standard_form_and_learns_the_key(start: Start) -> None:
    double = Telling()
    account = start(double)
    for _time in range(2):
        assert mastodon.listen(account, EAR) == "BServer"
    (asked,) = double.subscriptions
    keys = {"p256dh": "BPublic", "auth": "canary-auth"}
    assert asked["subscription"] == {"endpoint": EAR.endpoint, "keys": keys, "standard": True}
    assert asked["data"] == {"alerts": {"mention": True}, "policy": "all"}


def test_an_older_server_that_would_send_what_we_cannot_read_is_left_alone(start: Start) -> None:
    double = Telling()
    del double.made["standard"]
    problem = failure(lambda: mastodon.listen(start(double), EAR))
    assert (problem.remedy, problem.code) == (Remedy.GIVE_UP, "draft")
    assert double.subscriptions == []


@pytest.mark.parametrize(
    ("status", "remedy", "code"),
    [
        (403, "give_up", "scope"),
        (404, "give_up", "none"),
        (422, "give_up", "none"),
        (500, "retry", None),
        (429, "retry", None),
    ],
)
def test_every_refusal_has_its_remedy(start: Start, status: int, remedy: str, code: str | None) -> None:
    double = Telling()
    account = start(double)
    double.fail("/push/subscription", status)
    problem = failure(lambda: mastodon.listen(account, EAR))
    assert problem.remedy == remedy
    assert code is None or problem.code == code


def test_a_refusal_is_about_our_right_only_where_the_server_has_such_a_right(start: Start) -> None:
    double = Telling()
    account = start(double)
    double.scopes = ("read", "write")
    double.fail("/push/subscription", 403)
    problem = failure(lambda: mastodon.listen(account, EAR))
    assert (problem.remedy, problem.code) == (Remedy.GIVE_UP, "none")


def test_no_answer_is_tried_again(start: Start) -> None:
    double = Telling()
    account = start(double)
    double.fail("/push/subscription", LOST)
    assert failure(lambda: mastodon.listen(account, EAR)).remedy is Remedy.RETRY


@pytest.mark.parametrize(
    ("known", "asks"), [(("read", "write", "push"), True), (("read", "write"), False), ((), False)]
)
def test_the_right_is_asked_for_only_where_the_server_has_it(start: Start, known: tuple[str, ...], asks: bool) -> None:
    double = Telling()
    double.scopes = known
    account = start(double)
    journey = mastodon.begin({"server": account.server}, BACK, "s")
    scope = parse_qs(urlsplit(journey.url).query)["scope"][0]
    assert scope == double.registered == journey.kept["scopes"]
    assert scope.endswith(" push") is asks
    assert scope.removesuffix(" push") == fediverse.SCOPES


def test_a_registration_without_the_right_is_not_used_again_and_one_with_it_is(start: Start) -> None:
    double = Telling()
    account = start(double)
    old = {"server": account.server, "client_id": "old", "client_secret": "old"}
    journey = mastodon.begin(old, BACK, "s")
    assert journey.reusable["client_id"] == "id"
    double.registered = ""
    again = mastodon.begin({"server": account.server, **journey.reusable}, BACK, "s")
    assert again.reusable == journey.reusable
    assert double.registered == ""


def test_it_says_that_it_can() -> None:
    assert {key for key, each in NETWORKS.items() if isinstance(each, Hinting)} == {"mastodon"}


def test_the_address_is_not_shown() -> None:
    assert "canary" not in repr(EAR)

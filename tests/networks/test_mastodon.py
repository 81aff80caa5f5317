"""Mastodon's own ways: consent, servers of many kinds, media that takes its time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.networks.doubles import LOST, Double, Fediverse, Reply, Request
from tests.networks.test_contract import DRAFT, failure
from webapp import times
from webapp.networks import fediverse, oauth
from webapp.networks.base import Absent, Account, Draft, Receipt, Remedy, Unknown
from webapp.networks.mastodon import NETWORK as mastodon

Start = Callable[[Double], Account]
BACK = "https://nod.test/channels/return"


class WithConsent(Fediverse):
    """Adds registration, discovery and the token call, which checks the PKCE verifier."""

    challenge = ""

    def route(self, request: Request) -> Reply:
        if request.path == "/.well-known/oauth-authorization-server":
            return Reply(body={"issuer": self.url + "/", "code_challenge_methods_supported": ["S256"]})
        if request.path == "/api/v1/apps":
            return Reply(body={"client_id": "id", "client_secret": "canary-secret-77"})
        if request.path == "/oauth/token":
            form = {k: v[0] for k, v in parse_qs(request.body.decode()).items()}
            right = oauth.challenge(form.get("code_verifier", "")) == self.challenge
            return Reply(body={"access_token": "canary-new"}) if right else Reply(400, {"error": "invalid_grant"})
        return super().route(request)


def test_consent_uses_pkce_where_the_server_knows_it(start: Start) -> None:
    double = WithConsent()
    account = start(double)
    journey = mastodon.begin({"server": account.server}, BACK, "state-1")
    asked = {k: v[0] for k, v in parse_qs(urlsplit(journey.url).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert "write:statuses" in asked["scope"]
    double.challenge = asked["code_challenge"]
    answer = {"code": "c", "state": "state-1", "iss": account.server}
    profile = mastodon.finish(journey.kept, answer, BACK)
    assert profile.secrets["token"] == "canary-new"
    assert profile.handle == f"@alice@{account.server.removeprefix('http://')}"
    assert failure(lambda: mastodon.finish({**journey.kept, "verifier": "other"}, answer, BACK)).remedy is Remedy.ASK


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"code": "c", "state": "forged"}, "state"),
        ({"code": "c"}, "state"),
        ({"code": "c", "state": "s", "iss": "https://evil.example"}, "issuer"),
        ({"error": "access_denied", "state": "s"}, "denied"),
        ({"error": "server_error", "state": "s"}, "consent"),
        ({"state": "s"}, "consent"),
    ],
)
def test_a_return_that_is_not_ours_is_refused(answer: dict[str, str], code: str) -> None:
    kept = {"state": "s", "issuer": "https://social.example", "server": "https://social.example"}
    assert failure(lambda: mastodon.finish(kept, answer, BACK)).code == code


@pytest.mark.parametrize(
    ("typed", "server"),
    [
        ("mastodon.social", "https://mastodon.social"),
        (" @me@Mastodon.Social ", "https://mastodon.social"),
        ("https://mastodon.social/@me", "https://mastodon.social"),
        ("social.example:8443", "https://social.example:8443"),
        ("bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_a_server_may_be_typed_in_many_ways(typed: str, server: str) -> None:
    assert fediverse.server_of(typed) == server


@pytest.mark.parametrize("typed", ["", "a b", "javascript:alert(1)", "http://", "x\\y", "ftp://a.example", "a" * 5000])
def test_what_is_no_server_is_refused(typed: str) -> None:
    assert failure(lambda: fediverse.server_of(typed)).code == "server"


@pytest.mark.parametrize(
    ("version", "keyed"),
    [
        ("4.6.0", 1),
        ("4.3.1+glitch", 1),
        ("4.5.0-rc.1", 1),
        ("4.0.0 (not true; really snac/2.75)", 0),
        ("2.7.2 (compatible; Pleroma 2.6.0)", 0),
        ("0.17.3+git-abc", 0),
        ("", 0),
    ],
)
def test_only_mastodon_itself_is_trusted_with_keys(start: Start, version: str, keyed: int) -> None:
    double = Fediverse()
    double.version = version
    assert mastodon.check(start(double)).limits["keyed"] == keyed


def test_limits_come_from_the_older_call_where_the_newer_is_missing(start: Start) -> None:
    double = Fediverse()
    double.v2_instance = False
    assert mastodon.check(start(double)).limits["text"] == 500


def test_limits_beyond_reason_are_not_believed(start: Start) -> None:
    account = replace(start(Fediverse()), limits={"text": 0, "images": 10**12, "alt": -1, "url_length": 30})
    limits = mastodon.limits_for(account)
    assert (limits.text, limits.images, limits.alt, limits.url_length) == (500, 4, 1500, 30)


def test_media_falls_back_to_the_older_call(start: Start) -> None:
    double = Fediverse()
    double.v2_media = False
    assert isinstance(mastodon.publish(start(double), DRAFT), Receipt)
    assert any(r.path == "/api/v1/media" for r in double.seen)


def test_media_in_process_is_waited_for(start: Start) -> None:
    double = Fediverse()
    account = start(double)
    double.fail("/api/v1/media/1", 206, {"id": "1", "url": None})
    mastodon.publish(account, DRAFT)
    asked = [r.path for r in double.seen if r.path.startswith("/api/v1/media/")]
    assert len(asked) == 2
    assert double.seen[-1].json["media_ids"] == ["1"]


def test_media_that_fails_is_said_with_its_number(start: Start) -> None:
    double = Fediverse()
    account = start(double)
    double.fail("/api/v1/media/1", 422)
    error = failure(lambda: mastodon.publish(account, DRAFT))
    assert (error.remedy, error.params["number"]) == (Remedy.GIVE_UP, "1")


def test_staged_pictures_are_used_and_made_again_when_forgotten(start: Start) -> None:
    double = Fediverse()
    account = start(double)
    staged = replace(DRAFT, staged=mastodon.stage(account, DRAFT))
    double.fail(double.write, 422, {"error": "Validation failed: media not found"})
    assert isinstance(mastodon.publish(account, staged), Receipt)
    assert sum(r.path == "/api/v2/media" for r in double.seen) == 2


def test_without_keys_not_found_is_unknown_at_first(start: Start) -> None:
    double = Fediverse()
    double.keys = False
    account = start(double)
    assert isinstance(mastodon.probe(account, DRAFT, times.now()), Unknown)
    assert isinstance(mastodon.probe(account, DRAFT, times.now() - timedelta(minutes=3)), Absent)


def test_a_list_that_does_not_reach_back_proves_nothing(start: Start) -> None:
    double = Fediverse()
    double.keys = False
    account = start(double)
    for n in range(25):
        mastodon.publish(account, Draft(f"k{n}", f"Other words {n}"))
    assert isinstance(mastodon.probe(account, DRAFT, times.now() - timedelta(minutes=3)), Unknown)


def test_a_repeat_outside_the_hour_is_not_excused_by_the_key(start: Start) -> None:
    double = Fediverse()
    account = start(double)
    for n in range(25):
        mastodon.publish(account, Draft(f"k{n}", f"Other words {n}"))
    assert isinstance(mastodon.probe(account, DRAFT, times.now() - timedelta(minutes=3)), Absent)
    assert isinstance(mastodon.probe(account, DRAFT, times.now() - timedelta(minutes=70)), Unknown)


def test_the_number_of_pictures_tells_posts_apart(start: Start) -> None:
    double = Fediverse()
    double.keys = False
    account, before = start(double), times.now()
    mastodon.publish(account, Draft("other", DRAFT.text))
    assert not isinstance(mastodon.probe(account, DRAFT, before), Receipt)


def test_a_link_that_is_no_web_address_is_not_shown(start: Start) -> None:
    double = Fediverse()
    account = start(double)
    double.fail(double.write, 200, {"id": "1", "url": "javascript:alert(1)"})
    assert mastodon.publish(account, DRAFT).url == ""


def test_a_probe_that_cannot_look_says_so(start: Start) -> None:
    double = Fediverse()
    account = start(double)
    double.fail("/statuses", LOST)
    assert failure(lambda: mastodon.probe(account, DRAFT, times.now())).remedy is Remedy.RETRY


def test_an_older_post_with_the_same_words_is_another_post(start: Start) -> None:
    double = Fediverse()
    double.keys = False
    account = start(double)
    mastodon.publish(account, DRAFT)
    assert not isinstance(mastodon.probe(account, DRAFT, times.now() + timedelta(minutes=1)), Receipt)

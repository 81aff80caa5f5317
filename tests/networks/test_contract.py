"""What every connector owes: declarations, one effect a key, a remedy for every failure, and no secret anywhere."""

import logging
import re
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import webapp
from tests.networks.doubles import DOUBLES, LOST, Double
from webapp import times
from webapp.networks import NETWORKS, network
from webapp.networks.base import (
    Absent,
    Account,
    Consent,
    Deletable,
    Draft,
    Network,
    NetworkError,
    Password,
    Picture,
    Receipt,
    Remedy,
)

AT = datetime(2026, 11, 26, 17, 30, tzinfo=UTC)
PICTURE = Picture("image/jpeg", 64, 48, "A picnic", "", read=lambda: b"jpeg")
DRAFT = Draft("key-1", "Lunch is served at 12.", (PICTURE,), "en", AT, "https://nod.test/feed/1/entries")
Start = Callable[[Double], Account]
every = pytest.mark.parametrize("key", sorted(NETWORKS))


@every
def test_it_declares_what_the_screens_need(key: str) -> None:
    each = network(key)
    assert isinstance(each, Network)
    assert isinstance(each, Password | Consent)
    assert each.key == key
    assert each.label
    own = (Path(webapp.__file__).parent / "static" / "img" / "own.svg").read_text()
    assert f'id="{each.glyph}"' in own
    assert each.limits.text > 0
    assert each.limits.unit
    assert all(field.name.isidentifier() and field.label for field in each.fields)


@every
def test_nothing_counts_as_nothing_and_too_much_says_where(key: str) -> None:
    each = network(key)
    assert each.measure("", each.limits).used == 0
    long = each.measure("a" * (each.limits.text + 5), each.limits)
    assert (long.over, long.over_at) == (5, each.limits.text)


@every
def test_what_does_not_fit_is_refused_before_anything_is_sent(key: str) -> None:
    nowhere = Account("c", "1", "@alice", "https://nowhere.invalid")
    each = network(key)
    for draft in (
        Draft("k", "a" * (each.limits.text + 1), planned_at=AT),
        Draft("k", " \n", planned_at=AT),
        Draft("k", "broken \ud800", planned_at=AT),
        Draft("k", "x", (PICTURE,) * (each.limits.images + 1), planned_at=AT),
        Draft("k", "x", (Picture("image/tiff", 1, 1, "", ""),), planned_at=AT),
    ):
        with pytest.raises(NetworkError) as refused:
            each.publish(nowhere, draft)
        assert refused.value.remedy is Remedy.GIVE_UP


def test_every_network_that_is_called_has_a_double() -> None:
    assert set(NETWORKS) - {"site"} == set(DOUBLES)


def test_publishing_twice_with_one_key_has_one_effect(double: Double, start: Start) -> None:
    account, each = start(double), network(double.network)
    assert each.publish(account, DRAFT) == each.publish(account, DRAFT)
    assert len(double.posts) == 1


def test_an_answer_lost_after_the_effect_is_found_again(double: Double, start: Start) -> None:
    account, each, before = start(double), network(double.network), times.now()
    double.fail(double.write, LOST, effect=True)
    assert failure(lambda: each.publish(account, DRAFT)).remedy is Remedy.UNKNOWN
    assert isinstance(each.probe(account, DRAFT, before), Receipt)
    assert len(double.posts) == 1


def test_an_answer_lost_before_the_effect_is_found_absent(double: Double, start: Start) -> None:
    account, each, before = start(double), network(double.network), times.now()
    double.fail(double.write, LOST)
    assert failure(lambda: each.publish(account, DRAFT)).remedy is Remedy.UNKNOWN
    assert isinstance(each.probe(account, DRAFT, before), Absent)


@pytest.mark.parametrize(
    ("status", "body", "remedy"),
    [
        (500, None, Remedy.UNKNOWN),
        (502, b"<html>", Remedy.UNKNOWN),
        (503, None, Remedy.UNKNOWN),
        (200, b"<html>not json", Remedy.UNKNOWN),
        (200, {}, Remedy.UNKNOWN),
        (200, [], Remedy.UNKNOWN),
        (401, None, Remedy.RECONNECT),
        (403, {"error": "This action is not allowed"}, Remedy.ASK),
        (422, {"error": "Validation failed: too long"}, Remedy.GIVE_UP),
        (400, {"error": "InvalidRequest", "message": "bad"}, Remedy.GIVE_UP),
        (302, None, Remedy.ASK),
    ],
)
def test_every_answer_to_the_write_has_its_remedy(
    double: Double, start: Start, status: int, body: object, remedy: Remedy
) -> None:
    account, each = start(double), network(double.network)
    double.fail(double.write, status, body, location="https://elsewhere.invalid/")
    assert failure(lambda: each.publish(account, DRAFT)).remedy is remedy
    assert double.posts == {}


def test_a_server_that_asks_for_peace_gets_it(double: Double, start: Start) -> None:
    account, each = start(double), network(double.network)
    for headers in ({"retry_after": "90"}, {"x_ratelimit_reset": times.iso(times.now() + timedelta(seconds=90))}):
        double.fail(double.write, 429, **headers)
        error = failure(lambda: each.publish(account, DRAFT))
        assert error.remedy is Remedy.RETRY
        assert error.retry_at is not None
        assert timedelta(seconds=80) < error.retry_at - times.now() < timedelta(seconds=100)


def test_a_server_that_is_not_there_may_be_tried_again(double: Double, start: Start) -> None:
    account, each = start(double), network(double.network)
    gone = Account("c", account.remote_id, "@alice", "https://nowhere.invalid", account.secrets)
    assert failure(lambda: each.publish(gone, DRAFT)).remedy is Remedy.RETRY


def test_a_failed_upload_has_no_effect_and_may_be_repeated(double: Double, start: Start) -> None:
    account, each = start(double), network(double.network)
    upload = "/api/v2/media" if double.network == "mastodon" else "uploadBlob"
    for status in (500, LOST):
        double.fail(upload, status)
        assert failure(lambda: each.publish(account, DRAFT)).remedy is Remedy.RETRY
    assert double.posts == {}


@pytest.mark.parametrize(("status", "remedy"), [(500, "retry"), (LOST, "retry"), (429, "retry"), (401, "reconnect")])
def test_a_blip_never_disconnects(double: Double, start: Start, status: int, remedy: str) -> None:
    account, each = start(double), network(double.network)
    path = "/verify_credentials" if double.network == "mastodon" else "getSession"
    double.fail(path, status, b"")
    assert failure(lambda: each.check(account)).remedy == remedy
    assert each.check(account).remote_id == account.remote_id


def test_removing_what_is_gone_is_no_error(double: Double, start: Start) -> None:
    account, each = start(double), network(double.network)
    assert isinstance(each, Deletable)
    receipt = each.publish(account, DRAFT)
    each.delete(account, receipt.remote_id)
    each.delete(account, receipt.remote_id)
    assert double.posts == {}


def test_no_secret_is_repeated_anywhere(double: Double, start: Start, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    account, each, said = start(double), network(double.network), []
    echo = " ".join(double.secrets.values())
    for status in (500, 502, 401, 403, 422, 400, 429, LOST):
        double.fail(double.write, status, {"error": echo, "message": echo, "error_description": echo})
        try:
            each.publish(account, DRAFT)
        except NetworkError as error:
            said += [str(error), repr(error), str(error.params), "".join(traceback.format_exception(error))]
    said += [repr(account), str(each.check(account)), caplog.text]
    assert not re.search("canary", "\n".join(said))


def failure(act: Callable[[], object]) -> NetworkError:
    """The NetworkError that an act must raise."""
    with pytest.raises(NetworkError) as raised:
        act()
    return raised.value

"""Handles: the network's own form, our own accounts, slips of the finger."""

import pytest

from tests.cast import Cast
from tests.posts import make
from tests.posts.checks import look
from webapp.networks import mentions
from webapp.posts.checks import Level
from webapp.posts.checks.mentions import nearly
from webapp.posts.wordlists import keeping


def _channels(cast: Cast):
    fedi = make.channel(cast, network="mastodon")
    sky = make.channel(cast, network="bluesky")
    fedi.handle, sky.handle = "@pomela@toots.example", "@pomela.sky.example"
    return fedi, sky


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hello @pomela@toots.example", [(Level.OK, "Every handle is known")]),
        ("Hello @pomela!", [(Level.OK, "Every handle is known")]),
        ("Hello @pomela.sky.example", [(Level.WARN, "@pomela.sky.example is of another network")]),
        ("Hello @pomela@toots", [(Level.WARN, "@pomela@toots is no handle on Mastodon")]),
        ("Hello @pomela@toots..example", [(Level.WARN, "@pomela@toots..example is no handle on Mastodon")]),
        ("Hello @pomelo@toots.example", [(Level.WARN, "@pomelo@toots.example is nearly yours")]),
        ("Hello @ania@else.example", [(Level.INFO, "@ania@else.example is not known here")]),
        ("Hello @zestowa@else.example", [(Level.OK, "Every handle is known")]),
        ("Mail ania@else.example or https://x.example/@ania", []),
        ("At 5 @ the bar", []),
    ],
)
def test_handles_on_the_fediverse(cast: Cast, text: str, found: list[tuple[Level, str]]) -> None:
    fedi, _sky = _channels(cast)
    keeping.keep(cast.warsaw, "", {"partner": "@zestowa@else.example"}, cast.actor("administrator"))
    assert look.of(make.post(cast, [fedi], text), "handle") == found


def test_each_network_reads_handles_in_its_own_way(cast: Cast) -> None:
    fedi, sky = _channels(cast)
    feed = make.channel(cast)
    post = make.post(cast, [fedi, sky, feed], "Hello @pomela.sky.example")
    found = look.found(post, "handle")
    assert [(c.level, c.channel_id, c.detail) for c in found] == [
        (Level.WARN, fedi.id, "It is yours on Bluesky, not on Mastodon.")
    ]
    assert look.of(make.post(cast, [sky], "Hello @pomela"), "handle")[0][0] == Level.WARN
    assert look.of(make.post(cast, [feed], "Hello @nobody@@"), "handle") == []


def test_handles_of_another_company_are_not_known(cast: Cast) -> None:
    fedi, sky = _channels(cast)
    fedi.organization_id = cast.people["stranger"].id and fedi.organization_id
    sky.removed_at = sky.created_at
    assert look.levels(make.post(cast, [fedi], "Hello @pomela.sky.example"), "handle") == [Level.INFO]


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("pomela", "pomelo", True),
        ("pomela", "pomlea", True),
        ("pomela", "pomel", True),
        ("pomela", "pommela", True),
        ("pomela", "pomela", False),
        ("pomela", "melapo", False),
        ("abc", "abd", False),
    ],
)
def test_one_slip_of_a_finger(one: str, other: str, near: bool) -> None:
    assert nearly(one, other) is near
    assert nearly(other, one) is near


def test_signs_in_links_and_addresses_are_no_handles() -> None:
    assert list(mentions.signs("x@y.example https://a.example/@b ＠pomela. (@c.)")) == ["pomela", "c"]

"""Every filter that an address names is a chip that says what it is and takes it away; nothing of others is named."""

import html as markup
import re
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from tests.posts import make
from webapp import db
from webapp.posts.labels.models import Campaign, Label


def chips(cast, path):
    """(words, address without it) of each filter that is on."""
    answer = cast.author.get(path)
    assert answer.status_code == 200
    found = re.search(r'<nav class="row wraps" aria-label="Filters that are on">(.*?)</nav>', answer.text, re.DOTALL)
    each = re.findall(r'<a class="chip big" href="([^"]*)">(.*?)</a>', found[1] if found else "", re.DOTALL)
    plain = [(re.sub(r"<[^>]+>", " ", words).replace("Take away the filter:", ""), href) for href, words in each]
    return [(" ".join(markup.unescape(words).split()), markup.unescape(href)) for words, href in plain]


@pytest.fixture
def filed(cast):
    label = Label(organization_id=cast.organization.id, name="Autumn")
    campaign = Campaign(organization_id=cast.organization.id, name="<Launch>")
    channel = make.channel(cast)
    db.session.add_all([label, campaign])
    db.commit()
    return {
        "channel": (channel.id, f"Channel {channel.handle}"),
        "person": (cast.people["author"].id, f"Written by {cast.people['author'].name}"),
        "label": (label.id, "Label Autumn"),
        "campaign": (campaign.id, "Campaign <Launch>"),
        "paid": ("1", "Only paid posts"),
        "q": ("two words", "Words two words"),
        "state": ("draft", "State Draft"),
    }


def query(values):
    return "&".join(f"{name}={value}".replace(" ", "+") for name, (value, _words) in values.items())


@pytest.mark.parametrize("path", ["/posts", "/calendar", "/calendar/regions", "/calendar/month"])
def test_each_filter_is_said_and_leaves_the_others_when_it_goes(cast, filed, path):
    shown = chips(cast, f"{path}?{query(filed)}")
    assert [words for words, _href in shown] == [words for _value, words in filed.values()]
    for (_words, href), name in zip(shown, filed, strict=True):
        address = urlsplit(href)
        assert address.path == path
        assert set(parse_qs(address.query)) == {*filed} - {name}


def test_one_filter_leads_to_the_whole_list(cast):
    assert chips(cast, "/posts?state=draft") == [("State Draft", "/posts")]
    assert chips(cast, "/posts") == []
    assert chips(cast, "/calendar") == []


def test_a_group_of_states_has_its_chip_above_and_the_region_too(cast):
    assert chips(cast, "/posts?state=drafts") == []
    assert chips(cast, "/calendar?state=back") == [("State Came back", "/calendar")]
    assert chips(cast, f"/posts?region={cast.warsaw.id}") == [("Region Warsaw", "/posts")]
    assert chips(cast, f"/calendar?region={cast.warsaw.id}") == []


def test_the_day_stays_when_a_filter_goes(cast):
    assert chips(cast, "/calendar?state=draft&day=2026-12-24") == [("State Draft", "/calendar?day=2026-12-24")]


@pytest.mark.parametrize("name", ["region", "channel", "person", "label", "campaign"])
def test_what_is_not_there_or_not_theirs_is_unknown(cast, name):
    rows = {
        "region": cast.dubai.id,
        "channel": make.channel(cast, cast.dubai).id,
        "person": uuid4(),
        "label": uuid4(),
        "campaign": uuid4(),
    }
    db.commit()
    assert chips(cast, f"/posts?{name}={rows[name]}")[0][0].endswith("unknown")

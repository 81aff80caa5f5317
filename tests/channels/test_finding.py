"""330 channels on a phone: a page at a time, narrowed by what is in the address, those in trouble first."""

import html
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from webapp import db, times
from webapp.channels.models import Channel
from webapp.db import session

NEEDS = re.compile(r"(Channel \d{3}) needs you")


def connect(cast, n, region=None, network="site", **more):
    region = region or cast.warsaw
    row = Channel(
        id=db.new_id(),
        organization_id=region.organization_id,
        region_id=region.id,
        owner_id=cast.people["author"].id,
        network=network,
        remote_id=f"remote-{n}",
        handle=f"@handle{n}",
        name=more.pop("name", f"Channel {n:03}"),
        **more,
    )
    session.add(row)
    return row


@pytest.fixture
def many(cast):
    for n in range(120):
        connect(cast, n, cast.dubai if n % 2 else cast.warsaw, "mastodon" if n % 3 == 0 else "site")
    db.commit()


@pytest.fixture
def statements(app):
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "PRAGMA", "SET")):
            seen.append(statement)

    sa.event.listen(db.engine(), "before_cursor_execute", note)
    yield seen
    sa.event.remove(db.engine(), "before_cursor_execute", note)


def page(browser, query=""):
    return html.unescape(browser.get(f"/channels{query}").get_data(as_text=True))


def names(text):
    return re.findall(r"<bdi>(Channel \d{3})</bdi>", text)


def walk(browser, query=""):
    """Every name, page after page."""
    found, text = [], page(browser, query)
    for _n in range(20):
        found += names(text)
        onward = re.search(r'href="/channels(\?[^"]*after=[^"]*)"', text)
        if not onward:
            return found
        text = page(browser, onward.group(1))
    raise AssertionError("it never ends")


def test_pages_hold_each_channel_once_by_region_and_name(cast, many):
    assert len(names(page(cast.planner))) == 50
    found = walk(cast.planner)
    assert len(found) == len(set(found)) == 120
    numbers = [int(name[-3:]) for name in found]
    halves = [[n for n in numbers if n % 2 == odd] for odd in (0, 1)]
    assert numbers in (halves[0] + halves[1], halves[1] + halves[0])
    assert all(half == sorted(half) for half in halves)


def test_each_sees_only_their_regions(cast, many):
    assert all(int(name[-3:]) % 2 == 0 for name in walk(cast.author))
    assert walk(cast.stranger) == []
    assert walk(cast.author, f"?region={cast.dubai.id}") == []


@pytest.mark.parametrize(
    ("query", "n"),
    [
        ("?q=channel+007", 1),
        ("?q=%40HANDLE11", 11),
        ("?q=007+channel", 1),
        ("?q=%25", 0),
        ("?q=_", 0),
        ("?network=mastodon", 40),
        ("?network=mastodon&q=Channel+00", 4),
        ("?network=nowhere", 120),
        ("?region=nowhere", 120),
        ("?region=00000000-0000-0000-0000-000000000000", 0),
        ("?health=reconnect", 0),
        ("?health=connected", 120),
        ("?health=odd", 120),
        ("?after=odd", 120),
        ("?q=%00Channel+007", 1),
    ],
)
def test_what_is_in_the_address_narrows_it(cast, many, query, n):
    assert len(walk(cast.planner, query)) == n


def test_a_region_means_it_and_all_below(cast, many):
    assert len(walk(cast.planner, f"?region={cast.warsaw.id}")) == 60
    assert len(walk(cast.planner, f"?region={cast.headquarters.id}")) == 120


def test_filters_stay_on_the_next_page_and_in_the_form(cast, many):
    text = page(cast.planner, f"?q=Channel&region={cast.warsaw.id}&network=site")
    assert 'value="Channel"' in text
    assert f'value="{cast.warsaw.id}" selected' in text
    assert 'value="site" selected' in text
    onward = page(cast.planner, "?q=Channel&health=connected")
    assert re.search(r'href="/channels\?[^"]*health=connected[^"]*q=Channel[^"]*after=', onward)


def test_trouble_comes_first_and_is_counted(cast, many):
    rows = session.scalars(sa.select(Channel).order_by(Channel.name)).unique().all()
    for n, row in enumerate(rows[100:107]):
        row.health, row.problem, row.problem_at = "reconnect", "", times.now() - timedelta(days=n)
    rows[50].expires_at = times.now() + timedelta(days=2)
    db.commit()
    text = page(cast.planner)
    first = text[: text.index("<bdi>Channel")]
    assert NEEDS.findall(first) == [f"Channel {n}" for n in (106, 105, 104, 103, 102)]
    assert "7 channels need you: show them" in first
    assert len(walk(cast.planner, "?health=reconnect")) == 7
    assert names(page(cast.planner, "?health=expires")) == ["Channel 050"]
    assert not NEEDS.search(page(cast.planner, "?health=connected"))
    onward = re.search(r'href="/channels(\?[^"]*after=[^"]*)"', text)
    assert not NEEDS.search(page(cast.planner, onward.group(1)))


def test_few_channels_need_no_search(cast):
    connect(cast, 1)
    db.commit()
    assert 'role="search"' not in page(cast.author)
    assert "No channel is connected yet" in page(cast.teammate)
    assert "No channel fits" in page(cast.author, "?q=nothing")


def test_the_page_costs_the_same_whatever_is_stored(cast, many, statements):
    cast.planner.get("/channels")
    statements.clear()
    cast.planner.get("/channels")
    few = len(statements)
    for n in range(200, 500):
        connect(cast, n, network="bluesky")
    db.commit()
    session.remove()
    statements.clear()
    answer = cast.planner.get("/channels")
    assert len(statements) == few, "\n\n".join(statements)
    assert few <= 14, "\n\n".join(statements)
    assert len(names(answer.get_data(as_text=True))) == 50

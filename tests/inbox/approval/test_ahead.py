"""Whoever writes a reply that will wait for a yes learns it before sending, and why, without a script."""

import pytest
import sqlalchemy as sa

from tests.inbox.approval.house import guard, risky, role
from tests.inbox.replying.house import answer
from webapp import db
from webapp.db import new_id

AHEAD = "It waits for a yes before it leaves."
PERHAPS = "With a risky word it waits for a yes."


def page(cast, talk, who="author", path=""):
    return cast.browsers[who].get(f"/inbox/{talk.id}{path}").get_data(as_text=True)


def typed(cast, talk, text, who="author"):
    """What the page shows after it saved by itself."""
    came = cast.browsers[who].post(f"/inbox/{talk.id}/reply/draft", {"text": text})
    assert came.status_code == 200
    return came.get_json()["saved"]


@pytest.mark.parametrize("path", ["", "/reply"])
def test_a_channel_that_needs_a_yes_says_so_in_the_bar(cast, talk, path):
    assert AHEAD not in page(cast, talk, path=path)
    guard(cast, channels=[talk.channel_id])
    html = page(cast, talk, path=path)
    assert AHEAD in html
    assert "Replies on this channel need a yes" in html
    assert 'aria-label="Send it for a yes"' in html
    assert 'aria-describedby="reply-wait"' in html


def test_a_role_that_needs_a_yes_is_told_and_nobody_else(cast, talk):
    guard(cast, cast.headquarters, roles=[role(cast).id])
    html = page(cast, talk)
    assert AHEAD in html
    assert "Replies of this role need a yes" in html
    for who in ("planner", "administrator", "approver"):
        assert AHEAD not in page(cast, talk, who)


def test_another_channel_and_those_who_may_say_yes_read_nothing_of_it(cast, talk):
    guard(cast, channels=[new_id()])
    assert AHEAD not in page(cast, talk)
    guard(cast, cast.headquarters, channels=[talk.channel_id], risk=True)
    html = page(cast, talk, "administrator")
    assert AHEAD not in html
    assert PERHAPS not in html
    assert 'aria-label="Send"' in html


def test_words_decide_and_the_bar_says_so_while_they_are_typed(cast, talk):
    guard(cast, risk=True)
    risky(cast)
    html = page(cast, talk)
    assert PERHAPS in html
    assert AHEAD not in html
    assert "waits for a yes" not in typed(cast, talk, "All is well")
    assert typed(cast, talk, "We give a guarantee").endswith("It waits for a yes: It says “guarantee”")
    html = page(cast, talk)
    assert "It waits for a yes: It says “guarantee”" in html
    assert PERHAPS not in html
    assert "waits for a yes" not in typed(cast, talk, "We give our word")
    assert "waits for a yes" not in typed(cast, talk, "")
    assert "It says" not in page(cast, talk)


def test_what_always_asks_and_a_word_are_both_said(cast, talk):
    guard(cast, channels=[talk.channel_id], risk=True)
    risky(cast)
    assert PERHAPS not in page(cast, talk)
    saved = typed(cast, talk, "We give a guarantee")
    assert saved.endswith("It waits for a yes: Replies on this channel need a yes, It says “guarantee”")
    html = page(cast, talk)
    assert AHEAD in html
    assert "It waits for a yes: It says “guarantee”" in html


def test_what_was_sent_says_that_it_waits_why_and_for_whom(cast, talk):
    guard(cast, risk=True)
    risky(cast)
    assert answer(cast, talk, "We give a guarantee").status_code == 303
    html = page(cast, talk)
    going = html[html.index('id="going"') : html.index("</ul>", html.index('id="going"'))]
    for said in ("Waiting for a yes", "Waits for Administrator, Approver, Second", "It says “guarantee”"):
        assert said in going


def test_without_a_rule_the_bar_asks_the_database_once_for_it(cast, talk):
    for who, times in (("author", 1), ("administrator", 0)):
        page(cast, talk, who)
        asked = []
        listen = lambda *args, into=asked: into.append(args[2])  # noqa: E731
        sa.event.listen(db.engine(), "before_cursor_execute", listen)
        page(cast, talk, who)
        sa.event.remove(db.engine(), "before_cursor_execute", listen)
        assert sum("reply_guards" in each for each in asked) == times, who

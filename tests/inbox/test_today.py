"""The inbox elsewhere: the number on its tab, its rows on Today, its words in the activity."""

import re
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from tests.cast import Cast
from tests.inbox import make
from webapp import db, events, times
from webapp.audit import erase, words
from webapp.inbox.models import Note
from webapp.people.models import Membership


def pip(browser: Any) -> str:
    found = re.search(r'id="count-inbox">([^<]+)<', browser.get("/more").get_data(as_text=True))
    return found.group(1) if found else ""


def test_the_tab_counts_what_waits_for_me(cast: Cast) -> None:
    assert pip(cast.author) == ""
    me, channel = cast.people["author"].id, make.channel(cast)
    make.conversation(cast, channel, assignee_id=me)
    make.conversation(cast, channel, assignee_id=me)
    make.conversation(cast, channel, assignee_id=me, due=None)  # answered
    make.conversation(cast, channel, assignee_id=me, snoozed_until=times.now() + timedelta(hours=1))
    make.conversation(cast, channel, assignee_id=me, state="done")
    make.conversation(cast, channel)
    db.commit()
    assert pip(cast.author) == "2"
    assert pip(cast.planner) == ""


def test_today_names_what_is_mine_and_what_is_late(cast: Cast) -> None:
    channel, me = make.channel(cast), cast.people["author"].id
    make.conversation(cast, channel, text="mine and soon", assignee_id=me)
    make.conversation(cast, channel, text="late and free", due=timedelta(hours=-1))
    db.commit()
    html = cast.author.get("/").get_data(as_text=True)
    assert "mine and soon" in html
    assert "late and free" not in html
    assert "1 answer is late" in html
    assert "1 answer is late" in cast.planner.get("/").get_data(as_text=True)
    for browser in (cast.teammate, cast.dubai_author, cast.stranger):
        assert "answer is late" not in browser.get("/").get_data(as_text=True)
    assert "Nothing needs you" not in html


def test_every_event_of_the_inbox_has_words(cast: Cast) -> None:
    made = make.conversation(cast)
    db.commit()
    for verb, form in (("done", {}), ("done/end", {}), ("spam", {"spam": "1"}), ("notes", {"text": "word"})):
        cast.author.post(f"/inbox/{made.id}/{verb}", form)
    kinds = set(db.session.scalars(sa.select(events.Event.kind).where(events.Event.kind.contains("conversation."))))
    assert kinds <= words.KINDS.keys()
    html = cast.planner.get("/activity").get_data(as_text=True)
    assert "Conversation done" in html
    assert "With Ola Zielona" in html
    assert f'href="/inbox/{made.id}"' in html


def test_the_notes_of_a_member_are_erased_with_their_words(cast: Cast) -> None:
    made = make.conversation(cast)
    db.commit()
    cast.author.post(f"/inbox/{made.id}/notes", {"text": "A secret"})
    who = cast.people["author"].id
    member = db.session.scalars(sa.select(Membership).where(Membership.person_id == who)).one()
    erase.erase(member, cast.actor("administrator"))
    db.commit()
    assert list(db.session.scalars(sa.select(Note.text))) == [""]
    assert "A secret" not in list(db.session.scalars(sa.select(events.EventText.text)))

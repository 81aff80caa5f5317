"""When two conversations turn out to be one, nothing that somebody began to write is lost."""

import sqlalchemy as sa

from tests.inbox import make
from webapp import db
from webapp.db import session
from webapp.inbox.fetching import merging
from webapp.inbox.replying.models import Reply, ReplyDraft


def begun(cast, talk, who, text, canned=()):
    row = {"organization_id": talk.organization_id, "conversation_id": talk.id, "text": text, "canned": list(canned)}
    session.add(ReplyDraft(id=db.new_id(), person_id=cast.people[who].id, **row))
    session.flush()


def merged(gone, into):
    db.commit()
    merging.merge(gone, into)
    db.commit()
    session.remove()
    return {row.person_id: row for row in session.scalars(sa.select(ReplyDraft))}


def two(cast):
    on = make.channel(cast)
    return make.conversation(cast, on), make.conversation(cast, on)


def test_whoever_began_in_both_has_the_words_of_both(cast):
    gone, into = two(cast)
    begun(cast, into, "author", "Dzień dobry, ", ["a"])
    begun(cast, gone, "author", "zamówienie jest w drodze.", ["b", "a"])
    begun(cast, gone, "planner", "Looking into it")
    here, author, planner = into.id, cast.people["author"].id, cast.people["planner"].id
    found = merged(gone.id, here)
    assert {row.conversation_id for row in found.values()} == {here}
    assert found[author].text == "Dzień dobry,\n\nzamówienie jest w drodze."
    assert found[author].canned == ["a", "b"]
    assert found[author].version == 2
    assert found[planner].text == "Looking into it"


def test_the_same_words_are_not_there_twice_and_empty_ones_add_nothing(cast):
    gone, into = two(cast)
    begun(cast, into, "author", "We are on it.")
    begun(cast, gone, "author", "on it.")
    begun(cast, into, "planner", "  ")
    begun(cast, gone, "planner", "Yes!")
    author, planner = cast.people["author"].id, cast.people["planner"].id
    found = merged(gone.id, into.id)
    assert found[author].text == "We are on it."
    assert found[planner].text == "Yes!"
    assert session.scalar(sa.select(sa.func.count()).select_from(Reply)) == 0

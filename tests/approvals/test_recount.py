"""People come, go and get roles: who is asked follows, in one recount for many changes, a page at a time."""

import sqlalchemy as sa

from tests.approvals import house
from webapp import db, events, times
from webapp.approvals import recount
from webapp.approvals.models import Ask, Recount, live
from webapp.db import session
from webapp.people import organizations
from webapp.people.models import Region


def tell():
    """What the relay does: the events are sealed and told."""
    events.seal_pending(times.now())
    told = events.tell_pending(times.now())
    db.commit()
    return told


def asked(row):
    session.rollback()
    return set(session.scalars(sa.select(Ask.person_id).where(Ask.submission_id == row.id, live())))


def joins(cast, name):
    """Somebody new who may approve in Warsaw."""
    region = session.scalars(sa.select(Region).where(Region.name == "Warsaw")).one()
    person = organizations.person_for(f"{name}@nod.example", name)
    organizations.add_member(region.organization_id, person, "approver", region, by=cast.actor("administrator"))
    db.commit()
    return person.id


def test_who_joins_is_asked_and_many_who_join_are_one_recount(cast):
    row = house.waiting(cast)
    before = asked(row)
    tell()
    recount.due()
    new = {joins(cast, f"new{n}") for n in range(5)}
    assert asked(row) == before
    assert tell() >= 5
    assert asked(row) == before  # The trail does not wait for it.
    assert session.scalar(sa.select(sa.func.count()).select_from(Recount)) == 1
    assert recount.due() == 1
    assert asked(row) == before | new
    assert session.scalar(sa.select(sa.func.count()).select_from(Recount)) == 0


def test_it_goes_on_after_the_page_that_was_counted_and_starts_anew_when_asked_again(cast, monkeypatch):
    monkeypatch.setattr(recount, "PAGE", 2)
    rows = [house.waiting(cast, text=f"Post {n}") for n in range(3)]
    organization = rows[0].organization_id
    session.execute(sa.delete(Ask))
    recount.ask(organization)
    db.commit()
    assert recount.page() == 2
    assert session.get_one(Recount, organization).after == rows[1].id
    db.commit()
    recount.ask(organization)
    db.commit()
    session.expire_all()
    assert session.get_one(Recount, organization).after is None
    assert recount.due() == 1
    assert recount.page() is None
    assert all(asked(row) for row in rows)


def test_what_was_missed_is_found_by_the_sweep(cast):
    row = house.waiting(cast)
    wanted = asked(row)
    session.execute(sa.delete(Ask))
    db.commit()
    recount.ask_all()
    db.commit()
    assert recount.due() == 1
    assert asked(row) == wanted != set()


def test_a_page_that_took_all_the_time_is_kept(cast):
    row = house.waiting(cast)
    session.execute(sa.delete(Ask))
    recount.ask(row.organization_id)
    db.commit()
    assert recount.due(seconds=0) == 1
    assert asked(row)

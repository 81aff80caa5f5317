"""Builds the demo company: people, offices, feeds, and a timeline of what they did in the last days.

The clock of this process is set to the moment of each step, so that what was published yesterday was sent yesterday; it
is set back at the end, whatever happens.
"""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from webapp import db, times
from webapp.channels import connect
from webapp.channels.models import Channel
from webapp.db import session
from webapp.networks import network
from webapp.networks.base import Password
from webapp.people import organizations, sessions
from webapp.people.models import Membership, Organization, Person, Region
from webapp.people.permissions import Actor

from . import approving, canned, client, company, rules, talk, timeline
from .stories import STORIES

FOUNDED = timedelta(days=4)
FEED = "site"


def fresh() -> bool:
    """Whether no organization exists."""
    return session.scalar(sa.select(Organization.id).limit(1)) is None


def address(member: company.Member) -> str:
    """The e-mail address of somebody in the demo."""
    return f"{member.key}@{company.MAIL}"


def people() -> Sequence[Person]:
    """Everybody of the demo."""
    wanted = [address(member) for member in company.PEOPLE]
    return session.scalars(sa.select(Person).where(Person.email.in_(wanted))).all()


def everything() -> None:
    """Found the company four days ago and let the days pass."""
    now, before = times.now().replace(second=0, microsecond=0), times.clock
    try:
        times.clock = lambda: now - FOUNDED
        house = _house()
        db.commit()
        timeline.run(house, STORIES, now, talk.steps(house, now))
    finally:
        times.clock = before


def _house() -> timeline.House:
    organization = organizations.create(company.NAME, company.HEADQUARTERS, demo=True)
    top = organizations.root_of(organization.id)
    top.country = "GB"
    regions = {"": top, **{office.key: _office(office, top) for office in company.OFFICES}}
    actors = {member.key: _member(member, regions[member.office]) for member in company.PEOPLE}
    legal = session.get_one(Membership, actors["legal"].membership_id)
    approving.set_up(top, legal, actors["administrator"])
    client.set_up(actors["administrator"])
    canned.write(actors["administrator"])
    rules.write(actors["administrator"])
    feeds = {"": company.HEADQUARTERS_FEED, **{office.key: office.feed for office in company.OFFICES}}
    channels = {key: _feed(name, regions[key], actors["administrator"]) for key, name in feeds.items()}
    rules.guard(regions["dubai"], channels["dubai"], actors["administrator"])
    places = {key: region.id for key, region in regions.items()}
    return timeline.House(places, actors, {key: channel.id for key, channel in channels.items()})


def _office(office: company.Office, top: Region) -> Region:
    region = organizations.add_region(
        top.organization_id,
        top,
        name=office.name,
        zone=office.zone,
        language=office.language,
        country=office.country,
        by=None,
    )
    region.work_start, region.work_end = office.hours
    region.work_days = list(office.days)
    # its days are counted from now, whenever that is
    region.market_start, region.market_end, region.minded = "", "", []
    return region


def _member(member: company.Member, region: Region) -> Actor:
    person = organizations.person_for(address(member), member.name, language=member.language, zone=region.zone)
    joined: Membership = organizations.add_member(
        region.organization_id, person, member.role, region, by=None, title=member.does
    )
    joined.joined_at = times.now()
    session.flush()
    return sessions.actor_of(joined)


def _feed(name: str, region: Region, by: Actor) -> Channel:
    chosen = network(FEED)
    assert isinstance(chosen, Password)
    return connect.connect(FEED, chosen.connect({"name": name}), region, by.id, by)

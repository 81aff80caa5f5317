"""Short ways for the tests of replies that need a yes."""

import sqlalchemy as sa

from webapp import db
from webapp.db import session
from webapp.inbox.approval.models import ReplyGuard
from webapp.people.models import Role
from webapp.posts.wordlists import keeping


def guard(cast, region=None, **values):
    """What a region asks (Warsaw)."""
    row = {"channels": [], "roles": [], "risk": False, **values}
    row = {name: [str(one) for one in value] if isinstance(value, list) else value for name, value in row.items()}
    where = {"organization_id": cast.organization.id, "region_id": (region or cast.warsaw).id}
    session.add(ReplyGuard(**where, **row))
    db.commit()


def role(cast, key="author"):
    """A role of the company."""
    return session.scalars(sa.select(Role).where(Role.key == key, Role.organization_id == cast.organization.id)).one()


def risky(cast, words="guarantee*", language="en"):
    """Words that are risky in Warsaw."""
    region = session.get_one(type(cast.warsaw), cast.warsaw.id)
    keeping.keep(region, language, {"risk": words}, cast.actor("administrator"))
    db.commit()

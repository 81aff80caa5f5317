"""How many posts wait for each of many people: what the app's icon shows, the same number as on its tab."""

import uuid
from collections.abc import Collection

import sqlalchemy as sa

from webapp import db, times
from webapp.approvals.models import Ask, live
from webapp.db import session
from webapp.people.models import Person


def counts(organization_id: uuid.UUID, people: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Person -> how many, in one query whatever their number. Who is asked nothing has 0."""
    if not people:
        return {}
    waiting = sa.select(sa.func.count()).where(
        Ask.person_id == Person.id, Ask.organization_id == organization_id, Ask.sort_at > times.now(), live()
    )
    # for each person along the index: one count for all is planned as a read of the whole table
    query = sa.select(Person.id, waiting.scalar_subquery()).where(db.among(Person.id, people))
    return {row[0]: row[1] for row in session.execute(query)}

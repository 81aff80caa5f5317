"""How many posts wait for each of many people: what the app's icon shows, the same number as on its tab."""

import uuid
from collections.abc import Collection

import sqlalchemy as sa

from webapp import db, times
from webapp.approvals.models import Ask, live
from webapp.db import session


def counts(organization_id: uuid.UUID, people: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Person -> how many, in one query whatever their number. Who is asked nothing has 0."""
    if not people:
        return {}
    query = (
        sa.select(Ask.person_id, sa.func.count())
        .where(
            db.among(Ask.person_id, people), Ask.organization_id == organization_id, Ask.sort_at > times.now(), live()
        )
        .group_by(Ask.person_id)
    )
    return {**dict.fromkeys(people, 0), **{row[0]: row[1] for row in session.execute(query)}}

"""All campaigns with their progress, and one with its timeline."""

import uuid
from typing import Any

import sqlalchemy as sa
from werkzeug.wrappers import Response

from webapp.db import session
from webapp.errors import NotFound
from webapp.http.actor import actor
from webapp.http.answer import page
from webapp.http.pwa import kept
from webapp.people import regions as offices

from ..labels import catalog
from ..labels.models import Campaign
from ..shared_views import bp
from . import standing


@bp.get("/campaigns")
@kept
def campaigns_page() -> Response:
    """How every campaign stands."""
    rows = standing.of(catalog.offered(Campaign, actor().organization_id), actor())
    order = {"on": 0, "ahead": 1, "": 2, "over": 3}
    return page(
        "posts/campaigns/index.html",
        rows=sorted(rows, key=lambda each: order[each.phase]),
        may=catalog.may_keep("campaigns", actor()),
    )


@bp.get("/campaigns/<uuid:row_id>/timeline")
@kept
def campaign_page(row_id: uuid.UUID) -> Response:
    """One of them: goal, days, regions, progress, pictures, and all of its posts in order."""
    person = actor()
    query = sa.select(Campaign).where(Campaign.id == row_id, Campaign.organization_id == person.organization_id)
    row: Any = session.scalars(query).first()
    if row is None:
        raise NotFound
    days, more = standing.timeline(row, person)
    return page(
        "posts/campaigns/show.html",
        campaign=row,
        standing=standing.of([row], person)[0],
        regions=standing.regions(row, offices.tree(person)),
        days=days,
        more=more,
        pictures=standing.pictures(row, person),
        may=catalog.may_keep("campaigns", actor()) and row.removed_at is None,
    )

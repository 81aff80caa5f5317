"""The pictures of a post as a screen shows them: the same asset in a size that fits a phone; the link leads to the
very file that will be sent."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from webapp.assets.models import Rendition
from webapp.db import session

from .revisions import Content


def sights(parts: Sequence[Content], saving: bool) -> dict[str, str]:
    """Asset id -> key of the rendition to show (720 pixels, 360 to save data). What has none is left out."""
    wanted = {uuid.UUID(part["asset"]) for part in parts}
    if not wanted:
        return {}
    kind = "small" if saving else "card"
    query = sa.select(Rendition.asset_id, Rendition.key).where(Rendition.asset_id.in_(wanted), Rendition.kind == kind)
    return {str(asset): key for asset, key in session.execute(query)}

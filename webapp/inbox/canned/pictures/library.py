"""The pictures that a canned reply may have: those of the library that its writer sees, each with its description."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from webapp import times
from webapp.assets.models import Asset
from webapp.db import among, session
from webapp.i18n import _
from webapp.people.permissions import Actor, scope

MOST, RECENT, LONGEST = 4, 12, 1000
"""Pictures of a reply, those of the library that are offered, and characters of a description."""


def assets(ids: Iterable[str]) -> dict[str, Asset]:
    """Pictures by their ids; none asks nothing."""
    wanted = [uuid.UUID(each) for each in dict.fromkeys(ids)]
    if not wanted:
        return {}
    return {str(row.id): row for row in session.scalars(sa.select(Asset).where(among(Asset.id, wanted)))}


def usable(asset: Asset, zone: str) -> bool:
    """Whether it may still go out: its rights have not ended there."""
    return asset.rights_until is None or asset.rights_until >= times.today(zone)


def recent(actor: Actor) -> list[Asset]:
    """The newest of the library that this person sees."""
    query = sa.select(Asset).where(*scope(Asset, actor)).order_by(Asset.id.desc()).limit(RECENT)
    return [row for row in session.scalars(query) if usable(row, actor.zone)]


def wrong(pictures: Sequence[Mapping[str, str]], by: Actor, before: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What cannot be kept, by field. `before`: those it had, which stay whoever sees them."""
    if len(pictures) > MOST:
        return {"file": _("At most %(n)s pictures.", n=MOST)}
    if any(not each["alt"] for each in pictures):
        return {"alt": _("Say what the picture shows.")}
    if any(len(each["alt"]) > LONGEST for each in pictures):
        return {"alt": _("Use at most %(n)s characters.", n=LONGEST)}
    known = {each["asset"] for each in before}
    new = [uuid.UUID(each["asset"]) for each in pictures if each["asset"] not in known]
    query = sa.select(sa.func.count()).select_from(Asset).where(*scope(Asset, by), Asset.id.in_(new))
    if new and session.scalar(query) != len(set(new)):
        return {"file": _("This picture is not there any more. Choose another.")}
    return {}

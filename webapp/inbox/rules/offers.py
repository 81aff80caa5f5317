"""What a rule of a region may be about: its channels, its people, labels and canned replies; each list read once."""

from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa

from webapp.channels.models import Channel
from webapp.db import session
from webapp.i18n import _
from webapp.inbox.canned.models import CannedReply
from webapp.inbox.canned.offering import language_name
from webapp.inbox.reading import language
from webapp.networks import NETWORKS
from webapp.people import reach
from webapp.people.models import Region
from webapp.people.permissions import Permission
from webapp.posts.labels import catalog
from webapp.posts.labels.models import Label

from . import actions, conditions

Pairs = list[tuple[str, str]]
MOST = 500


@dataclass
class Offer:
    """For the rules of one region."""

    region: Region

    @cached_property
    def channels(self) -> Pairs:
        """Those of the region and below."""
        below = Region.path.startswith(self.region.path, autoescape=True)
        query = sa.select(Channel.id, Channel.handle, Channel.network).join(Region, Region.id == Channel.region_id)
        mine = (Channel.organization_id == self.region.organization_id, Channel.removed_at.is_(None), below)
        found = session.execute(query.where(*mine).order_by(Channel.handle, Channel.id).limit(MOST))
        return [(str(row.id), f"{row.handle} ({_(NETWORKS[row.network].label)})") for row in found]

    @cached_property
    def languages(self) -> Pairs:
        """Those that comments are told apart in."""
        named = ((tag, language_name(tag)) for tag in language.CODES.split())
        return sorted(named, key=lambda pair: pair[1].casefold())

    @cached_property
    def able(self) -> Pairs:
        """Those who may answer in the region."""
        return self._holders(Permission.REPLY)

    @cached_property
    def people(self) -> Pairs:
        """Those who see the region."""
        return self._holders(Permission.VIEW)

    def _holders(self, permission: Permission) -> Pairs:
        found = reach.holders(self.region.organization_id, permission, self.region.id)
        return [(str(person.id), person.name) for person in found[:MOST]]

    @cached_property
    def labels(self) -> Pairs:
        return [(str(each.id), each.name) for each in catalog.offered(Label, self.region.organization_id)]

    @cached_property
    def canned(self) -> Pairs:
        """Those that are offered to everybody in the region."""
        above = sa.select(Region.id).where(sa.literal(self.region.path).startswith(Region.path))
        live = (CannedReply.region_id.in_(above), CannedReply.removed_at.is_(None), CannedReply.owner_id.is_(None))
        found = session.execute(sa.select(CannedReply.id, CannedReply.title).where(*live).limit(MOST))
        return sorted(((str(row.id), row.title) for row in found), key=lambda pair: pair[1].casefold())

    def of(self, key: str) -> Pairs:
        """What a condition or an action chooses from."""
        return {
            "channel": lambda: self.channels,
            "language": lambda: self.languages,
            "kind": lambda: [(key, _(word)) for key, word in conditions.KINDS.items()],
            "history": lambda: [(key, _(word)) for key, word in conditions.HISTORY.items()],
            "assign": lambda: self.able,
            "label": lambda: self.labels,
            "snooze": lambda: [(key, _(word)) for key, word in actions.LATER.items()],
            "suggest": lambda: self.canned,
            "notify": lambda: self.people,
        }[key]()

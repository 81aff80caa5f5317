"""What the editor offers to choose from, and the names of what was chosen: roles, people, regions, labels, channels."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from webapp import networks
from webapp.channels.models import Channel
from webapp.db import session
from webapp.i18n import _
from webapp.people import roles
from webapp.people.models import Membership, Person, Region
from webapp.people.permissions import Actor, Permission, scope
from webapp.posts.labels import catalog
from webapp.posts.labels.models import Campaign, Label

from .stages import Who

Pairs = list[tuple[str, str]]
CHOICES: dict[str, tuple[str, str, str]] = {
    "networks": ("networks", "key", "label"),
    "regions": ("regions", "id", "name"),
    "labels": ("labels", "id", "name"),
    "campaigns": ("campaigns", "id", "name"),
}
"""What a condition is about -> attribute of the offer, and how its rows are named."""


@dataclass
class Offer:
    """For one person in one organization; each list is read once, when it is needed."""

    actor: Actor

    @cached_property
    def roles(self) -> Pairs:
        return [(str(role.id), roles.word(role)) for role in roles.all_of(self.actor.organization_id)]

    @cached_property
    def people(self) -> Pairs:
        query = sa.select(Person.id, Person.name).join(Membership, Membership.person_id == Person.id)
        active = (Membership.organization_id == self.actor.organization_id, Membership.deactivated_at.is_(None))
        rows = session.execute(query.where(*active).order_by(Person.name, Person.id).limit(500))
        return [(str(row.id), row.name) for row in rows]

    @cached_property
    def regions(self) -> Pairs:
        rows = session.scalars(sa.select(Region).where(*scope(Region, self.actor)).order_by(Region.path).limit(500))
        return [(str(row.id), row.name) for row in rows]

    @cached_property
    def labels(self) -> Pairs:
        return [(str(row.id), row.name) for row in catalog.offered(Label, self.actor.organization_id)]

    @cached_property
    def campaigns(self) -> Pairs:
        return [(str(row.id), row.name) for row in catalog.offered(Campaign, self.actor.organization_id)]

    @cached_property
    def networks(self) -> Pairs:
        return [(key, network.label) for key, network in networks.NETWORKS.items()]

    @cached_property
    def channels(self) -> Pairs:
        query = sa.select(Channel.id, Channel.handle).where(*scope(Channel, self.actor), Channel.removed_at.is_(None))
        return [(str(row.id), row.handle) for row in session.execute(query.order_by(Channel.handle, Channel.id))]

    def of(self, what: str) -> Pairs:
        """What a condition chooses from."""
        pairs: Pairs = getattr(self, what) if what in CHOICES else []
        return pairs

    @cached_property
    def who(self) -> dict[str, Pairs]:
        """Who can be asked, in groups: value -> words."""
        return {
            "approvers": [("permission:approve", _("Approvers of its region"))],
            "region": [(f"role:{key}:region", name) for key, name in self.roles],
            "headquarters": [(f"role:{key}:headquarters", name) for key, name in self.roles],
            "people": [(f"person:{key}", name) for key, name in self.people],
            "client": [("client", _("The client, by link"))],
        }

    def name(self, who: Who) -> str:
        """Who is asked, in words."""
        named = dict(pair for pairs in self.who.values() for pair in pairs)
        words = named.get(value(who), "")
        if who.kind == "role":
            if not words:
                return _("A role that is gone")
            return _("%(role)s at headquarters", role=words) if who.where == "headquarters" else words
        if who.kind == "client" and who.what:
            return f"{words}: {', '.join(who.what.split())}"
        return words or (_("Somebody who left") if who.kind == "person" else who.what)


def value(who: Who) -> str:
    """A who as the editor sends it."""
    if who.kind == "role":
        return f"role:{who.what}:{who.where}"
    if who.kind == "client":
        return who.kind
    return f"{who.kind}:{who.what}" if who.what else who.kind


def row(raw: str) -> dict[str, Any]:
    """A who as it is stored, from what the editor sends (one of the values that were offered)."""
    kind, *rest = raw.split(":")
    if kind == "role":
        return {"kind": kind, "role": rest[0], "where": rest[1]}
    return {"kind": kind, kind: rest[0]} if rest else {"kind": kind}


def owners(offer: Offer, scope_: str) -> Pairs:
    """Whose workflow a new one may be, of a scope: regions and channels where this person sets things up."""
    actor = offer.actor
    everywhere = actor.everywhere(Permission.SETTINGS)
    if scope_ == "label":
        return offer.labels if everywhere else []
    held = {str(region) for region in actor.regions(Permission.SETTINGS)}
    if scope_ == "region":
        return [pair for pair in offer.regions if pair[0] in held]
    query = sa.select(Channel.id, Channel.handle).where(
        *scope(Channel, actor, Permission.SETTINGS), Channel.removed_at.is_(None)
    )
    return [(str(each.id), each.handle) for each in session.execute(query.order_by(Channel.handle, Channel.id))]


def may_change(actor: Actor, workflow: Any) -> bool:
    """Whether somebody may change a workflow: theirs who set up what it belongs to."""
    if workflow.scope == "region":
        return actor.may(Permission.SETTINGS, workflow)
    if workflow.scope == "channel":
        channel = session.get(Channel, workflow.channel_id)
        return channel is not None and actor.may(Permission.SETTINGS, channel)
    return actor.everywhere(Permission.SETTINGS)


def sees(actor: Actor, workflow: Any) -> bool:
    """Whether somebody may know of a workflow: whoever sees the region it is for."""
    if workflow.scope == "region":
        return actor.may(Permission.VIEW, workflow)
    if workflow.scope == "channel":
        channel = session.get(Channel, workflow.channel_id)
        return channel is not None and actor.may(Permission.VIEW, channel)
    return True

"""What a list may be narrowed to: read only by the page that asks, so that the list itself stays light."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from webapp.channels.models import Channel
from webapp.db import session
from webapp.i18n import _, locale
from webapp.inbox.models import Conversation
from webapp.inbox.work import assigning
from webapp.networks import NETWORKS
from webapp.people.models import Membership, Person, Region
from webapp.people.permissions import Actor, scope
from webapp.posts.labels import catalog
from webapp.posts.labels.models import Label

from .filters import Filters

MOST = 500
MOST_REGIONS = 5


def all_of(actor: Actor) -> dict[str, list[tuple[str, str]]]:
    """For each filter with a choice: pairs of value and words, in the order in which they are offered."""
    regions = session.execute(
        sa.select(Region.id, Region.name, Region.language)
        .where(*scope(Region, actor))
        .order_by(Region.path)
        .limit(MOST)
    ).all()
    query = sa.select(Channel.id, Channel.handle, Channel.network).where(*scope(Channel, actor))
    channels = session.execute(
        query.where(Channel.removed_at.is_(None)).order_by(Channel.handle, Channel.id).limit(MOST)
    ).all()
    labels = catalog.offered(Label, actor.organization_id)
    return {
        "region": [(str(row.id), row.name) for row in regions],
        "channel": [(str(row.id), f"{row.handle} ({_(NETWORKS[row.network].label)})") for row in channels],
        "network": sorted({(row.network, _(NETWORKS[row.network].label)) for row in channels}),
        "language": sorted({(row.language, spoken(row.language)) for row in regions}),
        "label": [(str(label.id), label.name) for label in labels],
    }


def spoken(language: str) -> str:
    """A language in the reader's words."""
    return locale().languages.get(language) or language


def chosen(actor: Actor, wanted: Filters) -> list[tuple[str, str]]:
    """(filter, words) of everything a list is narrowed to, each at most one query."""
    found = [
        ("region", _name(Region.name, wanted.region, actor)),
        ("channel", _name(Channel.handle, wanted.channel, actor)),
    ]
    if wanted.label:
        where = (Label.id == wanted.label, Label.organization_id == actor.organization_id)
        found.append(("label", session.scalar(sa.select(Label.name).where(*where)) or ""))
    if wanted.network in NETWORKS:
        found.append(("network", _(NETWORKS[wanted.network].label)))
    if wanted.language:
        found.append(("language", spoken(wanted.language)))
    return _present(found)


def _name(column: Any, row_id: uuid.UUID | None, actor: Actor) -> str:
    model = column.class_
    query = sa.select(column).where(model.id == row_id, *scope(model, actor))
    return (session.scalar(query) or "") if row_id else ""


def _present(found: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, words) for name, words in found if words]


def people(actor: Actor, conversations: Sequence[Conversation]) -> list[tuple[str, str]]:
    """Those who may answer in every region of these conversations, the reader first. Two queries a region."""
    regions = {each.region_id: each for each in conversations}
    shared: dict[uuid.UUID, str] | None = None
    for one in list(regions.values())[:MOST_REGIONS]:
        able = {person.id: person.name for person in assigning.able(one)}
        shared = able if shared is None else {key: name for key, name in shared.items() if key in able}
    named = sorted((shared or {}).items(), key=lambda pair: (pair[0] != actor.id, pair[1].casefold(), pair[0]))
    return [(str(person_id), _("Me") if person_id == actor.id else name) for person_id, name in named]


def person(actor: Actor, raw: str) -> Person | None:
    """A member of the organization who is still here, by id."""
    try:
        person_id = uuid.UUID(raw)
    except ValueError:
        return None
    here = (Membership.organization_id == actor.organization_id, Membership.deactivated_at.is_(None))
    query = sa.select(Person).join(Membership, Membership.person_id == Person.id)
    return session.scalars(query.where(Person.id == person_id, *here)).first()

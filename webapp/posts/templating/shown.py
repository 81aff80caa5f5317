"""What the pages of templates show: what one says, on which channels, and what of it cannot be had."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from webapp import networks
from webapp.db import session
from webapp.people.permissions import Actor, Permission

from ..copies import Content
from ..forms import NewPost
from ..labels.models import Campaign, Label
from ..threads import parts
from . import keeping, packing
from .forms import NameForm
from .models import Template

BEGUN = ("region", "day", "time")


@dataclass(frozen=True)
class Channel:
    """One it was kept for. `text` None: the base."""

    handle: str
    glyph: str
    text: str | None


def begun(args: Mapping[str, str]) -> dict[str, str]:
    """What an address says of the post that is to begin: carried along to where it does."""
    return {name: args[name] for name in BEGUN if 0 < len(args.get(name, "")) <= 36}


def context(
    row: Template, actor: Actor, args: Mapping[str, str], name: NameForm, new: NewPost | None
) -> dict[str, Any]:
    """Everything the page of one reads. Whoever writes nowhere is told nothing of what is missing."""
    form = new or NewPost.offering(actor, begun={"region": str(row.region_id), **begun(args)})
    region = next((each for each in form.regions if str(each.id) == form.region.data), row.region)
    found = packing.unpacked(row, region, actor)
    writes = actor.may(Permission.WRITE) and bool(form.regions)
    return {
        "row": row,
        "name": name,
        "form": form,
        "writes": writes,
        "may": keeping.may_change(row, actor),
        "missing": found.missing if writes else [],
        "thumbs": _thumbs(found.content, ""),
        "channels": [_channel(each) for each in row.content["forms"]],
        "filed": _filed(row),
        "parts": [
            (parts.heading(key), part["text"], _thumbs(found.content, key))
            for key, part in parts.named(found.content.parts)
        ],
    }


def _channel(form: dict[str, Any]) -> Channel:
    known = networks.NETWORKS.get(form["network"])
    return Channel(form["handle"], known.glyph if known else "radio", form["text"])


def _thumbs(content: Content, part: str) -> list[tuple[str, str]]:
    """The pictures that are there with a part ("": with the text), each once: address and description."""
    seen = {picture.asset.id: picture for picture in content.pictures if picture.part == part}
    return [(picture.asset.rendition("thumb").key, picture.alt) for picture in seen.values()]


def _filed(row: Template) -> list[str]:
    """The names of its campaign and labels that are still in use."""
    ids = [uuid.UUID(each) for each in row.content["labels"]]
    campaign = [uuid.UUID(row.content["campaign"])] if row.content["campaign"] else []
    return [*_names(Campaign, row, campaign), *_names(Label, row, ids)]


def _names(model: type[Campaign] | type[Label], row: Template, ids: list[uuid.UUID]) -> list[str]:
    if not ids:
        return []
    query = sa.select(model.name).where(model.organization_id == row.organization_id, model.id.in_(ids))
    return list(session.scalars(query.where(model.removed_at.is_(None)).order_by(model.name)))

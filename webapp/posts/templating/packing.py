"""What a post says as plain JSON, and back again: as far as it is still there, in this region, for this person."""

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from webapp.assets.models import Asset
from webapp.channels.models import Channel
from webapp.db import session
from webapp.i18n import _, ngettext
from webapp.people.models import Region
from webapp.people.permissions import Actor, Permission, scope

from .. import lists
from ..copies import Content, Form, Picture
from ..labels.filing import Filing
from .models import Template


def packed(content: Content) -> dict[str, Any]:
    """All of it but the base text and its language, which are columns."""
    return {
        "forms": [_form(form) for form in content.forms],
        "pictures": [picture(each) for each in content.pictures],
        "labels": sorted(str(each) for each in content.filing.labels),
        "campaign": str(content.filing.campaign or ""),
        "paid": content.filing.paid,
        "parts": [dict(part) for part in content.parts],
    }


def _form(form: Form) -> dict[str, Any]:
    channel = form.channel
    named = {"channel": str(channel.id), "handle": channel.handle, "network": channel.network}
    return named | {"text": form.text, "own_media": form.own_media}


def picture(picture: Picture) -> dict[str, Any]:
    return {
        "asset": str(picture.asset.id),
        "channel": str(picture.channel_id or ""),
        "position": picture.position,
        "alt": picture.alt,
        "decorative": picture.decorative,
        "part": picture.part,
    }


@dataclass(frozen=True)
class Unpacked:
    """What can be had of a template; `missing`: what cannot, in sentences."""

    content: Content
    missing: list[str]


def unpacked(row: Template, region: Region, by: Actor) -> Unpacked:
    """What a post in this region gets of it."""
    kept = row.content
    forms, missing = _forms(kept["forms"], region, by)
    found, unseen = pictures(row, {form.channel.id for form in forms}, by)
    if unseen:
        said = ngettext(
            "%(n)s picture belongs to a region you do not see.",
            "%(n)s pictures belong to a region you do not see.",
            unseen,
        )
        missing.append(said)
    filing = Filing(frozenset(map(uuid.UUID, kept["labels"])), _id(kept["campaign"]), kept["paid"])
    parts = tuple(kept.get("parts", ()))
    return Unpacked(Content(row.text, row.language, tuple(forms), tuple(found), filing, parts), missing)


def _id(raw: str) -> uuid.UUID | None:
    return uuid.UUID(raw) if raw else None


def _forms(kept: list[dict[str, Any]], region: Region, by: Actor) -> tuple[list[Form], list[str]]:
    """Its channels, as far as a post of the region may go there."""
    offered = {str(channel.id): channel for channel in lists.offered_channels(region, by)} if kept else {}
    gone = [each for each in kept if each["channel"] not in offered]
    alive = _alive([each["channel"] for each in gone]) if gone else set()
    forms = [
        Form(offered[each["channel"]], each["text"], each["own_media"]) for each in kept if each["channel"] in offered
    ]
    return forms, [_said(each, region, alive) for each in gone]


def _alive(ids: list[str]) -> set[str]:
    query = sa.select(Channel.id).where(Channel.id.in_(map(uuid.UUID, ids)), Channel.removed_at.is_(None))
    return {str(each) for each in session.scalars(query)}


def _said(form: dict[str, Any], region: Region, alive: set[str]) -> str:
    if form["channel"] in alive:
        return _("%(handle)s cannot be used in %(region)s.", handle=form["handle"], region=region.name)
    return _("%(handle)s is no longer connected.", handle=form["handle"])


def pictures(row: Template, on: set[uuid.UUID], by: Actor) -> tuple[list[Picture], int]:
    """Its pictures on the base and on these channels, and how many of them this person may not see: of a template from
    above, those of regions that are not theirs."""
    wanted = [each for each in row.content["pictures"] if not each["channel"] or uuid.UUID(each["channel"]) in on]
    ids = {uuid.UUID(each["asset"]) for each in wanted}
    there = [Asset.organization_id == by.organization_id] if by.may(Permission.VIEW, row) else scope(Asset, by)
    query = sa.select(Asset).where(*there, Asset.id.in_(ids))
    seen = {str(asset.id): asset for asset in session.scalars(query)} if ids else {}
    found = [_unpacked_picture(each, seen[each["asset"]]) for each in wanted if each["asset"] in seen]
    return found, len(wanted) - len(found)


def _unpacked_picture(kept: dict[str, Any], asset: Asset) -> Picture:
    channel, part = _id(kept["channel"]), kept.get("part", "")
    return Picture(asset, channel, kept["position"], kept["alt"], kept["decorative"], part)

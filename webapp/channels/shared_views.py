"""What the pages of channels share: their blueprint, how one is found, and who may own it."""

import uuid

from flask import Blueprint

from webapp.errors import NotFound
from webapp.http.actor import actor
from webapp.http.find import find
from webapp.people import reach
from webapp.people.permissions import Permission

from .models import Channel

bp = Blueprint("channels", __name__)


def find_channel(channel_id: uuid.UUID, may: Permission = Permission.VIEW) -> Channel:
    """A channel that is not removed."""
    channel = find(Channel, channel_id, may=may)
    if channel.removed_at is not None:
        raise NotFound
    return channel


def owners(region_id: uuid.UUID) -> list[tuple[str, str]]:
    """People who can own a channel of a region: whoever sees it."""
    return [(str(p.id), p.name) for p in reach.holders(actor().organization_id, Permission.VIEW, region_id)]

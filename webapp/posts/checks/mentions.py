"""Handles in the text: written as that network needs them, and of the right account.

Known handles are the organization's own channels and its partners. One that nobody knows is only pointed at; one that
is nearly ours, or ours on another network, is a mistake.
"""

import uuid
from functools import cache

import sqlalchemy as sa

from webapp import networks
from webapp.channels.models import Channel
from webapp.db import remembered, session
from webapp.i18n import _
from webapp.networks.mentions import Mention, Mentioning
from webapp.people.permissions import Actor

from .. import revisions, wordlists
from .shape import Check, Level, Subject


def handles(subject: Subject, _by: Actor | None) -> list[Check]:
    """Every handle in every text, by the rule of the network that gets it."""
    named = [(c, m) for c, entry in subject.entries for t in revisions.texts_of(entry) for m in _mentions(c, t)]
    if not named:
        return []
    ours = _ours(subject.post.organization_id)
    partners = wordlists.words(subject.content["language"], subject.post.region, wordlists.PARTNER)
    friends = {_bare(word) for word in partners}
    found = [check for channel, mention in named for check in _look(channel, mention, ours, friends, subject)]
    return found or [Check("handle", Level.OK, _("Every handle is known"))]


def _mentions(channel: Channel, text: str) -> list[Mention]:
    there = networks.network(channel.network)
    return there.mentions(text) if isinstance(there, Mentioning) and "@" in text else []


def _ours(organization_id: uuid.UUID) -> list[tuple[str, str]]:
    """(bare handle, network key) of the organization's channels; one statement a request, only when one is named."""

    def read() -> list[tuple[str, str]]:
        rows = session.execute(_channels(), {"organization": organization_id})
        return [(_bare(handle), key) for handle, key in rows]

    return remembered(("handles", organization_id), read)


@cache
def _channels() -> sa.Select[str, str]:
    mine = Channel.organization_id == sa.bindparam("organization", type_=sa.Uuid())
    return sa.select(Channel.handle, Channel.network).where(mine, Channel.removed_at.is_(None)).limit(2000)


def _bare(handle: str) -> str:
    return handle.strip().lstrip("@＠").casefold()


def _look(
    channel: Channel, mention: Mention, ours: list[tuple[str, str]], friends: set[str], subject: Subject
) -> list[Check]:
    name, here = _bare(mention.handle), {handle for handle, key in ours if key == channel.network}
    if name in here or name in friends or any(handle.partition("@")[0] == name for handle in here):
        return []
    elsewhere = next((key for handle, key in ours if handle == name and key != channel.network), None)
    words = {"handle": mention.handle, "network": _(networks.network(channel.network).label)}
    if elsewhere:
        detail = _("It is yours on %(other)s, not on %(network)s.", other=_label(elsewhere), network=words["network"])
        return [_check(Level.WARN, _("%(handle)s is of another network", **words), detail, channel, subject)]
    if not mention.well_formed:
        detail = _("Written like this it names nobody there.")
        return [_check(Level.WARN, _("%(handle)s is no handle on %(network)s", **words), detail, channel, subject)]
    near = next((handle for handle in sorted(here) if nearly(name, handle)), None)
    if near:
        detail = _("Did you mean @%(near)s?", near=near)
        return [_check(Level.WARN, _("%(handle)s is nearly yours", **words), detail, channel, subject)]
    detail = _("See that it is the right account on %(network)s.", network=words["network"])
    return [_check(Level.INFO, _("%(handle)s is not known here", **words), detail, channel, subject)]


def _label(key: str) -> str:
    return _(networks.network(key).label)


def _check(level: Level, title: str, detail: str, channel: Channel, subject: Subject) -> Check:
    field = subject.field_of(channel)
    return Check("handle", level, title, detail, field, _("Go to it"), channel_id=channel.id)


def nearly(one: str, other: str) -> bool:
    """Whether one slip of a finger lies between two names: a letter more, less, other, or two swapped."""
    if one == other or abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < 4:
        return False
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    swapped = len(a) > 1 and a[:2] == b[:2][::-1] and a[2:] == b[2:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or swapped

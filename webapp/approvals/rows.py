"""Rows of the queue, grouped by when they go out, in the days of each post's own zone."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from webapp import networks, times
from webapp.channels.models import Channel
from webapp.db import session
from webapp.i18n import N_, _
from webapp.networks.base import Network
from webapp.posts.checks import NEAR

from . import summary
from .models import Submission

GROUPS = {
    "today": N_("Goes out today"),
    "tomorrow": N_("Tomorrow"),
    "later": N_("Later"),
    "soon": N_("As soon as approved"),
    "missed": N_("Missed"),
    "back": N_("Sent back"),
}
FLAGS = {
    "hidden": N_("The text holds hidden characters"),
    "channel": N_("A channel must be reconnected"),
    "near": N_("Little time for a yes"),
    "hours": N_("Outside market hours"),
    "day": N_("A special day there"),
    "pace": N_("Too many posts in a short time"),
    "twin": N_("Nearly the same as another post"),
    "link": N_("A link does not work"),
    "link-moved": N_("A link leads on"),
    "utm": N_("A link will not be counted"),
    "risk": N_("A risky word"),
    "claim": N_("A claim needs its evidence"),
    "disclosure": N_("Advertising is not marked"),
    "handle": N_("A handle to look at"),
    "fold": N_("The text is folded badly"),
    "shape": N_("A picture is cut"),
    "rights": N_("The rights of a picture end soon"),
}
"""What a row says of each open check; the worst one is said."""


@dataclass(frozen=True)
class Flag:
    """The worst check of a row. `level`: stop, warn, info or ok."""

    level: str
    words: str


@dataclass(frozen=True)
class Row:
    """A post in the queue. `at` is its slot, an instant shown in `zone`; None: as soon as approved.

    `claimed_by`: the name of who has it now, if anybody does.
    """

    id: uuid.UUID
    post_id: uuid.UUID
    at: datetime | None
    zone: str
    line: str
    language: str
    thumb: str
    nets: Sequence[Network]
    flag: Flag
    group: str
    claimed_by: str = ""

    @property
    def hour(self) -> str:
        return times.hour(self.at, self.zone) if self.at else ""

    @property
    def day(self) -> str:
        return times.day(self.at, self.zone) if self.at else ""

    @property
    def place(self) -> str:
        return times.place(self.zone)


@dataclass(frozen=True)
class _Mark:
    network: Network
    works: bool


def rows(found: Sequence[Submission], group: str = "") -> list[Row]:
    """Submissions as rows: one query for all their channels. `group` overrides the group by time."""
    read = [(each, summary.read(each.summary)) for each in found]
    channels = _channels({channel for _each, told in read for channel in told.channels})
    return [_row(each, told, [channels[c] for c in told.channels if c in channels], group) for each, told in read]


def one(found: Submission, nets: Iterable[Network]) -> Row:
    """A submission whose channels are known to work, as a row."""
    return _row(found, summary.read(found.summary), [_Mark(network, works=True) for network in nets], "")


def _channels(ids: Iterable[str]) -> dict[str, _Mark]:
    wanted = [uuid.UUID(each) for each in ids]
    if not wanted:
        return {}
    return {
        str(row.id): _Mark(networks.network(row.network), row.health != "reconnect" and row.removed_at is None)
        for row in session.execute(_of_channels(), {"channels": wanted})
    }


@cache
def _of_channels() -> sa.Select[*tuple[Any, ...]]:
    columns = (Channel.id, Channel.network, Channel.health, Channel.removed_at)
    return sa.select(*columns).where(Channel.id.in_(sa.bindparam("channels", expanding=True)))


def _row(each: Submission, told: summary.Summary, marks: list[_Mark], group: str) -> Row:
    return Row(
        id=each.id,
        post_id=each.post_id,
        at=each.deadline,
        zone=told.zone,
        line=told.line,
        language=told.language,
        thumb=f"/media/{told.thumb}" if told.thumb else "",
        nets=list({mark.network.key: mark.network for mark in marks}.values()),
        flag=_flag(each, told, marks),
        group=group or _group(each.deadline, told.zone),
        claimed_by=vars(each).get("claimed_by") or "",  # Not asked for by every list, and then not worth asking.
    )


def _flag(each: Submission, told: summary.Summary, marks: list[_Mark]) -> Flag:
    if any(not mark.works for mark in marks):
        return Flag("stop", _(FLAGS["channel"]))
    if each.deadline is not None and each.deadline - times.now() < NEAR:
        return Flag("warn", _(FLAGS["near"]))
    for key in told.checks:
        return Flag(told.worst, _(FLAGS[key]) if key in FLAGS else _("Something to check"))
    return Flag("ok", _("All checks pass"))


def _group(deadline: datetime | None, zone: str) -> str:
    if deadline is None:
        return "soon"
    day, today = times.local(deadline, zone).date(), times.today(zone)
    if day <= today:
        return "today"
    return "tomorrow" if day == today + timedelta(days=1) else "later"


@dataclass(frozen=True)
class Group:
    """Rows under one heading."""

    key: str
    rows: list[Row]

    @property
    def title(self) -> str:
        return _(GROUPS[self.key])


def groups(found: Iterable[Row]) -> list[Group]:
    """Rows in the order they came, under headings."""
    order = list(GROUPS)
    placed = sorted(found, key=lambda row: order.index(row.group))
    return [Group(key, list(each)) for key, each in groupby(placed, key=lambda row: row.group)]

"""What a table would make: drafts with their channels, times and labels, nothing done yet; and what is wrong in it.

Regions and channels are found by name among those in which this person writes: others are not there.
"""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from webapp import sheets, times
from webapp.channels.models import Channel
from webapp.errors import Invalid
from webapp.i18n import _, number
from webapp.people.models import Region
from webapp.people.permissions import Actor

from .. import lists, revisions
from ..drafts import Own, Values
from ..forms import writable
from ..labels import catalog
from ..labels.filing import Filing
from ..labels.models import Campaign, Label
from ..threads import parts
from . import cells, columns, illustrating, names
from .illustrating import Brought, Gallery, Picture

ROWS, BYTES = 200, 400_000


@dataclass(frozen=True)
class Row:
    """A draft that would be made, and on which line of the file it stands."""

    line: int
    values: Values
    channels: tuple[Channel, ...]
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Problem:
    """Something about a cell. `column` is its heading."""

    line: int
    column: str
    sentence: str


@dataclass
class Read:
    """`errors` keep the file from being taken, `notes` do not."""

    text: str
    rows: list[Row] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def read(content: bytes, actor: Actor, encoding: str = "", came: Brought | None = None) -> Read:
    """Everything it would do; `came`: the pictures that came along. Raises Invalid for a file that is no such table."""
    if len(content) > BYTES:
        raise Invalid(fields={"file": _("The file is larger than %(n)s kB.", n=number(BYTES // 1000))})
    found = Read(sheets.decoded(content, encoding))
    required = {name: columns.label(name) for name in columns.REQUIRED}
    lines = sheets.lines(found.text, columns.headings(), required, ROWS)
    if not lines:
        raise Invalid(fields={"file": _("There are no rows below the headings.")})
    came = came or Brought()
    named = {name for _line, row in lines for each in columns.PICTURES for name in names.several(row.get(each, ""))}
    reader = Reader(actor, Gallery(came.assets, named, actor))
    for line, row in lines:
        _row(found, line, reader, row)
    _doubles(found)
    _unnamed(found, came, named)
    return found


def _unnamed(found: Read, came: Brought, named: set[str]) -> None:
    """Files that were refused, an error where a row names them; and those that no row names."""
    label, wanted = columns.label("pictures"), {illustrating.plain(name) for name in named}
    for name, sentence in came.refused:
        told = found.errors if illustrating.plain(name) in wanted else found.notes
        told.append(Problem(0, label, f"{name}: {sentence}"))
    idle = dict.fromkeys(asset.name for asset in came.assets if illustrating.plain(asset.name) not in wanted)
    found.notes += [Problem(0, label, _("No row names %(name)s.", name=name)) for name in idle]


def _row(found: Read, line: int, reader: "Reader", row: dict[str, str]) -> None:
    values, wrong = reader.values(row)
    shown = reader.gallery.pictures(row, wrong)
    found.errors += [Problem(line, columns.label(each.column), each.sentence) for each in wrong]
    if values is None or wrong:
        return
    offered = {channel.id: channel for channel in reader.channels(values.region)}
    found.rows.append(Row(line, values, tuple(offered[each] for each in values.channels), shown))
    if values.planned and values.planned.at <= times.now():
        found.notes.append(Problem(line, columns.label("time"), _("This time is over.")))
    for channel in found.rows[-1].channels if values.parts else ():
        if not revisions.limits_of(channel).parts:
            said = _("%(handle)s gets the first part alone", handle=channel.handle)
            found.notes.append(Problem(line, columns.label("channels"), f"{said}."))


def _doubles(found: Read) -> None:
    seen: dict[Any, int] = {}
    for row in found.rows:
        key = (row.values.text, repr(row.values.parts), row.values.region.id, row.values.wall)
        before = seen.setdefault(key, row.line)
        if before != row.line:
            said = _("The same as line %(n)s.", n=number(before))
            found.notes.append(Problem(row.line, columns.label("text"), said))


class Reader:
    """What the cells of one file are looked up in, read once."""

    def __init__(self, actor: Actor, gallery: Gallery) -> None:
        self.actor, self.gallery = actor, gallery
        self.regions = writable(actor)
        self.labels = catalog.offered(Label, actor.organization_id)
        self.campaigns = catalog.offered(Campaign, actor.organization_id)
        self._channels: dict[uuid.UUID, list[Channel]] = {}

    def channels(self, region: Region) -> list[Channel]:
        """The channels of a region that this person may use."""
        if region.id not in self._channels:
            self._channels[region.id] = lists.offered_channels(region, self.actor)
        return self._channels[region.id]

    def values(self, row: dict[str, str]) -> tuple[Values | None, list[cells.Wrong]]:
        """What a row says, or everything that is wrong in it."""
        wrong: list[cells.Wrong] = []

        def take(make: Callable[..., Any], *given: Any) -> Any:
            try:
                return make(*given)
            except cells.Wrong as error:
                wrong.append(error)
                return None

        text = take(cells.text, row.get("text", ""))
        following = take(cells.part_names, row) or []
        further = [take(cells.text, row.get(name, ""), name) for name in following]
        region = take(self._region, row.get("region", "").strip())
        filing = Filing(
            frozenset(filter(None, [take(self._label, n) for n in names.several(row.get("labels", ""))])),
            take(self._campaign, row.get("campaign", "").strip()),
            bool(take(cells.paid, row.get("paid", ""))),
        )
        if region is None:
            return None, wrong
        called = names.several(row.get("channels", ""))
        channels = [take(cells.channel, n, self.channels(region)) for n in called]
        language = take(cells.language, row.get("language", ""), region.language)
        planned = take(cells.planned, row, region.zone)
        if wrong:
            return None, wrong
        wall = planned.wall.isoformat(timespec="minutes") if planned else ""
        owns = {channel: Own() for channel in channels}
        kept = parts.read(following, dict(zip(following, further, strict=True)).__getitem__)
        return Values(text, language, region, owns, planned=planned, wall=wall, filing=filing, parts=kept), []

    def _region(self, name: str) -> Region:
        unknown = _("There is no region of this name in which you write.")
        found: Region = cells.named("region", name, self.regions, unknown)
        return found

    def _label(self, name: str) -> uuid.UUID:
        unknown = _("There is no label “%(name)s”.", name=name)
        found: uuid.UUID = cells.named("labels", name, self.labels, unknown).id
        return found

    def _campaign(self, name: str) -> uuid.UUID | None:
        unknown = _("There is no campaign “%(name)s”.", name=name)
        found: uuid.UUID | None = cells.named("campaign", name, self.campaigns, unknown).id if name else None
        return found

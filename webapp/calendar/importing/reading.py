"""What a calendar file would do to the own days of a region: new ones, changed ones, gone ones; nothing done yet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from webapp import db, sheets, times
from webapp.db import session
from webapp.errors import Invalid
from webapp.i18n import _, number
from webapp.people.models import Region

from .. import basis
from ..models import OwnDay
from . import parsing
from .expanding import Day, Series, Wrong, series

DAYS, REPEATING = 300, 100


@dataclass
class Read:
    """`gone`: days that an event no longer has. `errors`: (name of the event, sentence). `over`: events in the past."""

    text: str
    region: Region
    kind: str
    new: list[Day] = field(default_factory=list)
    changed: list[tuple[OwnDay, Day]] = field(default_factory=list)
    gone: list[OwnDay] = field(default_factory=list)
    same: int = 0
    over: int = 0
    errors: list[tuple[str, str]] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """In words."""
        return sheets.outcome(new=len(self.new), changed=len(self.changed), gone=len(self.gone), same=self.same)

    @property
    def does(self) -> bool:
        """Whether it would do anything at all."""
        return bool(self.new or self.changed or self.gone)


def read(content: bytes, region: Region, kind: str) -> Read:
    """Everything it would do. Raises Invalid for a file that is no calendar, or too much of one."""
    events = parsing.events(content)
    found = Read(content.decode("utf-8-sig", "replace"), region, kind)
    zone = basis.known(region.zone)
    today = times.today(zone)
    if sum("RRULE" in each.properties for each in events) > REPEATING:
        raise Invalid(fields={"file": _("More than %(n)s of its events repeat.", n=number(REPEATING))})
    every: list[Series] = []
    for event in events:
        try:
            every.append(series(event, zone, today))
        except Wrong as error:
            found.errors.append((event.text("SUMMARY")[:80] or _("No name"), str(error)))
    if not events:
        raise Invalid(fields={"file": _("There are no events in this file.")})
    found.over = sum(not each.days and not each.cancelled for each in every)
    _compare(found, every, today)
    return found


def _compare(found: Read, every: Sequence[Series], today: date) -> None:
    ahead = sorted((day for each in every for day in each.days), key=lambda day: (day.first, day.name))
    wanted = {day.uid: day for day in ahead}
    if len(wanted) > DAYS:
        raise Invalid(fields={"file": _("It has more than %(n)s days ahead.", n=number(DAYS))})
    here = {row.uid: row for row in _known(found.region, {each.key for each in every}, today)}
    for uid, day in wanted.items():
        row = here.get(uid)
        if row is None:
            found.new.append(day)
        elif (row.kind, row.name, row.first, row.last) == (found.kind, day.name, day.first, day.last):
            found.same += 1
        else:
            found.changed.append((row, day))
    found.gone = [row for uid, row in here.items() if uid not in wanted]


def _known(region: Region, keys: set[str], today: date) -> list[OwnDay]:
    """The days ahead that came from these events."""
    query = sa.select(OwnDay).where(
        OwnDay.region_id == region.id,
        OwnDay.removed_at.is_(None),
        OwnDay.last >= today,
        db.among(sa.func.substr(OwnDay.uid, 1, 32, type_=sa.Text()), keys),
    )
    return list(session.scalars(query.order_by(OwnDay.first, OwnDay.id)).unique())

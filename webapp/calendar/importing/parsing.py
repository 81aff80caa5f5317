"""The events of a calendar file: content lines unfolded and read strictly, within limits, nothing fetched.

Only what says on which days something is counts: alarms, attendees, attachments are passed over.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from webapp import times
from webapp.errors import Invalid
from webapp.i18n import _, number

BYTES, EVENTS = 400_000, 500
_LINE = re.compile(r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^":;]*))*):(.*)', re.ASCII | re.S)
_PARAM = re.compile(r';([A-Za-z0-9-]+)=(?:"([^"]*)"|([^";]*))', re.ASCII)
_STAMP = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?", re.ASCII)
_LENGTH = re.compile(r"\+?P(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:\d{1,6}S)?)?", re.ASCII)
_ESCAPE = re.compile(r"\\([\\;,nN])")


@dataclass
class Property:
    """A content line: `zone` is its TZID."""

    value: str
    zone: str = ""


@dataclass
class Component:
    """A VEVENT as it is written: the first of each property, and every EXDATE."""

    properties: dict[str, Property] = field(default_factory=dict)
    without: list[Property] = field(default_factory=list)

    def text(self, name: str) -> str:
        """A value of type TEXT on one line, nothing for what is not there."""
        raw = self.properties[name].value if name in self.properties else ""
        plain = _ESCAPE.sub(lambda found: {"n": " ", "N": " "}.get(found[1], found[1]), raw)
        return " ".join("".join(c for c in plain if c.isprintable() or c.isspace()).split())


def events(content: bytes) -> list[Component]:
    """Every VEVENT. Raises Invalid for what is no calendar, or too much of one."""
    if len(content) > BYTES:
        raise Invalid(fields={"file": _("The file is larger than %(n)s kB.", n=number(BYTES // 1000))})
    lines = _unfolded(content.decode("utf-8-sig", "replace"))
    if not lines or lines[0].strip().upper() != "BEGIN:VCALENDAR":
        raise Invalid(fields={"file": _("This is no calendar file. Export it as .ics.")})
    found: list[Component] = []
    inside: list[str] = []
    for line in lines:
        name, value = line.partition(":")[::2]
        if name.upper() == "BEGIN":
            inside.append(value.strip().upper())
            found += [Component()] if inside[-1] == "VEVENT" else []
        elif name.upper() == "END":
            inside = inside[:-1]
        elif inside[-1:] == ["VEVENT"]:
            _take(found[-1], line)
        if len(found) > EVENTS or len(inside) > 5:
            raise Invalid(fields={"file": _("The file has more than %(n)s events.", n=number(EVENTS))})
    return found


def _unfolded(text: str) -> list[str]:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return [line for line in re.sub(r"\n[ \t]", "", plain).split("\n") if line.strip()]


def _take(component: Component, line: str) -> None:
    found = _LINE.fullmatch(line)
    if not found:
        return
    params = {name.upper(): quoted or plain for name, quoted, plain in _PARAM.findall(found[2])}
    name, said = found[1].upper(), Property(found[3].strip(), params.get("TZID", ""))
    if name == "EXDATE":
        component.without.append(said)
    else:
        component.properties.setdefault(name, said)


def stamp(said: Property) -> date | datetime:
    """A DATE, or a DATE-TIME: aware where its zone is known, as it is written otherwise. ValueError for neither."""
    found = _STAMP.fullmatch(said.value)
    if not found:
        raise ValueError(said.value)
    day = date(int(found[1]), int(found[2]), int(found[3]))
    if not found[4]:
        return day
    at = datetime(day.year, day.month, day.day, int(found[4]), int(found[5]), min(int(found[6]), 59))
    zone = "UTC" if found[7] else said.zone
    try:
        return at.replace(tzinfo=times.zone(zone))
    except times.TimeError:
        return at


def length(raw: str) -> timedelta:
    """A DURATION, seconds left out. ValueError for what is none."""
    found = _LENGTH.fullmatch(raw)
    if not found:
        raise ValueError(raw)
    weeks, days, hours, minutes = (int(each or 0) for each in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)

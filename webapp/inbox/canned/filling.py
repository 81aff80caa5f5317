"""Filling a canned reply: `{name}`, `{order|your order}`, `{date:long}`, and `{{` for a brace that stays one.

One pass: what is filled in is never read again, so a name that looks like a variable stays a name. What comes from
outside (how people call themselves) is made harmless first: one line, nothing invisible, no link, no handle that would
call somebody else into the reply. What nobody knows is left in braces, and blocks sending until a person has filled it.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import regex
from babel.dates import format_date, format_time

from webapp import times
from webapp.i18n import N_

_NAME = r"[a-z][a-z0-9_]{0,30}"
_PART = regex.compile(
    rf"\{{\{{|\}}\}}|\{{(?P<name>{_NAME})(?::(?P<how>[a-z]{{1,10}}))?(?:\|(?P<default>[^{{}}\n]{{0,200}}))?\}}"
)
_LEFT = regex.compile(rf"\{{{_NAME}(?::[a-z]{{1,10}})?(?:\|[^{{}}\n]{{0,200}})?\}}")
_LINK = regex.compile(r"https?:|www\.|://|\.[a-z]{2,}/|(?<!\S)[\w-]+\.[a-z]{2,}(?!\S)", regex.I)
MOST = 60
"""What is longer is not how somebody is called."""
LENGTHS: dict[str, Literal["short", "medium", "long", "full"]] = {
    "": "medium", "short": "short", "medium": "medium", "long": "long", "full": "full",
}  # fmt: skip

KNOWN: dict[str, str] = {
    "name": N_("How the person calls themselves there"),
    "handle": N_("The person's handle"),
    "me": N_("Your first name"),
    "brand": N_("The name of the channel"),
    "region": N_("The region"),
    "city": N_("The region's city"),
    "hours": N_("The region's working hours"),
    "date": N_("Today there; {date:long} writes it out, {date:full} with the weekday"),
    "time": N_("The time there now"),
    "order": N_("Something you fill in yourself; any other word will do"),
}
"""What is offered in the editor. A word that is not here is filled in by hand."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a filled text. `kind`: plain, filled, or missing (still in braces)."""

    text: str
    kind: str = "plain"


@dataclass(frozen=True)
class Place:
    """Where a reply is written: what the variables are made from. `at` is an instant."""

    language: str
    zone: str
    at: datetime
    values: Mapping[str, str]


def fill(text: str, place: Place) -> list[Piece]:
    """The text in pieces, variables filled as far as they are known."""
    found: list[Piece] = []
    end = 0
    for part in _PART.finditer(text):
        _add(found, text[end : part.start()])
        end = part.end()
        if part.group() in ("{{", "}}"):
            _add(found, part.group()[0])
            continue
        value = _value(part["name"], part["how"] or "", place) or (part["default"] or "").strip()
        found.append(Piece(value, "filled") if value else Piece(f"{{{part['name']}}}", "missing"))
    _add(found, text[end:])
    return found


def split(text: str) -> list[Piece]:
    """The text in pieces with its variables set apart as they are written, for showing it."""
    found: list[Piece] = []
    end = 0
    for part in _PART.finditer(text):
        if part["name"]:
            _add(found, text[end : part.start()])
            found.append(Piece(part.group(), "filled"))
            end = part.end()
    _add(found, text[end:])
    return found


def _add(found: list[Piece], text: str) -> None:
    if text and found and found[-1].kind == "plain":
        found[-1] = Piece(found[-1].text + text)
    elif text:
        found.append(Piece(text))


def plain(pieces: list[Piece]) -> str:
    """The text that is put in."""
    return "".join(piece.text for piece in pieces)


def unfilled(text: str) -> list[str]:
    """What still stands in braces in a text that is to be sent, each once."""
    return list(dict.fromkeys(found.group() for found in _LEFT.finditer(text)))


def variables(text: str) -> list[str]:
    """The names a canned reply uses, each once."""
    return list(dict.fromkeys(part["name"] for part in _PART.finditer(text) if part["name"]))


def broken(text: str) -> str:
    """The first brace that belongs to no variable, with what follows it; nothing when all do."""
    rest = _PART.sub("", text)
    at = next((n for n, c in enumerate(rest) if c in "{}"), None)
    return "" if at is None else rest[at : at + 12]


def _value(name: str, how: str, place: Place) -> str:
    make = _DATED.get(name)
    if make is not None:
        return make(place, how)
    return harmless(place.values.get(name, ""))


def _date(place: Place, how: str) -> str:
    there = times.local(place.at, place.zone)
    return format_date(there.date(), LENGTHS.get(how, "medium"), locale=_locale(place.language))


def _time(place: Place, _how: str) -> str:
    zone = times.here(place.zone)
    return format_time(times.local(place.at, place.zone), "short", tzinfo=zone, locale=_locale(place.language))


_DATED: dict[str, Callable[[Place, str], str]] = {"date": _date, "time": _time}


def _locale(language: str) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(language.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return "en"


def harmless(value: str) -> str:
    """A value as it may stand in our own words; nothing when it is no name but something else."""
    line = " ".join(value.split())
    clean = "".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs", "Cn"))
    clean = clean.replace("{", "").replace("}", "").strip()
    handle = clean.startswith("@") and clean.count("@") <= 2 and " " not in clean
    if len(clean) > MOST or (not handle and ("@" in clean or "#" in clean or _LINK.search(clean))):
        return ""
    return clean

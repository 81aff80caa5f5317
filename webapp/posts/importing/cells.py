"""One cell at a time: what it means, or a sentence that says how to mend it (raised as Wrong)."""

import re
import unicodedata
import uuid
from collections.abc import Iterable
from typing import Any

from webapp import times
from webapp.i18n import _, ngettext

from .. import checks
from ..composer_forms import ALT, LANGUAGES, TEXT
from ..threads import parts
from . import names
from .columns import FIRST, NO, PARTS, SECOND, YES, words

_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.]00)?", re.ASCII)


class Wrong(ValueError):
    """A cell that cannot be taken. `column`: ours; the message is for the person."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column, self.sentence = column, sentence


def text(raw: str, column: str = "text") -> str:
    """The words of the post, or of what follows it."""
    if not raw.strip():
        raise Wrong(column, _("The text is empty."))
    if len(raw) > TEXT:
        raise Wrong(column, ngettext("Use at most %(n)s character.", "Use at most %(n)s characters.", TEXT))
    if any(unicodedata.category(each) in ("Cc", "Cs") and each not in "\n\t" for each in raw):
        raise Wrong(column, _("This text has characters that cannot be stored."))
    return raw


def last_part(cells: dict[str, str]) -> int:
    """Which part of the thread is the last one in a row; 0 for none."""
    filled = (n for n, name in enumerate(PARTS[:-1], 1) if cells.get(name, "").strip())
    return max(filled, default=0)


def part_names(cells: dict[str, str]) -> list[str]:
    """The columns of what follows in a row: no part is left out before the last one."""
    names = list(PARTS[: last_part(cells)])
    names += [PARTS[-1]] if cells.get(PARTS[-1], "").strip() else []
    if len(names) > parts.MOST:
        said = ngettext("At most %(n)s part may follow.", "At most %(n)s parts may follow.", parts.MOST)
        raise Wrong(names[-1], said)
    return names


def descriptions(column: str, raw: str, pictures: int) -> list[str]:
    """What each of so many pictures shows, in their order; nothing for the rest."""
    found = names.lines(raw)
    if len(found) > pictures:
        raise Wrong(column, _("There are more descriptions than pictures."))
    if any(len(each) > ALT for each in found):
        raise Wrong(column, ngettext("Use at most %(n)s character.", "Use at most %(n)s characters.", ALT))
    return [*found, *[""] * (pictures - len(found))]


def language(raw: str, default: str) -> str:
    """A tag such as `pl`; that of the region when nothing is said."""
    tag = raw.strip()
    if tag and tag not in LANGUAGES and tag != default:
        raise Wrong("language", _("This is no language tag. Use one such as pl or en."))
    return tag or default


def named(column: str, wanted: str, rows: Iterable[Any], unknown: str) -> Any:
    """The one of that name in whatever case. `unknown`: the sentence when there is none."""
    found = [row for row in rows if row.name.casefold() == wanted.casefold()]
    if not found:
        raise Wrong(column, unknown)
    if len(found) > 1:
        raise Wrong(column, _("Several are called “%(name)s”. Give one of them another name first.", name=wanted))
    return found[0]


def channel(wanted: str, offered: Iterable[Any]) -> uuid.UUID:
    """A channel by its handle, which may have spaces; with its network before it where two are called the same."""
    network, _space, rest = wanted.casefold().partition(" ")
    whole, after = wanted.casefold().lstrip("@"), rest.strip().lstrip("@")
    names = [(each, each.handle.lstrip("@").casefold()) for each in offered]
    found = [each for each, name in names if name == whole or (name == after and each.network == network)]
    if not found:
        raise Wrong("channels", _("“%(name)s” is no channel that you may use in this region.", name=wanted))
    if len(found) > 1:
        raise Wrong("channels", _("Several channels are called “%(name)s”. Write the network before it.", name=wanted))
    only: uuid.UUID = found[0].id
    return only


def planned(cells: dict[str, str], zone: str) -> times.Planned | None:
    """Day and time in the zone of the region; None when neither is said."""
    day, hour = cells.get("day", "").strip(), cells.get("time", "").strip()
    if not day and not hour:
        return None
    column = "day" if not day or not _DAY.fullmatch(day) else "time"
    try:
        return times.plan(times.parse_wall(_wall(day, hour)), zone, _fold(cells.get("twice", "")))
    except times.TimeError as error:
        where = {"range": "day", "doubled": "twice"}.get(error.kind, column)
        raise Wrong(where, _form(column) if error.kind == "form" else checks.time_problem(error, zone)) from None


def _wall(day: str, hour: str) -> str:
    on, at = _DAY.fullmatch(day), _TIME.fullmatch(hour)
    if not on or not at:
        raise times.TimeError("form")
    year, month, date = (on[1], on[2], on[3]) if on[1] else (on[6], on[5], on[4])
    return f"{year}-{int(month):02}-{int(date):02}T{int(at[1]):02}:{at[2]}"


def _form(column: str) -> str:
    if column == "day":
        return _("Write the day as in 2026-12-31.")
    return _("Write the time as in 09:30.")


def _fold(raw: str) -> int | None:
    said = raw.strip().casefold()
    if said and said not in words(FIRST) | words(SECOND):
        raise Wrong("twice", _("Write “%(first)s”, “%(second)s” or nothing.", first=_(FIRST), second=_(SECOND)))
    return None if not said else int(said in words(SECOND))


def paid(raw: str) -> bool:
    """Yes or no; nothing is no."""
    said = raw.strip().casefold()
    if said in words(YES) | {"1", "x", "true"}:
        return True
    if said in words(NO) | {"", "0", "false"}:
        return False
    raise Wrong("paid", _("Write “%(yes)s”, “%(no)s” or nothing.", yes=_(YES), no=_(NO)))

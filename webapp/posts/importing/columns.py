"""The columns of the table, in every language that is offered, and a file to begin with."""

from datetime import timedelta
from functools import cache

from webapp import i18n, sheets, times
from webapp.i18n import N_, _
from webapp.people.permissions import Actor

from .. import lists
from ..forms import writable
from ..threads import parts
from . import names

COLUMNS = {
    "text": N_("Text"),
    "region": N_("Region"),
    "channels": N_("Channels"),
    "language": N_("Language"),
    "day": N_("Day"),
    "time": N_("Time"),
    "twice": N_("If the hour comes twice"),
    "campaign": N_("Campaign"),
    "labels": N_("Labels"),
    "paid": N_("Paid"),
}
PARTS = (*(f"part-{n}" for n in range(1, parts.MOST + 1)), "part-comment")
"""What follows the text, each in a column of its own: "Part 2", "Part 3" and so on, and "First comment"."""
PICTURES = {f"pictures{part and '-'}{part}": part for part in ("", *PARTS)}
ALTS = {f"alt{part and '-'}{part}": part for part in ("", *PARTS)}
"""The pictures of the text and of each part, and what they show."""
BEGUN = (*COLUMNS, "pictures", "alt", "part-1", "part-2", "part-comment")
"""The columns of the table to begin with."""
REQUIRED = ("text", "region")
FIRST, SECOND = N_("first"), N_("second")
YES, NO = N_("yes"), N_("no")


def label(name: str) -> str:
    """What a column is called."""
    if name in PICTURES:
        return _of(PICTURES[name], _("Pictures"))
    if name in ALTS:
        return _of(ALTS[name], _("Image descriptions"))
    return parts.heading(name) if name in PARTS else _(COLUMNS[name])


def _of(part: str, what: str) -> str:
    return _("%(what)s, %(part)s", what=what, part=parts.heading(part)) if part else what


@cache
def headings() -> dict[str, str]:
    """What a heading may be called, in lower case: its name in any language, or ours."""
    known = (*COLUMNS, *PARTS, *PICTURES, *ALTS)
    found: dict[str, str] = {}
    for language in reversed(i18n.OFFERED):
        with i18n.speaking(language):
            found |= {label(name).casefold(): name for name in known}
    return found | {name: name for name in known}


def words(word: str) -> set[str]:
    """A word as people may write it in a cell, whatever their language."""
    found = {word}
    for language in i18n.OFFERED:
        with i18n.speaking(language):
            found.add(_(word).casefold())
    return found


def template(actor: Actor) -> str:
    """A table with its headings and a line that would be taken as it is."""
    region = next(iter(writable(actor)), None)
    channels = lists.usual_channels(region, actor) if region else []
    day = times.today(region.zone if region else actor.zone) + timedelta(days=7)
    example = {
        "text": _("Words of the first post"),
        "region": region.name if region else "",
        "channels": names.together(channel.handle for channel in channels),
        "language": region.language if region else "",
        "day": day.isoformat(),
        "time": "10:00",
        "paid": _(NO),
    }
    head = [label(name) for name in BEGUN]
    return sheets.MARK + sheets.line(head) + sheets.line(example.get(name, "") for name in BEGUN)

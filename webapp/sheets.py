"""Lines of CSV, out and in: cells safe to open in a spreadsheet, files of whatever spreadsheet read with clear words.

Ground floor: every room that exports or imports does it here. What is read is only ever text.
"""

import csv
import io
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Mapping

from babel.lists import format_list

from .errors import Invalid
from .i18n import N_, _, locale, number

Line = tuple[int, dict[str, str]]
"""A line's number in the file, and its cells by column."""
ENCODINGS = {
    "": N_("UTF-8 or UTF-16"),
    "cp1250": N_("Windows-1250, Central European"),
    "cp1252": N_("Windows-1252, Western European"),
}

OUTCOMES = {
    "new": N_("%(n)s new"),
    "changed": N_("%(n)s changed"),
    "gone": N_("%(n)s taken away"),
    "same": N_("%(n)s as they are"),
}

MARK = "\ufeff"
"""Begins a file, and tells spreadsheets that it is UTF-8."""
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def outcome(**counts: int) -> str:
    """What taking a file does, by the names of `OUTCOMES`: only what there is of it."""
    words = [_(OUTCOMES[name], n=number(n)) for name, n in counts.items() if n]
    said = format_list(words, style="unit", locale=locale()) if words else _("Nothing to take")
    return said[:1].upper() + said[1:]


def cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_RISKY) else text


def line(values: Iterable[object]) -> str:
    """One line, its end included."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([cell(value) for value in values])
    return out.getvalue()


def bare(text: str) -> str:
    """A cell without the mark that keeps it from being a formula, with one kind of line end."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return plain[1:] if plain[:1] == "'" and cell(plain[1:]) == plain else plain


def decoded(content: bytes, encoding: str = "") -> str:
    """The text of a file: UTF-8 or UTF-16 by its mark, or the encoding that somebody named. Raises Invalid."""
    marked = "utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = content.decode(encoding if encoding in ENCODINGS and encoding else marked)
    except UnicodeDecodeError:
        said = _("The file is not UTF-8 text. Save it as CSV UTF-8, or choose how it is written.")
        raise Invalid(fields={"file": said}) from None
    if "\0" in text:
        raise Invalid(fields={"file": _("This is no text file. Save the table as CSV.")})
    return text.removeprefix(MARK)


def lines(text: str, names: Mapping[str, str], required: Mapping[str, str], most: int) -> list[Line]:
    """The rows of a table with their line numbers, each column by our name. `names`: what a heading may be called,
    in lower case, and which column that is; `required`: columns that must be there, and what they are called. Empty
    rows are left out. Raises Invalid."""
    head = text.split("\n", 1)[0]
    table = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    try:
        columns = [names.get(heading.strip().casefold(), "") for heading in next(table, [])]
        _headings(columns, names, required)
        found: list[Line] = []
        for row in table:
            if any(each.strip() for each in row):
                cells = {name: bare(each) for name, each in zip(columns, row, strict=False) if name}
                found.append((table.line_num, cells))
            if len(found) > most:
                raise Invalid(fields={"file": _("The file has more than %(n)s lines.", n=number(most))})
    except csv.Error as error:
        said = _("Line %(n)s of the file cannot be read as CSV.", n=number(table.line_num))
        raise Invalid(fields={"file": said}) from error
    return found


def _headings(columns: list[str], names: Mapping[str, str], required: Mapping[str, str]) -> None:
    missing = [name for name in required if name not in columns]
    if missing:
        wanted = ", ".join(required[name] for name in missing)
        raise Invalid(fields={"file": _("The first line must name the columns: %(names)s.", names=wanted)})
    twice = next((name for name in columns if name and columns.count(name) > 1), "")
    if twice:
        raise Invalid(fields={"file": _("The column %(name)s is there twice.", name=twice)})

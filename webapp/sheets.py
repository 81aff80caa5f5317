"""Lines of CSV, their cells safe to open in a spreadsheet. Ground floor: every room that exports writes them here."""

import csv
import io
from collections.abc import Iterable

MARK = "\ufeff"
"""Begins a file, and tells spreadsheets that it is UTF-8."""
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_RISKY) else text


def line(values: Iterable[object]) -> str:
    """One line, its end included."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([cell(value) for value in values])
    return out.getvalue()

"""Several names, or several sentences, in one cell; and names written so that they are found again."""

import re
from collections.abc import Iterable

_NAME = re.compile(r'\s*(?:"((?:[^"]|"")*)"|[“„]([^”“]*)[”“])\s*(?=[,;|\n]|$)|([^,;|\n]+)')
"""In quotation marks, which may hold anything, or up to the next mark that parts names."""
_QUOTED = re.compile(r'[,;|\n"“„]')


def several(raw: str) -> list[str]:
    """The names in a cell, each once. In quotation marks a name may have commas; a mark in it stands twice."""
    found = ((straight.replace('""', '"') or curly or bare).strip() for straight, curly, bare in _NAME.findall(raw))
    return list(dict.fromkeys(each for each in found if each))


def together(names: Iterable[str]) -> str:
    """Names as one cell, which `several` reads back."""
    return ", ".join(_quoted(name) if _QUOTED.search(name) else name for name in names)


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def lines(raw: str) -> list[str]:
    """Sentences in a cell, one a line or parted by "|"; an empty one keeps its place."""
    return [each.strip() for each in re.split(r"[|\n]", raw)] if raw.strip() else []

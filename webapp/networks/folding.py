"""Where an app folds a long text behind "more": after so many lines of about so many characters.

Apps fold by the height on the screen, so this is near and never exact; it says which words a reader surely sees.
"""

import regex

_GRAPHEME = regex.compile(r"\X")

Fold = tuple[int, int]
"""Lines shown, and about how many characters fit a line of a phone."""


def at(text: str, fold: Fold | None) -> int | None:
    """The index (code points) of the first character that is folded away; None when all of it is shown."""
    if fold is None:
        return None
    lines, width = fold
    line, column = 1, 0
    for found in _GRAPHEME.finditer(text):
        if found.group() == "\n":
            line, column = line + 1, 0
        elif column >= width:
            line, column = line + 1, 1
        else:
            column += 1
        if line > lines:
            cut = found.end() if found.group() == "\n" else found.start()
            return cut if text[cut:].strip() else None
    return None

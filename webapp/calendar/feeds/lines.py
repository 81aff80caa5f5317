"""Lines of iCalendar (RFC 5545, 3.1 and 3.3.11): escaped, and folded at 75 octets between characters.

Written by hand: the library that does it needs half a second for two thousand events, ten times the bar.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

MOST, NEXT = 75, "\r\n"
_ESCAPED = dict.fromkeys([*range(9), *range(11, 32), 127]) | {
    10: "\\n",
    ord("\\"): "\\\\",
    ord(";"): "\\;",
    ord(","): "\\,",
}
_SPECIAL = re.compile(f"[{re.escape(''.join(map(chr, _ESCAPED)))}]")


def text(words: str) -> str:
    """A value of type TEXT. Control characters have no place in a calendar."""
    return words.translate(_ESCAPED) if _SPECIAL.search(words) else words


def fold(line: str) -> str:
    """A content line as it is written: at most 75 octets, between characters, goes on after CRLF and a space."""
    if len(line) <= MOST and (line.isascii() or len(line.encode()) <= MOST):
        return line
    octets, parts, start, most = line.encode(), [], 0, MOST
    while len(octets) - start > most:
        end = start + most
        while octets[end] & 0xC0 == 0x80:  # inside a character
            end -= 1
        parts.append(octets[start:end])
        start, most = end, MOST - 1
    return b"\r\n ".join([*parts, octets[start:]]).decode()


def joined(content: Iterable[str]) -> str:
    """Content lines, folded where they can be long, as a file."""
    return NEXT.join([*content, ""])


def utc(at: datetime) -> str:
    """`20261126T173000Z`."""
    return f"{wall(at.astimezone(UTC))}Z"


def wall(at: datetime) -> str:
    """`20261126T183000`, to be read with its TZID."""
    return at.isoformat(timespec="seconds")[:19].replace("-", "").replace(":", "")

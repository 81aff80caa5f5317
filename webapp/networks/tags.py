"""Hashtags as networks read them: what becomes a link, and what only looks like one.

A tag is letters, digits and underscores, and at least one letter (Mastodon's tag.rb; atproto's app.bsky.richtext.facet,
which also ends a tag after 64 graphemes).
"""

from collections.abc import Iterator

import regex

from .counting import links

LONGEST = 64
_TAG = regex.compile(r"(?<![\w&/#＃])[#＃]([\w][\w-]*)")


def tags(text: str) -> Iterator[str]:
    """What stands after each `#` that begins a word, outside of links."""
    taken = list(links(text))
    for found in _TAG.finditer(text):
        if not any(start <= found.start() < end for start, end in taken):
            yield found.group(1).rstrip("-")


def linked(tag: str) -> str:
    """As much of it as becomes a link; nothing for digits alone."""
    first = tag.partition("-")[0]
    return "" if first.replace("_", "").isdigit() else "".join(regex.findall(r"\X", first)[:LONGEST])

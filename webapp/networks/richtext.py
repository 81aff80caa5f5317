"""Facets: Bluesky links nothing by itself, so mentions, links and tags are marked by UTF-8 byte ranges.

Source: the lexicon app.bsky.richtext.facet. A handle that does not resolve stays plain text.
"""

from collections.abc import Callable, Iterator
from typing import Any

import regex

from .counting import graphemes, links

_MENTION = regex.compile(
    r"(?<![\w@/.])@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?)", regex.I
)
_TAG = regex.compile(r"(?<!\S)[#＃](?!\ufe0f)(\S+)")
_TAG_END = regex.compile(r"\p{P}+$")

Resolve = Callable[[str], str | None]


def facets(text: str, resolve: Resolve) -> list[dict[str, Any]]:
    """The facets of a text in order, never overlapping. `resolve` gives the DID of a handle, or None."""
    taken: list[tuple[int, int]] = []
    found = []
    for start, end, feature in sorted(_features(text, resolve), key=lambda each: (each[0], -each[1])):
        if not any(start < stop and begin < end for begin, stop in taken):
            taken.append((start, end))
            index = {"byteStart": _bytes(text[:start]), "byteEnd": _bytes(text[:end])}
            found.append({"index": index, "features": [feature]})
    return found


def _features(text: str, resolve: Resolve) -> Iterator[tuple[int, int, dict[str, str]]]:
    kind = "app.bsky.richtext.facet#"
    for start, end in links(text):
        yield start, end, {"$type": kind + "link", "uri": text[start:end]}
    for tag in _TAG.finditer(text):
        word = _TAG_END.sub("", tag.group(1))
        if word and not word.isdigit() and sum(1 for _ in graphemes(word)) <= 64 and _bytes(word) <= 640:
            yield tag.start(), tag.start() + 1 + len(word), {"$type": kind + "tag", "tag": word}
    for mention in _MENTION.finditer(text):
        did = resolve(mention.group(1).lower())
        if did:
            yield mention.start(), mention.end(), {"$type": kind + "mention", "did": did}


def _bytes(text: str) -> int:
    return len(text.encode())

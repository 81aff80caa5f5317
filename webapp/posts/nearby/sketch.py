"""Texts compared by bottom-k MinHash of their trigrams (Broder 1997): the share of three-letter pieces two texts have
in common, from at most 128 hashes each. Texts of up to 128 pieces are compared exactly.

Before that a text is made plain: one form of letters, lower case, without links, tags, mentions and emoji.
"""

import struct
import unicodedata
import zlib

import regex

SIZE = 128
SHORTEST = 24
"""Characters below which a text is a greeting, and says nothing by being like another."""
ALIKE = 0.55

_NOISE = regex.compile(r"https?://\S+|[#@＠＃]\S+|[^\p{L}\p{N}\s]+")
_SPACE = regex.compile(r"\s+")


def plain(text: str) -> str:
    """What is compared."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _SPACE.sub(" ", _NOISE.sub(" ", folded)).strip()


def sketch(text: str) -> bytes:
    """The smallest hashes of the trigrams of a text; nothing for one that is too short to be compared."""
    bare = plain(text)
    if len(bare) < SHORTEST:
        return b""
    padded = f" {bare} "
    pieces = {zlib.crc32(padded[i : i + 3].encode("utf-8", "surrogatepass")) for i in range(len(padded) - 2)}
    chosen = sorted(pieces)[:SIZE]
    return struct.pack(f"<{len(chosen)}I", *chosen)


def likeness(one: bytes, other: bytes) -> float:
    """How much of all pieces both have, from 0 to 1."""
    if not one or not other:
        return 0.0
    a, b = set(_hashes(one)), set(_hashes(other))
    whole = sorted(a | b)
    if len(a) == SIZE or len(b) == SIZE:
        whole = whole[:SIZE]
    return sum(piece in a and piece in b for piece in whole) / len(whole)


def _hashes(stored: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(stored) // 4}I", stored)

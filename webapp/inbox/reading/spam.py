"""Likely spam, by rules that a person can read: blocked words, a blocked author, or two signs of an advertisement."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import regex

_LINK = regex.compile(r"https?://|\bwww\.|\b[\w-]+\.(?:xyz|top|click|shop|icu|ru|biz|info)\b", regex.I)
_MESSENGER = regex.compile(r"(whats\s*app|telegram|t\.me/|wa\.me/|signal|\bdm\b|inbox me|write me)", regex.I)
_NUMBER = regex.compile(r"\+?\d[\d\s().-]{7,}\d")
_LURES = regex.compile(
    r"crypto|bitcoin|forex|invest(?:ment|or)|earn(?:ed|ing)?\s+\$?\d|passive income|free followers|giveaway winner|"
    r"casino|viagra|sugar ?(?:daddy|mommy)|onlyfans|hot girls|loan offer|recover(?:ed|y)? (?:my|your) (?:money|funds)|"
    r"click (?:here|the link)|work from home|100% (?:profit|legit)|kryptowal|zarabiaj|inwestycj|verdiene? \d|"
    r"gana dinero|ganhe dinheiro|投資|稼げ|اربح|استثمار",
    regex.I,
)
_HIDDEN = regex.compile(r"[\p{Cf}--[\u200c-\u200f]]", regex.V1)
SIGNS = 2


def signs(text: str) -> int:
    """How many different signs of an advertisement a text has."""
    hidden = not text.isascii() and len(_HIDDEN.findall(text)) > 3
    found = (
        bool(_LINK.search(text)),
        bool(_LURES.search(text)),
        len({m.casefold() for m in _LURES.findall(text)}) > 1,
        bool(_MESSENGER.search(text) and (_NUMBER.search(text) or "@" in text or "+" in text)),
        text.count("#") > 6,
        text.count("@") > 5,
        hidden,
    )
    return sum(found)


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> "regex.Pattern[str] | None":
    if not words:
        return None
    whole = "|".join(regex.escape(word) for word in sorted(words, key=len, reverse=True))
    return regex.compile(
        rf"(?<![\p{{L}}\p{{N}}--[\p{{Han}}\p{{Hiragana}}\p{{Katakana}}\p{{Thai}}]])(?:{whole})", regex.V1
    )


def lines(text: str) -> list[str]:
    """The words of a blocked list: one a line, folded, each once."""
    folded = (" ".join(unicodedata.normalize("NFKC", line).casefold().split()) for line in text.splitlines())
    return sorted({line for line in folded if line})


def blocked(text: str, words: Iterable[str]) -> bool:
    """Whether a blocked word begins anywhere in the text (`spam` also finds `spammer`, not `antispam`)."""
    pattern = _pattern(tuple(words))
    return pattern is not None and bool(pattern.search(unicodedata.normalize("NFKC", text).casefold()))


def likely(text: str, words: Iterable[str] = ()) -> bool:
    """Whether a message is filed as spam until a person says otherwise."""
    return blocked(text, words) or signs(text) >= SIGNS

"""In which language a comment is written.

py3langid (BSD) carries its model: 4.5 MB on disk (and numpy), some 120 MB in a worker once the first comment came.
Told among 34 languages, 139 of 140 short comments of 2 to 10 words were named right (en, pl, de, es, ja, ar 20 of 20
each, pt 19 of 20) at 40 us each: `tests/inbox/fetching/test_reading.py` measures it anew, with comments that we wrote
ourselves. Lingua was as good (138) with 96 MB on disk, 780 MB in memory and 440 us; its small mode was worse (129).
"""

from functools import cache
from typing import Any

import regex

CODES = "ar bg ca cs da de el en es fi fr he hi hr hu id it ja ko nl no pl pt ro ru sk sl sv th tr uk vi zh"
SURE = 0.5
"""Below this the network's own word counts more."""
_NOISE = regex.compile(r"https?://\S+|\bwww\.\S+|[@#][\w.-]+(?:@[\w.-]+)?")


@cache
def _identifier() -> Any:
    from py3langid import langid  # type: ignore[import-untyped]

    found = langid._load_identifier(norm_probs=True)
    found.set_languages(CODES.split())
    return found


def bare(text: str) -> str:
    """The text without addresses, names and tags."""
    return " ".join(_NOISE.sub(" ", text).split())


def tell(text: str, hint: str = "") -> str:
    """A code such as "pl"; what the network says when the text is too little to tell; "" when nobody knows."""
    said = hint.lower().replace("_", "-").split("-")[0][:3]
    words = bare(text)[:600]
    letters = sum(map(str.isalpha, words))
    if letters < 4 and not (letters > 1 and max(words) > "\u0600"):
        return said
    code, sure = _identifier().classify(words)
    if sure < SURE and said:
        return said
    return "nb" if code == "no" and said == "nb" else str(code)

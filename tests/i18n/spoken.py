"""The words a page speaks in its own voice, and those among them that did not come through gettext.

In `en-XA` every sentence of ours stands in brackets with accents. What is left outside them is somebody's own words
(a name, a handle, a text), a date that CLDR words, or a fault.
"""

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from babel import Locale

SPOKEN = ("aria-label", "aria-description", "aria-valuetext", "placeholder", "title", "data-announce")
SILENT = {"script", "style", "textarea", "time", "code", "bdi", "svg"}
VOID = {"meta", "link", "input", "br", "hr", "img", "source", "use", "path", "circle", "rect", "wbr"}
LISTS = {"zone", "country", "language"}
"""Lists whose entries CLDR and the time zone database name."""
INNER = re.compile(r"\[[^\[\]]*\]")
HALF = re.compile(r"^[^\[]*~\]|\[[^\]]*$")
"""A sentence with a name in an element of its own: its two halves."""
AGO = re.compile(r"in [0-9]+ \w+|[0-9]+ \w+ ago")
LETTERS = re.compile(r"[^\W\d_]{3,}")
PLAIN = re.compile("[aeiou]", re.IGNORECASE)


@dataclass
class Element:
    """An open element, and whether what it holds is somebody else's words."""

    tag: str
    foreign: bool


@dataclass
class Voice(HTMLParser):
    """Collects what a page says: text, spoken attributes, words handed to scripts."""

    said: list[str] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element; hear its attributes unless they are foreign."""
        named = {name: value or "" for name, value in attrs}
        foreign = bool(self.open and self.open[-1].foreign) or _foreign(tag, named)
        if not (self.open and self.open[-1].foreign):
            self.said += [named[name] for name in SPOKEN if named.get(name)]
        if named.get("data-words"):
            self.said += json.loads(named["data-words"]).values()
        if tag not in VOID:
            self.open.append(Element(tag, foreign))

    def handle_endtag(self, tag: str) -> None:
        """Close up to the element that ends."""
        if any(each.tag == tag for each in self.open):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Text in our voice."""
        if data.strip() and not (self.open and self.open[-1].foreign):
            self.said.append(" ".join(data.split()))


def _foreign(tag: str, named: dict[str, str]) -> bool:
    if tag == "select":
        return named.get("name") in LISTS
    own = tag == "html" or "lang" not in named
    return tag in SILENT or "hx-ignore" in named or named.get("dir") == "auto" or not own


def heard(html: str) -> list[str]:
    """Everything a page says in the voice of the interface."""
    voice = Voice()
    voice.feed(html)
    voice.close()
    return voice.said


def calendar() -> set[str]:
    """The names of days and months."""
    plain, found = Locale("en", "GB"), set[str]()
    for width in ("abbreviated", "wide"):
        found |= {*plain.days["format"][width].values(), *plain.months["format"][width].values()}
    return found


def rest(text: str) -> str:
    """What of a text stands outside the brackets of the pseudo-language."""
    while INNER.search(text):
        text = INNER.sub("", text)
    return AGO.sub("", HALF.sub("", text))


def unwrapped(texts: list[str], names: set[str]) -> list[str]:
    """Texts with words that are neither ours in the pseudo-language nor among `names`.

    What stands between two names has no bracket of its own; in the pseudo-language no word has a plain vowel.
    """
    return [text for text in texts if {word for word in LETTERS.findall(rest(text)) if PLAIN.search(word)} - names]

"""What a page says about an entry of ours: whether it links there, who wrote it, and their words.

Microformats (h-entry, h-card) are read where they are; a page without them gives its title. Nothing of the page is ever
shown as markup.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

WORDS = 2_000
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())  # noqa: SIM905
_HIDDEN = frozenset(("script", "style", "template", "noscript", "head"))
_BLOCK = frozenset(("p", "br", "div", "li", "blockquote"))


@dataclass
class Page:
    """What was read. `links`: absolute, without fragments; `answers`: those that say they answer what they name."""

    links: set[str] = field(default_factory=set)
    answers: set[str] = field(default_factory=set)
    title: str = ""
    text: str = ""
    name: str = ""
    author: str = ""
    author_url: str = ""
    photo: str = ""
    published: str = ""


class _Reader(HTMLParser):
    """Keeps the classes of the open elements, and the text of those properties that we read."""

    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.url, self.page = url, Page()
        self.open: list[tuple[str, frozenset[str]]] = []
        self.words: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = frozenset(given.get("class", "").split())
        self._linked(given, classes)
        if tag in _BLOCK:
            self._say("\n")
        if tag not in _VOID:
            self.open.append((tag, classes))

    def handle_endtag(self, tag: str) -> None:
        for n in range(len(self.open) - 1, -1, -1):
            if self.open[n][0] == tag:
                del self.open[n:]
                return

    def handle_data(self, data: str) -> None:
        self._say(data)

    def _linked(self, given: dict[str, str], classes: frozenset[str]) -> None:
        page, around = self.page, self._around() | classes
        address = given.get("href") or given.get("src") or ""
        link = urldefrag(urljoin(self.url, address)).url if address else ""
        if link:
            page.links.add(link)
            if "u-in-reply-to" in classes:
                page.answers.add(link)
        if "p-author" in around or "h-card" in around:
            page.author_url = page.author_url or (link if given.get("href") and classes & {"u-url", "h-card"} else "")
            page.photo = page.photo or (link if given.get("src") else "")
        if "dt-published" in classes:
            page.published = page.published or given.get("datetime", "")

    def _around(self) -> frozenset[str]:
        return frozenset().union(*(classes for _tag, classes in self.open))

    def _say(self, data: str) -> None:
        tags, around = {tag for tag, _ in self.open}, self._around()
        if "title" in tags:
            self.words.setdefault("title", []).append(data)
        if tags & _HIDDEN:
            return
        author = around & {"p-author", "h-card"}
        for name, marks in (("text", {"e-content", "p-content"}), ("name", {"p-name"}), ("summary", {"p-summary"})):
            if marks & around and not (author and name == "name"):
                self.words.setdefault(name, []).append(data)
        if author:
            self.words.setdefault("author", []).append(data)


def read(url: str, body: str) -> Page:
    """A page as we read it; what is no HTML has nothing but its text."""
    reader = _Reader(url)
    reader.feed(body)
    page, words = reader.page, reader.words
    page.title, page.author = (" ".join("".join(words.get(name, ())).split())[:200] for name in ("title", "author"))
    for name in ("text", "summary", "name"):
        said = "\n".join(line.strip() for line in "".join(words.get(name, ())).splitlines() if line.strip())
        page.text = page.text or said[:WORDS]
    return page

"""Checks on templates: nothing the content policy forbids, quoted attributes, every word through gettext."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError

VALUE = "\ufffc"
"""Stands for the value of an expression."""
SPOKEN = {"alt", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "placeholder", "title"}
HANDLER = re.compile(r"^(on[a-z]+|hx-on.*|style)$")
UNQUOTED = re.compile(r"""[\s"'][\w:@.-]+\s*=\s*(?!["'\s])""")
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
WORD = re.compile(r"[^\W\d_]{2,}")
PATH = re.compile(r"(?<!\w)(/[\w.-]+)+/?")
NAMES = {"Nod"}
ATTRIBUTE_BLOCKS = ("_class", "_attrs")
"""Blocks whose content lands in an attribute, by the end of their name."""
EXPRESSIONS = {"variable_begin", "variable_end", "block_begin", "block_end", "comment_begin", "comment_end"}


class Page(HTMLParser):
    """Reads one template whose expressions became placeholders, and notes what is wrong."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[tuple[int, str]] = []
        self.inside: list[str] = []

    def note(self, what: str) -> None:
        """Remember a fault at the present line."""
        self.wrong.append((self.getpos()[0], what))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Attributes and forbidden elements."""
        named = dict(attributes)
        if tag == "style" or (tag == "script" and "src" not in named and "json" not in (named.get("type") or "")):
            self.note(f"<{tag}> inline")
        for name, value in attributes:
            if HANDLER.match(name):
                self.note(f"{name}= inline")
            if value and re.match(r"\s*(javascript|js):", value):
                self.note(f"{name}= runs code")
            if name in SPOKEN and value and _words(value):
                self.note(f"{name}={value!r} is not translated")
        bare = QUOTED.sub('""', self.get_starttag_text() or "")
        if UNQUOTED.search(bare):
            self.note(f"an attribute of <{tag}> is not quoted")
        if tag in ("script", "style"):
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element whose content is not text."""
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        if not self.inside and (words := _words(data)):
            self.note(f"{' '.join(words)!r} is not translated")


def _words(text: str) -> list[str]:
    spoken = PATH.sub(" ", text.replace(VALUE, " "))
    return [word for word in WORD.findall(spoken) if word not in NAMES]


def plain(source: str) -> str:
    """The template as a page: statements and comments gone, expressions a placeholder, lines kept.

    Raises TemplateSyntaxError.
    """
    out: list[str] = []
    within, names, dropping = "", list[str](), False
    jinja = Environment(autoescape=True)
    jinja.parse(source)
    for _line, kind, value in jinja.lex(source):
        if kind == "name" and within == "block":
            names.append(value)
        elif kind == "block_end":
            dropping = names[:1] == ["block"] and names[1].endswith(ATTRIBUTE_BLOCKS)
            names.clear()
        if kind in EXPRESSIONS:
            within = kind.removesuffix("_begin") if kind.endswith("_begin") else ""
            out.append("\n" * value.count("\n"))
            if kind == "variable_end":
                out.append(VALUE)
        elif within:
            out.append("\n" * value.count("\n"))
        elif kind == "data":
            out.append("\n" * value.count("\n") if dropping else value)
    return "".join(out)


def check(folder: Path) -> Iterator[str]:
    """Every fault of every template, as `path:line what`."""
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".html", ".txt", ".xml", ".svg") or not path.is_file():
            continue
        try:
            page = Page()
            page.feed(plain(path.read_text()))
            page.close()
        except TemplateSyntaxError as error:
            yield f"{path.relative_to(folder.parent.parent)}:{error.lineno} {error.message}"
            continue
        yield from (f"{path.relative_to(folder.parent.parent)}:{line} {what}" for line, what in page.wrong)

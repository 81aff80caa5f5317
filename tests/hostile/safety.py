"""What a page with hostile words in it must not have: an element or attribute that nobody of us wrote."""

import re

from tests.hostile.inputs import TEXT
from tests.hostile.pages import Element, Page

RAW = sorted({each.value for each in TEXT if "<" in each.value and len(each.value) > 4})
_OURS = re.compile(r"(/(?![/\\])|#|\?|https://nod\.test/|mailto:|$)")
_FOREIGN = re.compile(r"https?://[^\s\"'<>@\\]+$")


def problems(html: str, where: str) -> list[str]:
    """What is wrong with a page of HTML, in sentences; nothing when all of it was written by us."""
    found = [f"{where}: {raw[:40]!r} stands there as it was typed" for raw in RAW if raw in html]
    for element in Page(html).elements:
        found += [f"{where}: <{element.tag} {what}>" for what in _of(element)]
    if "&lt;Config" in html or "&lt;class" in html:
        found.append(f"{where}: somebody's template was carried out")
    return found


def _of(element: Element) -> list[str]:
    wrong = []
    if element.tag in ("base", "iframe", "object", "embed", "style"):
        wrong.append("is not ours")
    if element.tag == "script" and not element.attributes.get("src", "").startswith("/static/"):
        wrong.append("is a script of nobody")
    for name, value in element.attributes.items():
        if name.startswith(("on", "data-hx", "hx-on")) or name == "style":
            wrong.append(f"{name}={value[:40]}")
        elif name in ("href", "src", "action", "formaction") or re.fullmatch("hx-(get|post|put|delete|patch)", name):
            wrong += [] if _fine(element.tag, name, value) else [f"{name}={value[:60]}"]
    return wrong


def _fine(tag: str, name: str, value: str) -> bool:
    if _OURS.match(value):
        return True
    return (tag, name) == ("a", "href") and bool(_FOREIGN.match(value))

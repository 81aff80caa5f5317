"""The hostile inputs (`hostile.json`) by the kind of field they are meant for, and what a field must do with them."""

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.hostile.pages import Field

SOURCE = Path(__file__).with_name("hostile.json")
TEXTS = ("text", "html", "json_text", "handle")
CONTROL = frozenset(map(chr, range(32))) - {"\n", "\r", "\t"} | {"\x7f"}


@dataclass(frozen=True)
class Input:
    """One value, and the name of the family it belongs to."""

    family: str
    value: str


def load() -> list[tuple[str, str, list[Input]]]:
    """(kind of field, family, its values) of every family."""
    families = json.loads(SOURCE.read_text())
    return [(f["field_kind"], f["name"], [Input(f["name"], v) for v in (f["value"], *f["variants"])]) for f in families]


FAMILIES = load()


def of_kinds(*kinds: str) -> list[Input]:
    """Every value meant for fields of these kinds."""
    return [each for kind, _name, values in FAMILIES if kind in kinds for each in values]


def of_family(name: str) -> list[str]:
    """The values of one family."""
    return [each.value for _kind, family, values in FAMILIES if family == name for each in values]


TEXT = of_kinds(*TEXTS)
_DAMAGED = [Input("nul_byte", "before\0after"), Input("lone_surrogate", "\ud800tail"), Input("html_script", '"><svg>')]
_LONG = [Input("long_unbroken", "W" * 10_000)]
CHOICE = [*of_kinds("uuid", "id"), *_DAMAGED, *_LONG]

BY_KIND = {
    "text": TEXT,
    "email": of_kinds("text", "handle"),
    "password": [*_DAMAGED, *_LONG],
    "number": of_kinds("number", "id"),
    "date": of_kinds("date", "local_datetime"),
    "timezone": [*of_kinds("timezone"), *_DAMAGED],
    "choice": CHOICE,
    "next_url": [*of_kinds("next_url", "url"), *_DAMAGED, *_LONG],
    "outbound_url": [*of_kinds("outbound_url", "url", "handle"), *_DAMAGED, *_LONG],
    "url": [*of_kinds("url", "outbound_url"), *_DAMAGED, *_LONG],
    "json_body": [*of_kinds("json_body"), *_DAMAGED],
    "query": TEXT,
}

_BY_NAME = {
    "zone": "timezone",
    "email": "email",
    "emails": "email",
    "next": "next_url",
    "server": "outbound_url",
    "handle": "outbound_url",
    "url": "url",
    "credential": "json_body",
    "version": "number",
    "late_minutes": "number",
    "work_start": "date",
    "work_end": "date",
    "market_start": "date",
    "market_end": "date",
    "pace_posts": "number",
    "pace_hours": "number",
    "subdivision": "choice",
    "decision": "choice",
    "code": "number",
    "q": "query",
}
_BY_TYPE = {
    "text": "text",
    "textarea": "text",
    "search": "query",
    "date": "date",
    "time": "date",
    "number": "number",
    "email": "email",
    "password": "password",
    "hidden": "choice",
    "select": "choice",
    "radio": "choice",
    "checkbox": "choice",
}


def kind_of(field: Field) -> str:
    """Which inputs a field is fed."""
    return _BY_NAME.get(field.name) or _BY_TYPE[field.type]


def as_read(value: str) -> str:
    """What the server reads: a half of a pair is no character, so its bytes stay percent-encoded."""
    return "".join(c if not "\ud800" <= c <= "\udfff" else quote(c.encode("utf-8", "surrogatepass")) for c in value)


def must_refuse(field: Field, value: str) -> bool:
    """What a text field may never take: characters no database holds, more than it allows, a second line."""
    if any(c in CONTROL for c in value):
        return True
    sent = as_read(value)
    if field.longest and len(sent.replace("\r\n", "\n")) > field.longest:
        return True
    return field.type != "textarea" and any(c in "\r\n" for c in sent.strip(" \t"))


def must_take(field: Field, each: Input) -> bool:
    """What a text field has no reason to refuse: markup, formulas, emoji, any script. It is somebody's text."""
    harmless = {"emoji_zwj", "template_injection", "html_script", "htmx_attributes", "attribute_breakout"}
    return kind_of(field) == "text" and each.family in harmless and not must_refuse(field, each.value)

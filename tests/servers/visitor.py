"""Somebody with the plainest of browsers: pages, forms and cookies over real https, no scripts."""

import json
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any


@dataclass
class Form:
    """A form as it stands: what it sends unless somebody types, the words of its buttons and of its options."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)
    offered: dict[str, list[str]] = field(default_factory=dict)
    words: dict[tuple[str, str], str] = field(default_factory=dict)


class _Forms(HTMLParser):
    """Reads the forms of a page; controls may stand elsewhere and name theirs (`form=`)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.named: dict[str, Form] = {}
        self.inside: Form | None = None
        self.select = self.option = self.text = ""
        self.button: tuple[Form, tuple[str, str]] | None = None
        self.said = ""
        for number, form in enumerate(re.findall(r"<form\b[^>]*>", page)):
            name = re.search(r'\bid="([^"]*)"', form)
            self.named[name[1] if name else f"#{number}"] = Form("")
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = self.named.get(has.get("id", ""), Form(""))
            self.inside.action = has.get("action", "")
            self.forms.append(self.inside)
            return
        form = self.named.get(has["form"]) if "form" in has else self.inside
        if form is None:
            return
        name = has.get("name", "")
        if tag == "button":
            self.button, self.said = (form, (name, has.get("value", ""))), has.get("aria-label", "")
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            self.option = has.get("value", "")
            form.offered.setdefault(self.select, []).append(self.option)
            if "selected" in has or len(form.offered[self.select]) == 1:
                form.values[self.select] = [self.option]
        elif tag == "textarea":
            self.text = name
            form.values[name] = [""]
        elif tag == "input" and name and has.get("type") != "file":
            kind, ticked = has.get("type", "text"), "checked" in has
            if kind in ("checkbox", "radio"):
                form.offered.setdefault(name, []).append(has.get("value", "on"))
                form.values.setdefault(name, []).extend([has.get("value", "on")] * ticked)
            else:
                form.values[name] = [has.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self.text and self.inside:
            before = self.inside.values[self.text]
            before[0] += data.removeprefix("\n") if not before[0] else data
        if self.select and self.inside and data.strip():
            self.inside.words[self.select, data.strip()] = self.option
        if self.button:
            self.said += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self.button:
            self.button[0].buttons[self.said.strip()] = self.button[1]
            self.button = None
        elif tag == "form":
            self.inside = None
        elif tag in ("select", "textarea"):
            self.select = self.text = ""


class Visitor:
    """One person's browser. `page` and `url` are what is open now. `authority`: the certificate that is trusted."""

    def __init__(self, base: str, authority: Path) -> None:
        self.base, self.page, self.url = base, "", base
        context = ssl.create_default_context(cafile=str(authority))
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=context),
            urllib.request.HTTPCookieProcessor(CookieJar()),
        )

    def open(self, path: str, data: bytes | None = None) -> str:
        """Go to a page (or send a form there) and answer what it says; fails on what is refused."""
        url = urllib.parse.urljoin(self.url, path)
        request = urllib.request.Request(url, data, {"Origin": self.base, "Referer": self.url})
        try:
            with self._opener.open(request, timeout=20) as answer:
                self.page, self.url = answer.read().decode(), answer.url
        except urllib.error.HTTPError as refused:
            said = re.sub(r"<[^>]+>|\s+", " ", refused.read().decode())
            raise AssertionError(f"{refused.code} of {url}: {said[:1500]}") from None
        return self.page

    def fetch(self, path: str, value: object) -> tuple[int, dict[str, Any]]:
        """A POST of JSON as our scripts make it; status and JSON of the answer, whatever it is."""
        headers = {"Origin": self.base, "X-Nod": "1", "Content-Type": "application/json"}
        request = urllib.request.Request(self.base + path, json.dumps(value).encode(), headers)
        try:
            with self._opener.open(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read() or b"{}")

    def press(self, button: str, **typed: str | list[str]) -> str:
        """Fill the form of a button and press it; a list ticks those values, `ALL` every one that is offered."""
        form = next((form for form in _Forms(self.page).forms if button in form.buttons), None)
        assert form, f"no button {button!r} on {self.url}"
        values = dict(form.values)
        for name, value in typed.items():
            assert name in values or name in form.offered, f"no field {name!r} beside {button!r} on {self.url}"
            chosen = [value] if isinstance(value, str) else value
            values[name] = form.offered[name] if value == ALL else [form.words.get((name, one), one) for one in chosen]
        name, value = form.buttons[button]
        pairs = [(key, each) for key, all_ in values.items() for each in all_] + [(name, value)] * bool(name)
        return self.open(form.action, urllib.parse.urlencode(pairs).encode())


ALL = "\0all"
"""Every value that a field offers."""

"""Feeding forms: what is found on pages is filled with sound values, and one field after the other with hostile ones.

A value that a field has no reason to refuse goes into every text field of a form at once (each field gets another), so
that a round through all of them stays cheap; what must be refused goes in alone, so that the answer can be held to it.
Every second request is sent as htmx sends it; which ones is the other way round on the other database.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_from_bytes, urlsplit

from tests.cast import BASE, Browser
from tests.hostile import inputs, safety
from tests.hostile.inputs import Input
from tests.hostile.pages import Field, Form, Page

OWN_REASONS = frozenset({"credential", "server"})
"""A form with one of these is refused for reasons of its own. So is a profile that is not the one to reconnect."""
EACH_ITS_OWN = {"/canned": "code"}
"""Forms (by where they lead) with a field in which no two may say the same."""
LIMITED = ("/reconnection", "/macros", "/slots", "/rules", "/recall")
"""Where sound words are refused for another reason: another profile, a name that is there, as many as there may be, no
region that was chosen."""
NAMED = "/inbox/rules/"
"""Below this a name is refused because another has it."""
UNFED = frozenset({"_token", "key", "username", "template-name", "template-scope"}) | {
    f"link-{name}" for name in ("url", "utm_source", "utm_medium", "utm_campaign")
}
"""The fields of a counted link and of a template stand in the composer's form and are read by buttons of their own."""
TYPED = frozenset({"text", "textarea", "email", "date", "time", "number"})
SOUND = {
    "name": "Sound name",
    "mine": "y",
    "email": "sound@pomela.example",
    "emails": "sound@pomela.example",
    "password": "a sentence of several words",
    "server": "social.example",
    "handle": "sound.social.example",
    "app_password": "abcd-efgh-ijkl-mnop",
    "text": "Sound words",
    "comment": "Sound reasons",
    "code": "123456",
    "token": "sound",
    "organization": "Sound company",
    "credential": "{}",
    "url": "https://social.example/1",
}
Values = dict[str, list[str]]


def encoded(values: Values) -> bytes:
    """As a form is sent; lone halves of a pair too, which no browser would send and anybody else may."""

    def plain(text: str) -> str:
        return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="")

    return "&".join(f"{plain(name)}={plain(value)}" for name, each in values.items() for value in each).encode()


@dataclass
class Door:
    """One form of one page, as one person sees it."""

    who: str
    browser: Browser
    path: str
    form: Form
    htmx: bool = False
    wrong: list[str] = field(default_factory=list)
    sent: int = 0

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        return self.form.action, self.form.method, tuple(self.form.fields)

    def fields(self) -> list[Field]:
        """The fields that are fed."""
        return [f for f in self.form.fields.values() if f.name not in UNFED and f.type != "file"]

    def sound(self) -> Values:
        """What the page has, and something where a field is empty."""
        values = {n: v for n, v in self.form.values().items() if n not in UNFED}
        for each in self.form.fields.values():
            if each.name in SOUND and not any(values.get(each.name, [])):
                values[each.name] = [SOUND[each.name]]
            if each.type == "radio" and not values.get(each.name) and each.choices:
                values[each.name] = each.choices[:1]
        if self.form.action in EACH_ITS_OWN:
            values[EACH_ITS_OWN[self.form.action]] = [f"code-{id(self) % 10**9}-{self.sent}"]
        return values

    def send(self, changed: dict[str, str]) -> Any:
        """The form with these fields changed."""
        self.sent += 1
        values = {**self.sound(), **{name: [value] for name, value in changed.items()}}
        if self.form.method == "get":
            return self.browser.get(f"{self.path.partition('?')[0]}?{encoded(values).decode()}")
        self.htmx = not self.htmx
        headers = {**self.browser.headers, "Content-Type": "application/x-www-form-urlencoded"}
        headers |= {"HX-Request": "true", "X-Nod": "1"} if self.htmx else {}
        body = encoded({"_token": [self.browser.csrf], **values})
        return self.browser.client.post(self.form.action, base_url=BASE, data=body, headers=headers, buffered=True)

    def reload(self) -> bool:
        """The same form as the page has it now; False when it is gone."""
        html = self.browser.get(self.path).get_data(as_text=True)
        for each in Page(html, self.path).forms:
            if each.action == self.form.action and set(each.fields) >= {f.name for f in self.fields()} - {"offered"}:
                self.form = each
                return True
        return False

    def complain(self, what: str, changed: dict[str, str]) -> None:
        shown = {name: value[:50] for name, value in changed.items()}
        self.wrong.append(f"{self.who} {self.form.method} {self.form.action} {shown!r}: {what}")


def feed(door: Door) -> None:
    """Everything into everything; what is wrong is in `door.wrong`."""
    for changed, checks in _rounds(door):
        answer = door.send(changed)
        if answer.status_code >= 500:
            door.complain(f"{answer.status_code}", changed)
            continue
        html = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        door.wrong += [f"{door.who} {line}" for line in safety.problems(html, f"answer of {door.form.action}")]
        for check in checks:
            check(door, changed, answer, html)
        if answer.status_code < 400 and door.form.method == "post" and not _on(door, answer, changed):
            return


def _on(door: Door, answer: Any, changed: dict[str, str]) -> bool:
    """Look at where an accepted form leads; read its page again when it is good for one time only."""
    to = answer.headers.get("Location") or answer.headers.get("HX-Redirect")
    if to is not None:
        _stays_here(door, to, changed)
        if any(set("<\"'`{") & set(value) for value in changed.values()):
            html = door.browser.get(urlsplit(to)._replace(fragment="").geturl()).get_data(as_text=True)
            door.wrong += safety.problems(html, f"{to} after {door.form.action}")
    return door.reload() if {"version", "revision", "next"} & door.form.fields.keys() else True


def _stays_here(door: Door, to: str, changed: dict[str, str]) -> None:
    if not to.startswith("/") or to.startswith(("//", "/\\")) or any(c in to for c in "\t\r\n\\"):
        door.complain(f"leads to {to!r}", changed)


def _rounds(door: Door) -> Iterator[tuple[dict[str, str], list[Any]]]:
    texts = [f for f in door.fields() if inputs.kind_of(f) in ("text", "query")]
    for n in range(len(inputs.TEXT) if texts else 0):
        mixed = {f.name: _other(f, n + 7 * k) for k, f in enumerate(texts)}
        yield {name: each.value for name, each in mixed.items()}, [_taken(mixed)]
    for f in texts:
        if inputs.kind_of(f) == "text":
            yield from (({f.name: value}, [_refused, _kept]) for value in _unfit(f))
    yield from _others(door)


def _other(f: Field, n: int) -> Input:
    """The n-th input that this field may take."""
    fit = [each for each in inputs.TEXT if f.type == "search" or not inputs.must_refuse(f, each.value)]
    return fit[n % len(fit)]


def _unfit(f: Field) -> list[str]:
    return sorted({each.value for each in inputs.TEXT if inputs.must_refuse(f, each.value)})


def _others(door: Door) -> Iterator[tuple[dict[str, str], list[Any]]]:
    others = {f.name: inputs.kind_of(f) for f in door.fields()}
    choices = [name for name, kind in others.items() if kind == "choice"]
    for each in inputs.CHOICE if choices else []:
        yield dict.fromkeys(choices, each.value), []
    for name in choices:
        yield {name: "\0"}, [_kept]
        yield {name: "ffffffff-ffff-ffff-ffff-ffffffffffff"}, [_kept]
    for name, kind in sorted(others.items(), key=lambda pair: pair[1] == "next_url"):
        if kind not in ("text", "query", "choice"):
            yield from (({name: each.value}, [_kept]) for each in inputs.BY_KIND[kind])


def _taken(mixed: dict[str, Input]) -> Any:
    def check(door: Door, changed: dict[str, str], answer: Any, _html: str) -> None:
        fields = door.form.fields
        if (
            not OWN_REASONS & fields.keys()
            and not door.form.action.endswith(LIMITED)
            and not door.form.action.startswith(NAMED)
            and all(inputs.must_take(fields[name], each) for name, each in mixed.items())
            and answer.status_code >= 400
        ):
            door.complain(f"{answer.status_code}, although it is only words", changed)

    return check


def _refused(door: Door, changed: dict[str, str], answer: Any, _html: str) -> None:
    if answer.status_code != 422:
        door.complain(f"{answer.status_code} instead of 422", changed)


def _kept(door: Door, changed: dict[str, str], answer: Any, html: str) -> None:
    """A refused form comes back with a message at the field and everything that was typed."""
    if answer.status_code != 422 or door.form.method == "get":
        return
    sent = {**door.sound(), **{name: [value] for name, value in changed.items()}}
    again = _same(door, Page(html, door.path))
    if again is None:
        door.complain("422 without the form", changed)
        return
    typed = [f for f in again.fields.values() if f.type in TYPED and f.name in sent]
    for f in typed:
        if _plain(f.values[0]) != _plain(sent[f.name][0]):
            door.complain(f"422 and {f.name} is {f.values[0][:40]!r}", changed)
    seen = any(again.fields[name].type != "hidden" for name in changed)
    if not any(f.invalid for f in again.fields.values()) and ('class="err"' if seen else 'role="alert"') not in html:
        door.complain("422 without a message at the field", changed)


def _same(door: Door, page: Page) -> Form | None:
    mine = {f.name for f in door.fields() if f.type != "hidden"}
    return next((f for f in page.forms if f.action == door.form.action and mine <= f.fields.keys()), None)


def _plain(text: str) -> str:
    """What is left when characters that nothing can hold are taken out, as a field may do."""
    kept = "".join(c for c in inputs.as_read(text) if c not in inputs.CONTROL)
    return " ".join(kept.split())

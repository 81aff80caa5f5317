"""What a browser would find on a page: its forms with their fields and values, and the attributes of every element."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Field:
    """One name of a form: what kind of control it is, what is in it, what may be chosen."""

    name: str
    type: str
    values: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)
    id: str = ""
    invalid: bool = False
    longest: int = 0


@dataclass
class Form:
    """A form as a browser would send it."""

    action: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    """(name, value, formaction)."""

    def values(self) -> dict[str, list[str]]:
        """Every name with what stands in it now."""
        return {name: list(each.values) for name, each in self.fields.items()}


@dataclass
class Element:
    """A tag with its attributes."""

    tag: str
    attributes: dict[str, str]


class Page(HTMLParser):
    """Reads one page or fragment. `forms` in order; `elements` of every tag."""

    def __init__(self, html: str, path: str = "") -> None:
        super().__init__(convert_charrefs=True)
        self.path = path
        self.forms: list[Form] = []
        self.elements: list[Element] = []
        self.by_id: dict[str, Form] = {}
        self._open: Form | None = None
        self._area: Field | None = None
        self._select: tuple[Field, bool] | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.elements.append(Element(tag, values))
        reader = getattr(self, f"_on_{tag}", None)
        if reader:
            reader(values)

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            if self._select and not self._select[1] and self._select[0].choices:
                self._select[0].values[:] = self._select[0].choices[:1]
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            area = self._area
            area.values[0] += data.removeprefix("\r\n").removeprefix("\n") if not area.values[0] else data

    def _on_form(self, attributes: dict[str, str]) -> None:
        action = attributes.get("action") or self.path
        form = self._form(attributes.get("id", ""))
        form.action, form.method = action, attributes.get("method", "get").lower()
        self._open = form

    def _form(self, name: str) -> Form:
        """The form of an id, also before its tag was seen."""
        if name and name in self.by_id:
            return self.by_id[name]
        made = Form("", "get")
        self.forms.append(made)
        if name:
            self.by_id[name] = made
        return made

    def _owner(self, attributes: dict[str, str]) -> Form | None:
        return self._form(attributes["form"]) if attributes.get("form") else self._open

    def _field(self, attributes: dict[str, str], kind: str) -> Field | None:
        form, name = self._owner(attributes), attributes.get("name", "")
        if form is None or not name:
            return None
        found = form.fields.setdefault(name, Field(name, kind, id=attributes.get("id", "")))
        found.invalid = found.invalid or attributes.get("aria-invalid") == "true"
        found.longest = found.longest or int(attributes.get("maxlength") or 0)
        return found

    def _on_input(self, attributes: dict[str, str]) -> None:
        kind = attributes.get("type", "text")
        if kind in ("submit", "image", "button"):
            return
        found = self._field(attributes, kind)
        if found is None:
            return
        value = attributes.get("value", "on" if kind in ("checkbox", "radio") else "")
        if kind in ("checkbox", "radio"):
            found.choices.append(value)
            if "checked" in attributes:
                found.values.append(value)
        elif kind != "file":
            found.values.append(value)

    def _on_textarea(self, attributes: dict[str, str]) -> None:
        self._area = self._field(attributes, "textarea")
        if self._area is not None:
            self._area.values.append("")

    def _on_select(self, attributes: dict[str, str]) -> None:
        found = self._field(attributes, "select")
        self._select = (found, False) if found else None

    def _on_option(self, attributes: dict[str, str]) -> None:
        if self._select is None:
            return
        found, chosen = self._select
        found.choices.append(attributes.get("value", ""))
        if "selected" in attributes:
            found.values.append(attributes.get("value", ""))
            self._select = (found, chosen or True)

    def _on_button(self, attributes: dict[str, str]) -> None:
        form = self._owner(attributes)
        if form is not None and attributes.get("type", "submit") == "submit":
            form.buttons.append(
                (attributes.get("name", ""), attributes.get("value", ""), attributes.get("formaction", ""))
            )

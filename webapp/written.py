"""Mails as text, rendered without the web application: jobs have none."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from . import i18n

FOLDER = Path(__file__).resolve().parent / "templates"


@cache
def environment() -> Environment:
    """The templates of mails, in the language that is spoken now."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(["html"], default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.globals.update(_=i18n.gettext, ngettext=i18n.ngettext, language=i18n.language, direction=i18n.direction)
    return made


def both(name: str, context: dict[str, Any]) -> tuple[str, str]:
    """A mail as plain text and as HTML."""
    text, html = (environment().get_template(f"mail/{name}.{form}").render(context) for form in ("txt", "html"))
    return text, html

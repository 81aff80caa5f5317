"""A mail from notifications, rendered without the web application: jobs have none."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from webapp import i18n, links

from .words import Item

FOLDER = Path(__file__).resolve().parent.parent / "templates"


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(["html"], default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.globals.update(_=i18n.gettext, ngettext=i18n.ngettext, language=i18n.language, direction=i18n.direction)
    return made


def write(organization: str, items: list[Item], heading: str) -> tuple[str, str]:
    """The mail as plain text and as HTML."""
    context = {
        "organization": organization,
        "items": items,
        "heading": heading,
        "settings": links.url("/notifications"),
    }
    text, html = (_templates().get_template(f"mail/notice.{form}").render(context) for form in ("txt", "html"))
    return text, html

"""A mail from notifications, rendered without the web application: jobs have none."""

from webapp import links, written

from .words import Item


def write(organization: str, items: list[Item], heading: str) -> tuple[str, str]:
    """The mail as plain text and as HTML."""
    context = {
        "organization": organization,
        "items": items,
        "heading": heading,
        "settings": links.url("/notifications"),
    }
    return written.both("notice", context)

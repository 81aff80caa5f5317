"""What a browser calls itself, in words a person recognizes: `Firefox on Android`."""

import re

from webapp.i18n import _

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def label(user_agent: str) -> str:
    """`browser|system`, each empty when unknown: what is stored, never the raw header."""
    return f"{_first(_BROWSERS, user_agent)}|{_first(_SYSTEMS, user_agent)}"


def _first(table: tuple[tuple[str, str], ...], text: str) -> str:
    return next((word for mark, word in table if mark in text), "")


def parts(stored: str) -> tuple[str, str]:
    """Browser and system of a stored label."""
    browser, _, system = re.sub(r"[^A-Za-z| ]", "", stored).partition("|")
    return browser, system


def name(stored: str) -> str:
    """A stored label in the reader's words: `Firefox on Android`."""
    browser, system = parts(stored)
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or _("A device")

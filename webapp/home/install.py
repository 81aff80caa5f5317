"""How Nod gets onto somebody's home screen: which steps their device needs, and the code for an app of its own.

An app on an iPhone's home screen shares nothing with Safari: whoever installs it signs in once more. The code shown
here is a sign-in code like a mailed one (ten minutes, five tries, one use); asking for it is a POST, and it is kept
apart from mailed ones so that neither ends the other.
"""

import re

from webapp.people import codes
from webapp.people.permissions import Actor

_PLATFORMS = (
    ("ios", re.compile(r"iPhone|iPad|iPod")),
    ("firefox", re.compile(r"Firefox/.*|FxiOS")),
    ("prompt", re.compile(r"Chrome/|Chromium/|Edg/|SamsungBrowser/")),
    ("safari", re.compile(r"Macintosh.*Safari/")),
)


def platform(agent: str) -> str:
    """`ios`, `prompt` (the browser offers it itself), `firefox` or `safari`, by what a browser calls itself.

    A first guess: a script corrects it, since an iPad calls itself a Macintosh.
    """
    return next((name for name, words in _PLATFORMS if words.search(agent)), "prompt")


def code(person: Actor) -> str | None:
    """A fresh code to type in the installed app; None within a minute of the last one. Raises TooMany."""
    return codes.ask(person.email, codes.INSTALL)

"""What every page of the app has around its content: tabs, counts, bands and the message of the request before.

Rooms above add their own in `create_app`: a tab with its count, a band such as the pause.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request

from webapp.i18n import _
from webapp.people.permissions import Actor, Permission

from .actor import actor_or_none
from .answer import forget_toast, waiting_toast


@dataclass(frozen=True)
class Tab:
    """One of the main places. `count` answers what waits there for this person."""

    key: str
    label: str
    icon: str
    url: str
    count: Callable[[Actor], int] = lambda _: 0


@dataclass(frozen=True)
class ShownTab:
    """A tab as a template draws it."""

    key: str
    label: str
    icon: str
    url: str
    count: int
    current: bool


TABS: list[Tab] = []
BANDS: list[Callable[[Actor], Iterable[dict[str, Any]]]] = []


def tabs() -> list[ShownTab]:
    """The tabs of this person, the current one marked by the first part of the path."""
    person = actor_or_none()
    if person is None:
        return []
    here = "/" + request.path.split("/")[1]
    current = here if any(tab.url == here for tab in TABS) else "/more"
    return [ShownTab(t.key, _(t.label), t.icon, t.url, t.count(person), t.url == g.get("tab", current)) for t in TABS]


def bands() -> list[dict[str, Any]]:
    """What runs across the top of every page, such as a pause."""
    person = actor_or_none()
    return [band for make in BANDS for band in make(person)] if person else []


def init(app: Flask) -> None:
    """Give layouts what they need, computed only when they ask."""
    app.jinja_env.globals.update(shell_tabs=tabs, shell_bands=bands, Permission=Permission)
    app.after_request(forget_toast)

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        return {"me": actor_or_none(), "toast": waiting_toast()}

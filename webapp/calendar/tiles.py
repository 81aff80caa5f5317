"""The posts of a week of all regions, as they stand in its cells.

Six hundred of them are on one page: a template hands over each piece of each on its own, which took longer than all
else of the page. So the template draws what many have in common, once, and here it is put together.
"""

from collections.abc import Callable, Iterable
from typing import Any

from markupsafe import Markup, escape

from webapp.i18n import _
from webapp.posts.lifecycle import Look

from . import clocks
from .posts import Item


class Tiles:
    """One page of them. `state` and `nets` are the page's own: how a state and a few networks are drawn."""

    def __init__(self, state: Callable[[Look], Markup], nets: Callable[[Any], Markup]) -> None:
        self._state, self._nets, self._nothing = state, nets, escape(_("No text yet"))
        self._looks: dict[Look, Markup] = {}
        self._marks: dict[str, Markup] = {"": Markup()}
        self._safe: dict[str, Markup] = {}

    def of(self, items: Iterable[Item], zone: str) -> Markup:
        """Those of a cell, their hours in a zone."""
        return Markup("".join([self._one(each, self._often(clocks.at(each.at, zone))) for each in items]))  # noqa: S704

    def _often(self, text: str) -> Markup:
        """A word that many have in common, escaped once."""
        return self._safe.get(text) or self._safe.setdefault(text, escape(text))

    def _one(self, item: Item, hour: Markup) -> str:
        look, nets = item.look, item.nets_key
        state = self._looks.get(look) or self._looks.setdefault(look, self._state(look))
        marks = self._marks.get(nets)
        if marks is None:
            marks = self._marks[nets] = self._nets(item.nets[:2])
        line = escape(item.line) if item.line else self._nothing
        return (
            f'<a class="pe" href="/posts/{item.id}"><span class="num">{state}<b>{hour}</b>{marks}</span>'
            f'<span lang="{self._often(item.language)}" dir="auto">{line}</span></a>'
        )

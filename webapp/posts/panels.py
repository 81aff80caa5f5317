"""What higher rooms show on the page of a post: sections, and buttons of its dock. `rooms.wire` fills the lists."""

from collections.abc import Callable
from typing import Any

from webapp.people.permissions import Actor

from .models import Post

Panel = Callable[[Post, Actor], dict[str, Any] | None]

PANELS: list[Panel] = []
ACTIONS: list[Panel] = []
SUBMIT: list[Panel] = []


def panels(post: Post, actor: Actor) -> list[dict[str, Any]]:
    """The sections for this person: each a dict with `template` and what that template reads."""
    return [shown for make in PANELS if (shown := make(post, actor)) is not None]


def actions(post: Post, actor: Actor) -> list[dict[str, Any]]:
    """The buttons for this person, likewise."""
    return [shown for make in ACTIONS if (shown := make(post, actor)) is not None]


def submitting(post: Post, actor: Actor) -> dict[str, Any]:
    """How the composer sends a post for approval: {"url", "words"} (words: "Goes to Brand, then Legal"); or nothing."""
    return next((shown for make in SUBMIT if (shown := make(post, actor)) is not None), {})

"""What higher rooms add to a post: sections of its page, buttons of its dock, and how it is sent for approval.

`rooms.wire` fills the lists; nothing here knows what is behind them.
"""

from collections.abc import Callable
from typing import Any

from webapp.people.permissions import Actor

from .models import Post

Panel = Callable[[Post, Actor], dict[str, Any] | None]

PANELS: list[Panel] = []
ACTIONS: list[Panel] = []
SUBMITTERS: list[Callable[[Post, Actor], object]] = []
PATH_WORDS: list[Callable[[Post, Actor], str]] = []


def panels(post: Post, actor: Actor) -> list[dict[str, Any]]:
    """The sections for this person: each a dict with `template` and what that template reads."""
    return [shown for make in PANELS if (shown := make(post, actor)) is not None]


def actions(post: Post, actor: Actor) -> list[dict[str, Any]]:
    """The buttons for this person, likewise."""
    return [shown for make in ACTIONS if (shown := make(post, actor)) is not None]


def submit(post: Post, actor: Actor) -> None:
    """Send the working copy for approval. Raises what the approvals say (blocked, past its slot)."""
    for send in SUBMITTERS:
        send(post, actor)


def path_words(post: Post, actor: Actor) -> str:
    """Where it goes next, such as "Goes to one approver of Warsaw"."""
    return next((words for say in PATH_WORDS if (words := say(post, actor))), "")

"""The two sides of what is said about a post. Internal is for the team alone; client is read outside too.

They are two lists with two forms, and no function here ever answers both in one: what is shown to a client is asked
for by its name. Who reads outside is told by a higher room through READERS; until one does, anybody who may comment
may write to the client.
"""

from collections.abc import Callable, Sequence

from webapp.i18n import N_

from ..models import Post

INTERNAL, CLIENT = "internal", "client"
AUDIENCES = {INTERNAL: N_("Internal"), CLIENT: N_("Client")}

READERS: list[Callable[[Post], Sequence[str]]] = []
"""Each answers the names of people outside the company who read the client side of a post."""


def readers(post: Post) -> tuple[str, ...]:
    """Who outside reads it, by name."""
    return tuple(dict.fromkeys(name for tell in READERS for name in tell(post)))


def offered(post: Post) -> tuple[str, ...]:
    """The audiences somebody may write to now."""
    return (INTERNAL, CLIENT) if not READERS or readers(post) else (INTERNAL,)

"""Which post to try a workflow with: any that this person sees, found by its words, the newest change first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.people.permissions import Actor
from webapp.posts import lists, queries

FEW = 6


@dataclass(frozen=True)
class Found:
    """Posts that hold the words `q`; `after`: where the next ones begin."""

    q: str
    rows: Sequence[lists.Row]
    after: str


def words(data: Mapping[str, str]) -> str:
    """What is looked for."""
    return queries.filters({"q": data.get("q", "")}).q


def listed(actor: Actor, q: str) -> Any:
    """Found as the list of posts finds them."""
    return queries.listed(actor, queries.Filters(q=q))


def meant(data: Mapping[str, str]) -> str:
    """What was pressed. Enter in the field of the search presses the form's first button, which saves: who typed new
    words there means to search."""
    action = data.get("action", "")
    return "posts:" if action == "save" and words(data) != data.get("asked", words(data)) else action


def wanted(action: str, data: Mapping[str, str]) -> dict[str, Any]:
    """What a button asks of this list, for the address: "posts:<after>" looks, "try:<post>" tries."""
    verb, _colon, what = action.partition(":")
    if verb == "posts":
        return {"q": words(data), "after": what[:200] or None}
    if verb == "try":
        return {"q": words(data) or None, "after": data.get("after", "")[:200] or None, "try": what[:36]}
    return {}

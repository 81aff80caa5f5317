"""Changing the stages of a draft: one is added, moved, taken out, written anew. Pure, on the rows."""

import uuid
from collections.abc import Sequence
from typing import Any

from webapp.approvals.quorum import ANY
from webapp.people.permissions import Permission

Rows = list[dict[str, Any]]


def fresh(name: str) -> dict[str, Any]:
    """A new stage: one approver of the region."""
    return {
        "id": uuid.uuid4().hex[:8],
        "name": name,
        "who": [{"kind": "permission", "permission": Permission.APPROVE.value}],
        "needed": ANY,
    }


def added(rows: Sequence[dict[str, Any]], name: str) -> Rows:
    """With one more at the end."""
    return [*rows, fresh(name)]


def moved(rows: Sequence[dict[str, Any]], at: int, by: int) -> Rows:
    """With the stage at a place moved up (-1) or down (1), as far as that goes."""
    to = at + by
    if not (0 <= at < len(rows) and 0 <= to < len(rows)):
        return list(rows)
    changed = list(rows)
    changed[at], changed[to] = changed[to], changed[at]
    return changed


def without(rows: Sequence[dict[str, Any]], at: int) -> Rows:
    """Without the stage at a place; one always stays."""
    return [row for n, row in enumerate(rows) if n != at or len(rows) == 1]


def replaced(rows: Sequence[dict[str, Any]], at: int, row: dict[str, Any]) -> Rows:
    """With another stage at a place, which keeps its id."""
    return [{**row, "id": old.get("id") or str(n)} if n == at else old for n, old in enumerate(rows)]

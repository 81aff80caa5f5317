"""One batch made whole: each message once, and the conversation that each belongs to.

A conversation is one comment under a post of ours with everything below it, or a mention with everything below it. Its
key is the id of its first message. When a message arrives before the one it answers, the missing one is the key until
it comes and says better. So the threads are the same in whatever order their messages arrive.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from webapp.networks.base import Item

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def stub(item: Item) -> bool:
    """Whether all it says is that the message is gone."""
    return item.deleted and not item.author.remote_id


def once(items: Iterable[Item]) -> dict[str, Item]:
    """Each message once, as it was said to be last; one that is gone for anybody is gone."""
    found: dict[str, Item] = {}
    for item in items:
        before = found.get(item.remote_id)
        found[item.remote_id] = item if before is None else _both(before, item)
    return found


def _both(one: Item, other: Item) -> Item:
    best = max(one, other, key=_knows)
    least = one if best is other else other
    return replace(
        best,
        deleted=one.deleted or other.deleted,
        root_id=best.root_id or least.root_id,
        parent_id=best.parent_id or least.parent_id,
        ours=one.ours or other.ours,
    )


def _knows(item: Item) -> tuple[Any, ...]:
    return not stub(item), item.edited_at or _NEVER, bool(item.root_id), len(item.attachments), item.text, item.url


def posts_of(batch: Mapping[str, Item], delivered: Collection[str]) -> set[str]:
    """The ids of posts of ours that a batch speaks of: what answers one of them begins a conversation."""
    native = {item.remote_id for item in batch.values() if item.side == "out" and not item.parent_id and not stub(item)}
    return {*delivered, *native, *(item.root_id for item in batch.values() if item.ours and item.root_id)}


def next_parts(batch: Mapping[str, Item], going: Collection[str]) -> set[str]:
    """What may be a part of a thread of ours that we do not know of yet: by us, right under one that we know."""
    return {key for key, item in batch.items() if item.side == "out" and item.parent_id in going}


def key_of(remote_id: str, batch: Mapping[str, Item], known: Mapping[str, str], posts: Collection[str]) -> str:
    """The key of the conversation that a message belongs to. `known`: message -> key, of what is stored.

    A stored message that begins its conversation goes on doing so: whatever said so is not said again each time.
    """
    seen: set[str] = set()
    at = remote_id
    while at not in seen:
        seen.add(at)
        item, stored = batch.get(at), known.get(at)
        if stored == at:
            return at
        if item is not None and not stub(item):
            if not item.parent_id or item.parent_id in posts:
                return at
            at = item.parent_id
        elif stored is not None:
            at = stored
        else:
            return at
    return min(seen)

"""A page of a list: of a segment in the order of deadlines, or of what holds some words, the newest first.

Words are looked for in every segment: whoever searches does not know where it lies.
"""

import uuid
from datetime import datetime

from webapp.db import session
from webapp.inbox import searching
from webapp.inbox.models import Conversation
from webapp.people.permissions import Actor

from . import queries
from .filters import Filters

SIZE, AT_ONCE, ROUNDS = 20, 60, 4


def by_words(
    actor: Actor, wanted: Filters, before: datetime | None, size: int = SIZE
) -> tuple[list[Conversation], datetime | None]:
    """Conversations in which somebody said all the words, and from when on to look for more (None: that is all).

    At most ROUNDS reads of the index, so that a common word with a rare filter stays cheap: then the page is short.
    """
    seen: dict[uuid.UUID, Conversation] = {}
    for _round in range(ROUNDS):
        hits = searching.find(actor, wanted.q, before, AT_ONCE)
        fitting = _fitting(actor, wanted, [hit.conversation_id for hit in hits])
        for hit in hits:
            if hit.conversation_id in fitting:
                seen.setdefault(hit.conversation_id, fitting[hit.conversation_id])
            before = hit.at
            if len(seen) == size:
                return list(seen.values()), before
        if len(hits) < AT_ONCE:
            return list(seen.values()), None
    return list(seen.values()), before


def _fitting(actor: Actor, wanted: Filters, ids: list[uuid.UUID]) -> dict[uuid.UUID, Conversation]:
    query = queries.narrowed(actor, wanted).where(Conversation.id.in_(set(ids)), Conversation.state != "merged")
    return {found.id: found for found in session.scalars(query)}

"""The labels of a conversation: those of posts, so that one word groups both."""

import uuid
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from webapp import events
from webapp.db import session
from webapp.events import Actor
from webapp.inbox.models import Conversation, ConversationLabel
from webapp.posts.labels import catalog
from webapp.posts.labels.models import Label


def of(conversation_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Label]]:
    """The labels of each conversation that has any, by name. One query."""
    if not conversation_ids:
        return {}
    rows = session.execute(
        sa.select(ConversationLabel.conversation_id, Label)
        .join(Label, Label.id == ConversationLabel.label_id)
        .where(ConversationLabel.conversation_id.in_(conversation_ids))
        .order_by(Label.name, Label.id)
    )
    found: dict[uuid.UUID, list[Label]] = {}
    for conversation_id, label in rows:
        found.setdefault(conversation_id, []).append(label)
    return found


def offered(conversation: Conversation) -> list[Label]:
    """What may be chosen: the organization's labels, and what it has already though it was removed since."""
    live = catalog.offered(Label, conversation.organization_id)
    kept = [label for label in of([conversation.id]).get(conversation.id, []) if label.removed_at is not None]
    return [*live, *kept]


def label(conversation: Conversation, wanted: Collection[uuid.UUID], by: Actor) -> None:
    """Give it exactly these labels; what is not offered is left out."""
    allowed = {each.id: each.name for each in offered(conversation)}
    before = {each.id for each in of([conversation.id]).get(conversation.id, [])}
    after = set(wanted) & allowed.keys()
    if before == after:
        return
    gone = (ConversationLabel.conversation_id == conversation.id, ConversationLabel.label_id.in_(before - after))
    session.execute(sa.delete(ConversationLabel).where(*gone))
    session.add_all(ConversationLabel(conversation_id=conversation.id, label_id=each) for each in after - before)
    conversation.version += 1
    names = sorted(allowed[each] for each in after)
    events.record("conversation.labelled", conversation, by=by, labels=names)


def add(conversations: Sequence[Conversation], wanted: Collection[uuid.UUID], by: Actor | None) -> bool:
    """Give these to all of them beside what each has; answers whether there are such labels. Three statements."""
    if not conversations:
        return False
    named = {each.id: each.name for each in catalog.offered(Label, conversations[0].organization_id)}
    names = sorted(named[each] for each in set(wanted) & named.keys())
    before = {key: {each.id for each in has} for key, has in of([each.id for each in conversations]).items()}
    rows = []
    for each in conversations:
        lacks = (set(wanted) & named.keys()) - before.get(each.id, set())
        rows += [{"conversation_id": each.id, "label_id": label_id} for label_id in lacks]
        if lacks:
            each.version += 1
            events.record("conversation.labelled", each, by=by, labels=names)
    if rows:
        session.execute(sa.insert(ConversationLabel), rows)
    return bool(names)

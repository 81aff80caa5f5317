"""Words that somebody has begun to write in a conversation, kept on the server for their other devices."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from webapp import db, times
from webapp.db import session
from webapp.events import Actor
from webapp.inbox.canned.models import CannedReply
from webapp.inbox.models import Conversation

from .models import Reply, ReplyDraft


def of(conversation_id: uuid.UUID, person_id: uuid.UUID) -> ReplyDraft | None:
    """What this person has begun there."""
    mine = (ReplyDraft.conversation_id == conversation_id, ReplyDraft.person_id == person_id)
    return session.scalars(sa.select(ReplyDraft).where(*mine)).first()


def keep(
    conversation: Conversation, text: str, by: Actor, canned: Sequence[str] = (), without: Sequence[str] = ()
) -> ReplyDraft | None:
    """Keep what was typed; nothing typed is no draft. It is no event: nobody but its writer is concerned."""
    return _put(conversation.organization_id, conversation.id, by.id, text, canned, without)


def _put(
    organization_id: uuid.UUID,
    conversation_id: uuid.UUID,
    person_id: uuid.UUID,
    text: str,
    canned: Sequence[str],
    without: Sequence[str],
) -> ReplyDraft | None:
    row = of(conversation_id, person_id)
    if not text.strip():
        drop(conversation_id, person_id)
        return None
    if row is None:
        values = {"organization_id": organization_id, "conversation_id": conversation_id, "person_id": person_id}
        session.execute(
            db.insert_ignoring(ReplyDraft, id=db.new_id(), text="", canned=[], without=[], version=0, **values)
        )
        row = of(conversation_id, person_id)
        assert row
    row.text, row.canned, row.without, row.updated_at = text, list(canned), list(without), times.now()
    row.version += 1
    session.flush()
    return row


def drop(conversation_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """They are sent, or not wanted any more."""
    mine = (ReplyDraft.conversation_id == conversation_id, ReplyDraft.person_id == person_id)
    session.execute(sa.delete(ReplyDraft).where(*mine))


def give_back(reply: Reply) -> bool:
    """Put the words of a reply that did not leave back where they were written. False when there are others now."""
    row = of(reply.conversation_id, reply.person_id)
    if row is not None and row.text.strip() and row.text != reply.text:
        return False
    where = (reply.organization_id, reply.conversation_id, reply.person_id)
    _put(*where, reply.text, reply.canned, _left_out(reply))
    return True


def _left_out(reply: Reply) -> list[str]:
    """Pictures of its canned replies that did not go with it."""
    wanted = [uuid.UUID(each) for each in reply.canned]
    rows = session.scalars(sa.select(CannedReply.pictures).where(CannedReply.id.in_(wanted))) if wanted else ()
    gone = {part["asset"] for part in reply.pictures}
    return sorted({each["asset"] for row in rows for each in row} - gone)

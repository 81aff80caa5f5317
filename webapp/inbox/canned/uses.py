"""Where canned replies were used: one row for each reply that left with one, so that ranking can learn from it."""

import uuid
from collections.abc import Iterable

import sqlalchemy as sa

from webapp import db, times
from webapp.db import session
from webapp.inbox.replying.models import Reply

from .models import CannedReply, CannedUse

MOST = 10


def ids(raw: str | Iterable[str]) -> list[str]:
    """Ids as a form brings them, those that are none left out, each once."""
    found = []
    for each in raw.split() if isinstance(raw, str) else raw:
        try:
            found.append(str(uuid.UUID(str(each))))
        except ValueError:
            continue
    return list(dict.fromkeys(found))[:MOST]


def note(reply: Reply) -> None:
    """Count what a reply was written with; counting twice is once."""
    mine = sa.or_(CannedReply.owner_id.is_(None), CannedReply.owner_id == reply.person_id)
    wanted = [uuid.UUID(each) for each in ids(reply.canned)]
    where = (CannedReply.id.in_(wanted), CannedReply.organization_id == reply.organization_id, mine)
    for canned_id in session.scalars(sa.select(CannedReply.id).where(*where)) if wanted else ():
        made = session.scalar(
            db.insert_ignoring(
                CannedUse,
                id=db.new_id(),
                organization_id=reply.organization_id,
                canned_id=canned_id,
                reply_id=reply.id,
                person_id=reply.person_id,
                post_id=reply.conversation.post_id,
                language=reply.conversation.language,
                at=times.now(),
            ).returning(CannedUse.id)
        )
        if made:
            more = sa.update(CannedReply).where(CannedReply.id == canned_id).values(uses=CannedReply.uses + 1)
            session.execute(more.execution_options(synchronize_session=False))

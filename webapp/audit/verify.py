"""Is the trail whole? Every link of the organization's chain is computed again, and every kept text is compared.

An erased text is no damage: its hash stays in the event, and the event is in the chain.
"""

import hashlib
import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from webapp import events
from webapp.db import session
from webapp.events import Event, EventText, Seal


@dataclass(frozen=True)
class Finding:
    """`sealed` links were looked at; `broken` is the position of the first that does not fit; texts changed, erased."""

    sealed: int
    broken: int | None
    changed: int
    erased: int
    newest: str

    @property
    def whole(self) -> bool:
        """Nothing was changed, cut out or put in."""
        return self.broken is None and not self.changed


def verify(organization_id: uuid.UUID | None) -> Finding:
    """Walk the whole chain of an organization; None: of what belongs to none."""
    chain = str(organization_id or "")
    sealed = session.scalar(sa.select(sa.func.count()).where(Seal.chain == chain)) or 0
    tail = session.scalar(sa.select(Seal.hash).where(Seal.chain == chain).order_by(Seal.position.desc()).limit(1))
    changed, erased = _texts(organization_id)
    return Finding(sealed, events.broken_link(chain), changed, erased, (tail or "")[:16])


def _texts(organization_id: uuid.UUID | None) -> tuple[int, int]:
    rows = session.execute(
        sa.select(Event.text_hash, EventText.salt, EventText.text)
        .outerjoin(EventText, EventText.event_id == Event.id)
        .where(Event.organization_id == organization_id, Event.text_hash.is_not(None))
        .execution_options(yield_per=500)
    )
    changed = erased = 0
    for expected, salt, text in rows:
        if text is None:
            erased += 1
        elif hashlib.sha256((salt + text).encode()).hexdigest() != expected:
            changed += 1
    return changed, erased

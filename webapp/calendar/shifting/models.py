"""What one tap on several posts came to."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from webapp import times
from webapp.db import Base, pk, ref


class Shift(Base):
    """`moved`: {"post", "before" (an instant, or nothing), "after", "version" (of the post afterwards), "asked",
    "cleared" (it had every yes), "undone", "waits" (after that)}, one for each that moved. `left`: {"post", "why"} for
    each that did not, with a key of `moving.WHY`."""

    __tablename__ = "shifts"

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    person_id: Mapped[uuid.UUID] = ref("people.id")
    at: Mapped[datetime] = mapped_column(default=times.now)
    moved: Mapped[list[Any]] = mapped_column(default=list)
    left: Mapped[list[Any]] = mapped_column(default=list)
    undone_at: Mapped[datetime | None]

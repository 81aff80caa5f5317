"""What one tap on several posts came to."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from webapp import times
from webapp.db import Base, pk, ref


class Bulk(Base):
    """`made`: ids of the decisions, each of which counts and is told on its own. `left`: what was not applied, as
    {"submission", "post", "why"} with a key of `approving.WHY`."""

    __tablename__ = "bulks"

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    person_id: Mapped[uuid.UUID] = ref("people.id")
    at: Mapped[datetime] = mapped_column(default=times.now)
    made: Mapped[list[str]] = mapped_column(default=list)
    left: Mapped[list[Any]] = mapped_column(default=list)
    undone_at: Mapped[datetime | None]

"""A template: everything a post said when it was kept."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from webapp import times
from webapp.db import Base, pk, ref
from webapp.people.models import Person, Region


class Template(Base):
    """Offered in its region and below; `owner_id`: to one person alone.

    `version` grows with each change of what it says; `editor`: who changed it last, its name or its words.
    `text` and `language` are the base's; `content` is the rest (`packing.py`). The channels, pictures and labels it
    names may be gone when somebody begins with it: no foreign keys.
    """

    __tablename__ = "post_templates"
    __table_args__ = (sa.Index("ix_post_templates_list", "organization_id", "updated_at"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    region_id: Mapped[uuid.UUID] = ref("regions.id")
    person_id: Mapped[uuid.UUID] = ref("people.id")
    owner_id: Mapped[uuid.UUID | None] = ref("people.id")
    editor_id: Mapped[uuid.UUID | None] = ref("people.id")
    name: Mapped[str]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    text: Mapped[str] = mapped_column(default="", deferred=True)
    language: Mapped[str] = mapped_column(default="en")
    content: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True)
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    updated_at: Mapped[datetime] = mapped_column(default=times.now)
    removed_at: Mapped[datetime | None]

    head: Mapped[str] = column_property(sa.func.substr(text, 1, 300))

    region: Mapped[Region] = relationship(lazy="joined", innerjoin=True)
    editor: Mapped[Person | None] = relationship(foreign_keys=[editor_id])
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined", innerjoin=True)

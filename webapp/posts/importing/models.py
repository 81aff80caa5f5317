"""What was imported when and by whom, and which drafts came of it: so that it can be undone."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp import times
from webapp.db import Base, pk, ref


class Import(Base):
    """A file that was taken. `digest`: SHA-256 of its text, so that the same file is noticed the second time."""

    __tablename__ = "post_imports"
    __table_args__ = (sa.Index("ix_post_imports_mine", "person_id", "organization_id", "id"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    person_id: Mapped[uuid.UUID] = ref("people.id", index=False)
    name: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(sa.String(64))
    posts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    undone_at: Mapped[datetime | None]


class Imported(Base):
    """A draft that came of an import, and its version then: whoever changes it makes it theirs."""

    __tablename__ = "imported_posts"

    post_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    import_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("post_imports.id", ondelete="CASCADE"), index=True)
    version: Mapped[int]

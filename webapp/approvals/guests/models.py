"""Reviewers outside, what they were asked about, the links that were mailed to them, and the browsers they opened."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp import times
from webapp.db import Base, pk, ref
from webapp.people.models import Person


class Guest(Base):
    """Somebody outside who is asked by one company: an address, the name they go by, the language they are written to.

    Never a person of ours: no account, no role. `erased_at`: name and address were erased on request; what they
    decided stays, said by nobody in particular.
    """

    __tablename__ = "guests"
    __table_args__ = (sa.UniqueConstraint("organization_id", "email"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    email: Mapped[str]
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    erased_at: Mapped[datetime | None]


class Invitation(Base):
    """A guest may look at one version of one post, until a date, unless it is revoked.

    `kind`: what the next mail says of it ("ask", "version", "reminder", "look" where no stage waits for them).
    `asked_at`: since when their yes is waited for. `due_at`: when the mail is to leave; None when none is. `days`: how
    long the link works after each mail. `person_id`: who invited them; None when the workflow did.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        sa.UniqueConstraint("guest_id", "revision_id"),
        sa.Index("ix_invitations_post", "post_id", "revision_id"),
        sa.Index("ix_invitations_due", "due_at"),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    region_id: Mapped[uuid.UUID] = ref("regions.id", index=False)
    guest_id: Mapped[uuid.UUID] = ref("guests.id", index=False)
    post_id: Mapped[uuid.UUID] = ref("posts.id", index=False)
    revision_id: Mapped[uuid.UUID] = ref("revisions.id", index=False)
    person_id: Mapped[uuid.UUID | None] = ref("people.id", index=False)
    kind: Mapped[str] = mapped_column(default="ask")
    days: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    asked_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    mailed_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    guest: Mapped[Guest] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person | None] = relationship(lazy="joined")

    @property
    def works(self) -> bool:
        """Whether a link opens it now."""
        ahead = self.expires_at is not None and self.expires_at > times.now()
        return ahead and self.revoked_at is None and self.guest.erased_at is None


class GuestLink(Base):
    """What one mail leads to. The mail holds a random token, this row its keyed hash and the invitations it opens.

    It has no date of its own: it works while one of its invitations does.
    """

    __tablename__ = "guest_links"

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    guest_id: Mapped[uuid.UUID] = ref("guests.id")
    token_hash: Mapped[str] = mapped_column(unique=True)
    opens: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(default=times.now, index=True)

    guest: Mapped[Guest] = relationship(lazy="joined", innerjoin=True)


class GuestSession(Base):
    """A browser in which a guest typed the code. It ends with the link it was opened with."""

    __tablename__ = "guest_sessions"

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    guest_id: Mapped[uuid.UUID] = ref("guests.id")
    link_id: Mapped[uuid.UUID] = ref("guest_links.id", index=False, cascade=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=times.now, index=True)
    ended_at: Mapped[datetime | None]

    link: Mapped[GuestLink] = relationship(lazy="joined", innerjoin=True)


class GuestAnswer(Base):
    """A form a guest sent, known by its key, so that it counts once. `made_id`: the decision or comment it became."""

    __tablename__ = "guest_answers"
    __table_args__ = (sa.UniqueConstraint("guest_id", "key"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    guest_id: Mapped[uuid.UUID] = ref("guests.id", index=False)
    key: Mapped[str]
    made_id: Mapped[uuid.UUID]
    created_at: Mapped[datetime] = mapped_column(default=times.now, index=True)

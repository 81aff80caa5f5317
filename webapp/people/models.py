"""Organizations, their regions, people and what they may do, and how they sign in."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp import times
from webapp.db import Base, pk, ref


class Organization(Base):
    """A company. `late_minutes`: a delivery later than this is held for a person (decisions.md, 15).

    `names_people`: its numbers may show people by name (off unless the company turns it on).
    """

    __tablename__ = "organizations"

    id: Mapped[uuid.UUID] = pk()
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    late_minutes: Mapped[int] = mapped_column(default=15)
    names_people: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=times.now)

    @property
    def organization_id(self) -> uuid.UUID:
        """An organization is its own scope, for events."""
        return self.id


class Region(Base):
    """An office in the tree under headquarters. `path` is `/<top>/<office>/` of ids, so that a subtree is a prefix.

    `work_days` are ISO weekdays (1 Monday); hours are `HH:MM` wall time in `zone`. Market hours are those in which
    posts reach people there (both empty: any hour); `minded` names the kinds of special days that its posts heed.
    `words` changes with every change of a word list that counts here ("": there was never one), so that the lists can
    be kept; so does `calendar` with the company's own days and wishes.
    """

    __tablename__ = "regions"
    __table_args__ = (sa.UniqueConstraint("organization_id", "parent_id", "name"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    parent_id: Mapped[uuid.UUID | None] = ref("regions.id")
    path: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    zone: Mapped[str]
    country: Mapped[str] = mapped_column(default="")
    subdivision: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    work_days: Mapped[list[Any]] = mapped_column(default=lambda: [1, 2, 3, 4, 5])
    work_start: Mapped[str] = mapped_column(default="09:00")
    work_end: Mapped[str] = mapped_column(default="17:00")
    market_start: Mapped[str] = mapped_column(default="07:00")
    market_end: Mapped[str] = mapped_column(default="22:00")
    minded: Mapped[list[str]] = mapped_column(default=lambda: ["holiday", "mourning", "trading"])
    words: Mapped[str] = mapped_column(default="")
    calendar: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(default=times.now)

    parent: Mapped["Region | None"] = relationship(remote_side="Region.id")


class Person(Base):
    """Somebody with an e-mail address, global over organizations. `email` is lower case."""

    __tablename__ = "people"

    id: Mapped[uuid.UUID] = pk()
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    zone: Mapped[str] = mapped_column(default="UTC")
    theme: Mapped[str] = mapped_column(default="system")
    shortcuts: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=times.now)


class Membership(Base):
    """A person in an organization: invited, then joined at the first sign-in, perhaps deactivated.

    `notify` is how they want to be told (`push/wishes.py` reads it); what it does not say is as we suggest.
    `stand_in_id`: who acts for them when they do not answer in time, where a workflow has such a step (no
    foreign key, so that a member has one person to join).
    """

    __tablename__ = "memberships"
    __table_args__ = (sa.UniqueConstraint("organization_id", "person_id"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    person_id: Mapped[uuid.UUID] = ref("people.id")
    title: Mapped[str] = mapped_column(default="")
    invited_at: Mapped[datetime] = mapped_column(default=times.now)
    joined_at: Mapped[datetime | None]
    deactivated_at: Mapped[datetime | None]
    notify: Mapped[dict[str, Any]] = mapped_column(default=dict)
    stand_in_id: Mapped[uuid.UUID | None]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    grants: Mapped[list["Grant"]] = relationship(back_populates="membership", cascade="all, delete-orphan")


class Role(Base):
    """A named set of permissions. `key` names a built-in one; custom roles have none."""

    __tablename__ = "roles"
    __table_args__ = (sa.UniqueConstraint("organization_id", "name"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    key: Mapped[str | None]
    name: Mapped[str]
    permissions: Mapped[list[str]] = mapped_column(default=list)


class Grant(Base):
    """A role given to a member in a region, inherited by every region below it."""

    __tablename__ = "grants"
    __table_args__ = (sa.UniqueConstraint("membership_id", "role_id", "region_id"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    membership_id: Mapped[uuid.UUID] = ref("memberships.id", cascade=True)
    role_id: Mapped[uuid.UUID] = ref("roles.id")
    region_id: Mapped[uuid.UUID] = ref("regions.id")

    membership: Mapped[Membership] = relationship(back_populates="grants")
    role: Mapped[Role] = relationship(lazy="joined", innerjoin=True)
    region: Mapped[Region] = relationship(lazy="joined", innerjoin=True)


class SignIn(Base):
    """A signed-in device. The cookie holds a random token, this row its keyed hash.

    Rotated at sign-in: the previous token works until `previous_until`, for requests under way. `fresh_at` is the last
    proof of identity on it (passkeys and passwords may only be changed soon after).
    """

    __tablename__ = "sessions"

    id: Mapped[uuid.UUID] = pk()
    person_id: Mapped[uuid.UUID] = ref("people.id")
    organization_id: Mapped[uuid.UUID | None] = ref("organizations.id")
    token_hash: Mapped[str] = mapped_column(unique=True)
    previous_hash: Mapped[str | None] = mapped_column(index=True)
    previous_until: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    fresh_at: Mapped[datetime] = mapped_column(default=times.now)
    seen_at: Mapped[datetime] = mapped_column(default=times.now)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Tries(Base):
    """How often something was tried in a span of time, such as passwords for an address; survives a restart."""

    __tablename__ = "tries"

    name: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    until: Mapped[datetime] = mapped_column(index=True)


class SignInCode(Base):
    """A 6-digit code sent by mail: ten minutes, five tries, one use.

    `purpose`: `sign-in`, `install` (shown on a device that is signed in), or `email:<person>` for somebody who moves
    to a new address.
    """

    __tablename__ = "sign_in_codes"

    id: Mapped[uuid.UUID] = pk()
    email: Mapped[str] = mapped_column(index=True)
    code_hash: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="sign-in")
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A WebAuthn credential of a person."""

    __tablename__ = "passkeys"

    id: Mapped[uuid.UUID] = pk()
    person_id: Mapped[uuid.UUID] = ref("people.id")
    credential_id: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[str]
    sign_count: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    used_at: Mapped[datetime | None]


class DeviceKey(Base):
    """The sealed key under which a device keeps its person's words. `device` is the name the browser gave itself."""

    __tablename__ = "device_keys"
    __table_args__ = (sa.UniqueConstraint("organization_id", "person_id", "device"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    person_id: Mapped[uuid.UUID] = ref("people.id")
    device: Mapped[str]
    sealed: Mapped[str] = mapped_column(default="")
    used_at: Mapped[datetime] = mapped_column(default=times.now, index=True)


class Challenge(Base):
    """A WebAuthn challenge kept on the server and spent once."""

    __tablename__ = "challenges"

    id: Mapped[uuid.UUID] = pk()
    purpose: Mapped[str]
    person_id: Mapped[uuid.UUID | None] = ref("people.id")
    challenge: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

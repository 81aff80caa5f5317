"""In which role somebody decides: one for each decision, by the roles that people hold now.

Of several: one that the stage asks for, then one that reaches the post's region, then one that may approve, then the
nearest.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from webapp import db
from webapp.db import session
from webapp.i18n import _
from webapp.people.models import Grant, Membership, Region, Role
from webapp.people.permissions import Permission


@dataclass(frozen=True)
class Held:
    """A role somebody holds, and the path of the region it was given in."""

    id: uuid.UUID
    name: str
    approves: bool
    path: str


@dataclass
class Roles:
    """Person -> roles, of one organization; who was read stays for the next page of rows."""

    organization_id: uuid.UUID
    known: dict[uuid.UUID, list[Held]] = field(default_factory=dict)

    def learn(self, people: Collection[uuid.UUID | None]) -> None:
        """Read who is not known yet, in one statement at most."""
        missing = {each for each in people if each} - self.known.keys()
        self.known |= {each: [] for each in missing}
        for row in session.execute(_held(self.organization_id, missing)) if missing else ():
            name = _(row.name) if row.key else row.name
            held = Held(row.id, name, Permission.APPROVE in row.permissions, row.path)
            self.known[row.person_id].append(held)

    def of(self, person: uuid.UUID | None, path: str, named: frozenset[uuid.UUID] = frozenset()) -> str:
        """The name of the role in which somebody acts in a region (by its path); guests are the client."""
        if person is None:
            return _("Client")
        held = self.known.get(person)
        if not held:
            return _("No role any more")
        return min(held, key=lambda each: _order(each, path, named)).name


def _order(held: Held, path: str, named: frozenset[uuid.UUID]) -> tuple[bool, bool, bool, int, str]:
    return held.id not in named, not path.startswith(held.path), not held.approves, -len(held.path), held.name


def _held(organization_id: uuid.UUID, people: Collection[uuid.UUID]) -> sa.Select[Any]:
    columns: tuple[Any, ...] = (Membership.person_id, Role.id, Role.key, Role.name, Role.permissions, Region.path)
    return (
        sa.select(*columns)
        .join(Grant, Grant.membership_id == Membership.id)
        .join(Role, Role.id == Grant.role_id)
        .join(Region, Region.id == Grant.region_id)
        .where(Membership.organization_id == organization_id, db.among(Membership.person_id, people))
    )

"""Who may what: one table of permissions and built-in roles, and the one way to ask.

Views, templates and jobs all ask an `Actor`. A permission is held in a region and every region below it.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa

from webapp.i18n import N_


class Permission(StrEnum):
    """What a role may allow, in a region and below."""

    VIEW = "view"
    WRITE = "write"
    APPROVE = "approve"
    COMMENT = "comment"
    REPLY = "reply"
    RELEASE = "release"
    PAUSE = "pause"
    CHANNELS = "channels"
    PEOPLE = "people"
    SETTINGS = "settings"
    ACTIVITY = "activity"


LABELS = {
    Permission.VIEW: N_("See posts, channels and people"),
    Permission.WRITE: N_("Write posts and send them for approval"),
    Permission.APPROVE: N_("Approve, send back and reject"),
    Permission.COMMENT: N_("Comment"),
    Permission.REPLY: N_("Answer comments and messages"),
    Permission.RELEASE: N_("Decide about held, unknown and failed posts"),
    Permission.PAUSE: N_("Pause posting and end a pause"),
    Permission.CHANNELS: N_("Connect and remove channels"),
    Permission.PEOPLE: N_("Invite people, give roles, change regions"),
    Permission.SETTINGS: N_("Change the organization's settings"),
    Permission.ACTIVITY: N_("Read and export the activity"),
}

_READ = (Permission.VIEW, Permission.COMMENT)

BUILT_IN: dict[str, tuple[str, tuple[Permission, ...]]] = {
    "administrator": (N_("Administrator"), tuple(Permission)),
    "planner": (
        N_("Planner"),
        (*_READ, Permission.WRITE, Permission.REPLY, Permission.RELEASE, Permission.PAUSE, Permission.ACTIVITY),
    ),
    "author": (N_("Author"), (*_READ, Permission.WRITE, Permission.REPLY)),
    "approver": (N_("Approver"), (*_READ, Permission.APPROVE, Permission.RELEASE, Permission.PAUSE)),
    "community": (N_("Community manager"), (*_READ, Permission.WRITE, Permission.REPLY)),
    "analyst": (N_("Analyst"), (Permission.VIEW, Permission.ACTIVITY)),
    "guest": (N_("Guest"), (Permission.VIEW,)),
}


@dataclass(frozen=True)
class Actor:
    """A person acting in one organization, as loaded for one request or job.

    `tree` and `names`: the path and the name of each region by its id.
    """

    id: uuid.UUID
    organization_id: uuid.UUID
    membership_id: uuid.UUID
    name: str
    email: str
    language: str = "en"
    zone: str = "UTC"
    theme: str = "system"
    shortcuts: bool = True
    session_id: uuid.UUID | None = None
    csrf: str = field(default="", repr=False)
    fresh: bool = False
    stale_seen: bool = False
    organization: str = ""
    tree: dict[uuid.UUID, str] = field(default_factory=dict, repr=False)
    grants: tuple[tuple[str, frozenset[str]], ...] = ()
    names: dict[uuid.UUID, str] = field(default_factory=dict, repr=False)

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Flask-Login's name for the session row, never the person."""
        return str(self.session_id)

    @property
    def owner(self) -> str:
        """Whose things a device keeps: this person in this organization. Names caches, stores and keys there."""
        return f"{self.id.hex}-{self.organization_id.hex}"

    def regions(self, permission: Permission) -> frozenset[uuid.UUID]:
        """Ids of the regions in which the permission is held."""
        held = tuple(path for path, permissions in self.grants if permission in permissions)
        return frozenset(r for r, path in self.tree.items() if path.startswith(held)) if held else frozenset()

    def everywhere(self, permission: Permission) -> bool:
        """Whether the permission is held in headquarters, and so in every region."""
        return any(path.count("/") == 2 and permission in allowed for path, allowed in self.grants)

    def may(self, permission: Permission, row: Any = None) -> bool:
        """Whether the permission is held in the region of `row` (anywhere at all without one)."""
        if row is None:
            return any(permission in allowed for _, allowed in self.grants)
        region_id = row.id if row.__tablename__ == "regions" else row.region_id
        path = self.tree.get(region_id, "")
        return bool(path) and any(path.startswith(p) and permission in a for p, a in self.grants)


def scope(model: Any, actor: Actor, permission: Permission = Permission.VIEW) -> list[sa.ColumnElement[bool]]:
    """WHERE conditions that keep a list to what the person may see (or do, with another permission).

    The model has `organization_id` and `region_id` (a Region is its own region).
    """
    mine = model.organization_id == actor.organization_id
    if actor.everywhere(permission):
        return [mine]
    return [mine, _region_of(model).in_(actor.regions(permission))]


def _region_of(model: Any) -> Any:
    return model.id if model.__tablename__ == "regions" else model.region_id


@cache
def scope_by_name(model: Any, *, everywhere: bool) -> tuple[sa.ColumnElement[bool], ...]:
    """`scope` for a statement that is built once: the parameters come from `scope_values`."""
    mine = model.organization_id == sa.bindparam("scope_organization", type_=sa.Uuid())
    regions = sa.bindparam("scope_regions", type_=sa.Uuid(), expanding=True)
    return (mine,) if everywhere else (mine, _region_of(model).in_(regions))


def scope_values(actor: Actor, permission: Permission = Permission.VIEW) -> dict[str, Any]:
    """What this person fills into `scope_by_name`."""
    regions = [] if actor.everywhere(permission) else list(actor.regions(permission))
    return {"scope_organization": actor.organization_id, "scope_regions": regions}


def known(permissions: Iterable[str]) -> list[str]:
    """The permissions that exist, in the table's order; anything else is dropped."""
    wanted = set(permissions)
    return [p.value for p in Permission if p.value in wanted]

"""Who may decide where, for many submissions at once in a few queries: asked again at every send.

A stage names people, roles and permissions; of those it names, whoever may look at posts in that region counts, so that
nobody is asked about what they cannot open.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from webapp import db
from webapp.db import session
from webapp.people.models import Grant, Membership, Role
from webapp.people.permissions import Permission

from .models import Submission
from .quorum import ALL, Entitled, People
from .workflows.stages import Stage, Who

Clients = Mapping[uuid.UUID, str]
"""Guests who were asked about a version -> their addresses; of those erased: nothing."""
CLIENTS: list[Callable[[Sequence[Submission]], Mapping[uuid.UUID, Clients]]] = []
"""Who decides for the client: submission id -> guests whose invitation was not revoked."""
_NOBODY: Clients = {}
NUMBER = attrgetter("int")
"""Ids in the order of their numbers, which is that of the ids: quicker to compare."""


@dataclass(frozen=True)
class Holders:
    """Who holds what where. `held`: (region, role) -> people with that grant; `line`: region -> it and all above it,
    headquarters first; `allows`: role -> permissions."""

    line: dict[uuid.UUID, tuple[uuid.UUID, ...]]
    held: dict[tuple[uuid.UUID, uuid.UUID], People]
    allows: dict[uuid.UUID, frozenset[str]]
    _known: dict[tuple[uuid.UUID, str], People] = field(default_factory=dict, repr=False)

    def with_permission(self, region_id: uuid.UUID, permission: str) -> People:
        """Who holds a permission in a region, by a role there or above."""
        key = (region_id, permission)
        if key not in self._known:
            roles = [role for role, allowed in self.allows.items() if permission in allowed]
            self._known[key] = self._with(self.line[region_id], roles)
        return self._known[key]

    def with_role(self, region_id: uuid.UUID, role_id: uuid.UUID, where: str) -> People:
        """Who has a role in a region (or above it), or in its headquarters."""
        line = self.line[region_id]
        return self._with(line[:1] if where == "headquarters" else line, [role_id])

    def _with(self, places: Iterable[uuid.UUID], roles: Sequence[uuid.UUID]) -> People:
        return frozenset().union(*(self.held.get((place, role), ()) for place in places for role in roles))

    def named(self, region_id: uuid.UUID, who: Who, clients: Clients = _NOBODY) -> People:
        """Those a stage means, as far as they may look there."""
        if who.kind == "client":
            known = {guest: email for guest, email in clients.items() if email}
            return frozenset(guest for guest, email in known.items() if not who.what or email in who.addresses)
        seeing = self.with_permission(region_id, Permission.VIEW.value)
        if who.kind == "permission":
            return self.with_permission(region_id, who.what) & seeing
        if who.id is None:
            return frozenset()
        if who.kind == "person":
            return frozenset({who.id}) & seeing
        return self.with_role(region_id, who.id, who.where) & seeing

    def of_stage(self, region_id: uuid.UUID, stage: Stage, clients: Clients = _NOBODY) -> People:
        """Who may decide in a stage. Those who must be among them are, unless all of the others are asked for."""
        extra = () if stage.needed == ALL else stage.among
        return frozenset().union(*(self.named(region_id, who, clients) for who in (*stage.who, *extra)))


def holders(paths: Mapping[uuid.UUID, str], *, fresh: bool = True) -> Holders:
    """Who holds what in some regions, in one query. `paths`: the path of each.

    Not `fresh`: what was read in this transaction already is as good, for what is only shown.
    """
    line = {region: tuple(uuid.UUID(part) for part in path.strip("/").split("/")) for region, path in paths.items()}
    known = db.remembered("grants", dict[uuid.UUID, list[Any]])
    regions = {each for places in line.values() for each in places}
    wanted = regions if fresh else regions - known.keys()
    known |= {region: [] for region in wanted}
    for row in session.execute(_grants(), {"regions": list(wanted)}) if wanted else ():
        known[row.region_id].append(row)
    held: dict[tuple[uuid.UUID, uuid.UUID], set[uuid.UUID]] = {}
    allows: dict[uuid.UUID, frozenset[str]] = {}
    for granted_in, role_id, person_id, permissions in (row for region in regions for row in known[region]):
        held.setdefault((granted_in, role_id), set()).add(person_id)
        if role_id not in allows:
            allows[role_id] = frozenset(json.loads(permissions))
    return Holders(line, {key: frozenset(people) for key, people in held.items()}, allows)


@cache
def _grants() -> sa.Select[uuid.UUID, uuid.UUID, uuid.UUID, str]:
    """Permissions as their JSON text: hundreds of grants share a few roles, and each role is read once."""
    return (
        sa.select(Grant.region_id, Grant.role_id, Membership.person_id, sa.cast(Role.permissions, sa.Text))
        .join(Membership, Membership.id == Grant.membership_id)
        .join(Role, Role.id == Grant.role_id)
        .where(Grant.region_id.in_(sa.bindparam("regions", expanding=True)))
        .where(Membership.deactivated_at.is_(None))
    )


@dataclass(frozen=True)
class Asked:
    """Who may decide on one submission. `people[n]`: person -> for whom, in the n-th stage of its path; `among[n]`: the
    groups of which each must be among the yeses.

    `excused[n]`: who is not waited for, since somebody stands in; `spare[n]`: who adds no seat where all are needed;
    `covered[n]`: nor do these, until something is said in their name (`life/standing_in.py`).
    `guests`: who is outside the company; `erased`: of those, whose address was erased, so that only what they said
    before counts.
    """

    people: tuple[Entitled, ...]
    among: tuple[tuple[People, ...], ...]
    holders: Holders = field(repr=False)
    excused: tuple[People, ...] = ()
    spare: tuple[People, ...] = ()
    covered: tuple[People, ...] = ()
    guests: People = frozenset()
    erased: People = frozenset()


def of_all(
    submissions: Sequence[Submission], paths: Mapping[uuid.UUID, Sequence[Stage]], *, fresh: bool = True
) -> dict[uuid.UUID, Asked]:
    """Who may decide on many, in one query whatever the number (and one for clients). `paths`: the stages of each."""
    may = holders({each.region_id: each.post.region.path for each in submissions}, fresh=fresh)
    clients = _clients([each for each in submissions if any(asks_client(stage) for stage in paths[each.id])])
    return {each.id: _of(each, paths[each.id], may, clients.get(each.id, _NOBODY)) for each in submissions}


def _of(submission: Submission, path: Sequence[Stage], may: Holders, clients: Clients) -> Asked:
    region = submission.region_id
    people = tuple(dict.fromkeys(sorted(may.of_stage(region, stage, clients), key=NUMBER)) for stage in path)
    among = tuple(tuple(may.named(region, who, clients) for who in stage.among) for stage in path)
    erased = frozenset(guest for guest, email in clients.items() if not email)
    return Asked(people, among, may, guests=frozenset(clients), erased=erased)


def asks_client(stage: Stage) -> bool:
    """Whether somebody outside may decide in a stage."""
    return any(who.kind == "client" for who in (*stage.who, *stage.among))


def _clients(submissions: Sequence[Submission]) -> dict[uuid.UUID, Clients]:
    found: dict[uuid.UUID, Clients] = {}
    for tell in CLIENTS if submissions else ():
        found |= tell(submissions)
    return found

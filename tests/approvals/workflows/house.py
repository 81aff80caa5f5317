"""Workflows for tests: published as somebody wrote them, and roles made to measure."""

import uuid
from typing import Any

import sqlalchemy as sa

from tests.cast import Cast
from webapp import db
from webapp.approvals.models import Ask, Workflow, live
from webapp.approvals.workflows import choosing, versions
from webapp.db import new_id, session
from webapp.people.models import Grant, Role

from .. import house


def stage(name: str, *who: dict[str, Any], needed: str | int = "any", **more: Any) -> dict[str, Any]:
    """A stage's row; approvers of the region unless somebody is named."""
    return {
        **choosing.DEFAULT,
        "id": name.lower(),
        "name": name,
        "needed": needed,
        **({"who": list(who)} if who else {}),
        **more,
    }


def person(cast: Cast, name: str) -> dict[str, Any]:
    return {"kind": "person", "person": str(cast.people[name].id)}


def role(row: Role, where: str = "region") -> dict[str, Any]:
    return {"kind": "role", "role": str(row.id), "where": where}


def publish(cast: Cast, *stages: dict[str, Any], scope: str = "organization", owner: Any = None) -> Workflow:
    """A workflow that applies from now on, committed; the next version of it when there is one already."""
    by = cast.actor("administrator")
    current = next(
        (
            w
            for w, _draft in versions.all_of(by.organization_id)
            if w and w.scope == scope and owner in (None, w.region_id, w.label_id, w.channel_id)
        ),
        None,
    )
    draft = versions.begin(current, by) if current else versions.create(scope, owner, by, scope.title())
    draft.stages = list(stages)
    versions.publish(draft, by)
    db.commit()
    return draft


def give(cast: Cast, name: str, row: Role, region: Any) -> None:
    """A role in a region, committed."""
    member = house.membership(cast, name)
    session.add(
        Grant(organization_id=row.organization_id, membership_id=member.id, role_id=row.id, region_id=region.id)
    )
    db.commit()


def make_role(cast: Cast, name: str = "Legal", *permissions: str) -> Role:
    """A role of the company's own, committed."""
    row = Role(
        id=new_id(),
        organization_id=cast.organization.id,
        name=name,
        permissions=list(permissions or ("view", "comment")),
    )
    session.add(row)
    db.commit()
    return row


def asked(row: Any) -> dict[uuid.UUID, int]:
    """Who is asked about a submission, and at which stage."""
    session.rollback()
    query = sa.select(Ask.person_id, Ask.stage).where(Ask.submission_id == row.id, live())
    return {each.person_id: each.stage for each in session.execute(query)}

"""Which way of saying yes applies to a region: the current workflow of the nearest region, else the organization's.

The first one is made when it is needed: one approver of the region, never the author. A post under way keeps the
version it was sent with.
"""

import uuid

import sqlalchemy as sa

from webapp import db, times
from webapp.db import session
from webapp.i18n import N_, _
from webapp.people.models import Region
from webapp.people.permissions import Permission

from .models import Workflow
from .quorum import ALL, ANY, Stage

NAME = N_("Approval")
DEFAULT = {"name": NAME, "permission": Permission.APPROVE.value, "needed": ANY, "author_may": False}


def applying(region: Region) -> Workflow:
    """The workflow for posts of a region, made if there is none yet."""
    return current_for(region) or _first(region.organization_id)


def current_for(region: Region) -> Workflow | None:
    """The workflow for posts of a region, if there is one already. Writes nothing."""
    line = [uuid.UUID(part) for part in region.path.strip("/").split("/")]
    found = session.scalars(
        sa.select(Workflow).where(
            Workflow.organization_id == region.organization_id,
            Workflow.current,
            sa.or_(Workflow.region_id.is_(None), Workflow.region_id.in_(line)),
        )
    ).all()
    nearest = sorted(found, key=lambda w: line.index(w.region_id) if w.region_id else -1)
    return nearest[-1] if nearest else None


def _first(organization_id: uuid.UUID) -> Workflow:
    """The organization's first workflow; two who need it at once get the same one."""
    session.execute(
        db.insert_ignoring(
            Workflow,
            id=db.new_id(),
            organization_id=organization_id,
            name=NAME,
            version=1,
            stages=[DEFAULT],
            current=True,
            created_at=times.now(),
        )
    )
    return session.scalars(
        sa.select(Workflow).where(
            Workflow.organization_id == organization_id, Workflow.current, Workflow.region_id.is_(None)
        )
    ).one()


def stages(workflow: Workflow) -> tuple[Stage, ...]:
    """The stages of a workflow, in order."""
    return tuple(
        Stage(row["name"], row["permission"], row.get("needed", ANY), bool(row.get("author_may")))
        for row in workflow.stages
    )


def words(region: Region) -> str:
    """Where a post goes, in a sentence: "Goes to one approver of Warsaw"."""
    path = stages(current_for(region) or Workflow(stages=[DEFAULT]))
    if len(path) == 1 and path[0].needed == ANY:
        return _("Goes to one approver of %(region)s", region=region.name)
    if len(path) == 1 and path[0].needed == ALL:
        return _("Goes to every approver of %(region)s", region=region.name)
    return _("Goes to %(stages)s", stages=_(", then ").join(_(stage.name) for stage in path))

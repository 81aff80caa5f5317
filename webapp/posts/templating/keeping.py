"""The verbs of a template: kept, renamed, put away, begun with."""

import uuid
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from webapp import events, times
from webapp.db import new_id, session
from webapp.errors import Forbidden, Invalid, NotFound
from webapp.i18n import _, ngettext
from webapp.people.models import Region
from webapp.people.permissions import Actor, Permission

from .. import copies, drafts, lists
from ..models import Post
from . import packing
from .models import Template

MOST = 100
"""Templates that a region has of its own, and a person."""


def offered(actor: Actor, q: str = "") -> sa.Select[Any]:
    """Those that this person may begin with: of the regions they see and of those above, and their own."""
    query = sa.select(Template).where(*_seen(actor))
    return query.where(Template.name.icontains(q, autoescape=True)) if q else query


def _seen(actor: Actor) -> list[sa.ColumnElement[bool]]:
    below = actor.regions(Permission.VIEW)
    above = {uuid.UUID(part) for region in below for part in actor.tree[region].strip("/").split("/")}
    mine = sa.or_(Template.owner_id.is_(None), Template.owner_id == actor.id)
    here = Template.organization_id == actor.organization_id
    return [here, Template.region_id.in_(below | above), mine, Template.removed_at.is_(None)]


def find(template_id: uuid.UUID, actor: Actor) -> Template:
    """One that this person may begin with. Raises NotFound."""
    query = sa.select(Template).where(*_seen(actor), Template.id == template_id)
    row = session.scalars(query.options(sa.orm.undefer(Template.text), sa.orm.undefer(Template.content))).first()
    if row is None:
        raise NotFound
    return row


def may_change(row: Template, actor: Actor) -> bool:
    """Whether this person may rename it and put it away."""
    return row.owner_id == actor.id if row.owner_id else actor.may(Permission.WRITE, row)


def keep(post: Post, name: str, by: Actor, *, own: bool) -> Template:
    """Keep what a post says under a name, for oneself or for its region. Raises Invalid at `name`."""
    row = Template(id=new_id(), organization_id=post.organization_id, region_id=post.region_id, region=post.region)
    row.person_id, row.owner_id, row.name = by.id, by.id if own else None, name
    _free(row, name)
    _room(row)
    content = copies.of(post)
    row.text, row.language, row.content = content.text, content.language, packing.packed(content)
    session.add(row)
    session.flush()
    events.record("template.kept", row, by=by, name=name, post=post.id, own=own)
    return row


def _beside(row: Template) -> list[sa.ColumnElement[bool]]:
    """The others of the same shelf: of the region, or of the person."""
    shelf = Template.owner_id == row.owner_id if row.owner_id else Template.region_id == row.region_id
    shared = Template.owner_id.is_not(None) if row.owner_id else Template.owner_id.is_(None)
    here = Template.organization_id == row.organization_id
    return [here, shelf, shared, Template.removed_at.is_(None), Template.id != row.id]


def _free(row: Template, name: str) -> None:
    taken = session.scalars(sa.select(Template.name).where(*_beside(row)))
    if name.casefold() in {each.casefold() for each in taken}:
        raise Invalid(fields={"name": _("There is one of this name already.")})


def _room(row: Template) -> None:
    many = session.scalar(sa.select(sa.func.count()).select_from(Template).where(*_beside(row))) or 0
    if many >= MOST:
        said = ngettext(
            "There is room for %(n)s template. Delete one first.",
            "There is room for %(n)s templates. Delete one first.",
            MOST,
        )
        raise Invalid(fields={"name": said})


def rename(row: Template, name: str, by: Actor) -> None:
    """Another name. Raises Invalid, Forbidden. Nothing is written when nothing changed."""
    _allowed(row, by)
    if row.name == name:
        return
    _free(row, name)
    row.name, row.updated_at = name, times.now()
    events.record("template.renamed", row, by=by, name=name)


def remove(row: Template, by: Actor) -> None:
    """Offer it no more; posts that began with it stay. Raises Forbidden."""
    _allowed(row, by)
    row.removed_at = times.now()
    events.record("template.removed", row, by=by, name=row.name)


def _allowed(row: Template, by: Actor) -> None:
    if not may_change(row, by):
        raise Forbidden(_("Your role does not allow this here. Ask an administrator."))


def begin(row: Template, region: Region, by: Actor, *, wall: str = "") -> tuple[Post, list[str]]:
    """A draft in a region with everything the template has there, and what it could not bring, in sentences.

    Where none of its channels can be used the post goes where this person's last one went.
    """
    found = packing.unpacked(row, region, by)
    content = found.content
    if not content.forms:
        usual = lists.usual_channels(region, by)
        content = replace(content, forms=tuple(copies.Form(channel) for channel in usual))
    post = drafts.create(region, by, wall=wall, template=row.id)
    copies.fill(post, content)
    return post, found.missing

"""The verbs of a template: kept, renamed, changed, put away, begun with."""

import uuid
from dataclasses import dataclass
from dataclasses import replace as other
from typing import Any

import sqlalchemy as sa

from webapp import events, times
from webapp.db import new_id, session
from webapp.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.i18n import _, ngettext
from webapp.people.models import Region
from webapp.people.permissions import Actor, Permission

from .. import copies, drafts, lists
from ..models import Post
from . import packing
from .models import Template

MOST = 100
"""Templates that a region has of its own, and a person."""


@dataclass(frozen=True)
class Said:
    """What a template says: as its columns keep it."""

    text: str
    language: str
    content: dict[str, Any]


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


def changeable(actor: Actor) -> sa.Select[Any]:
    """Those that this person may change: their own, and of the regions where they write."""
    theirs = sa.or_(Template.owner_id == actor.id, Template.region_id.in_(actor.regions(Permission.WRITE)))
    return offered(actor).where(theirs)


_WHOLE = (sa.orm.undefer(Template.text), sa.orm.undefer(Template.content), sa.orm.joinedload(Template.editor))


def find(template_id: uuid.UUID, actor: Actor, *, lock: bool = False) -> Template:
    """One that this person may begin with; `lock` takes it alone for this transaction. Raises NotFound."""
    query = sa.select(Template).where(*_seen(actor), Template.id == template_id).options(*_WHOLE)
    if lock:
        query = query.with_for_update(of=Template).execution_options(populate_existing=True)
    row = session.scalars(query).first()
    if row is None:
        raise NotFound
    return row


def may_change(row: Template, actor: Actor) -> bool:
    """Whether this person may change it and put it away."""
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
    allowed(row, by)
    if row.name == name:
        return
    _free(row, name)
    row.name = name
    _changed(row, by)
    events.record("template.renamed", row, by=by, name=name)


def _changed(row: Template, by: Actor) -> None:
    row.updated_at, row.editor_id = times.now(), by.id


def revise(row: Template, said: Said, by: Actor, *, version: int) -> list[str]:
    """Let it say something else; answers the names of what changed. Nothing is written when nothing did.

    Raises Forbidden, and Conflict when `version` is not the newest.
    """
    changed = _put(row, said, by, version)
    if changed:
        events.record("template.edited", row, by=by, name=row.name, changed=changed, version=row.version)
    return changed


def replace(row: Template, post: Post, by: Actor, *, version: int) -> None:
    """Let it say what a post says. Raises as `revise` does."""
    content = copies.of(post)
    said = Said(content.text, content.language, packing.packed(content))
    if _put(row, said, by, version):
        events.record("template.replaced", row, by=by, name=row.name, post=post.id, version=row.version)


def _put(row: Template, said: Said, by: Actor, version: int) -> list[str]:
    allowed(row, by)
    if row.version != version:
        raise Conflict(_("This template was changed somewhere else in the meantime."))
    changed = [name for name in ("text", "language") if getattr(row, name) != getattr(said, name)]
    changed += [name for name in said.content if row.content.get(name, []) != said.content[name]]
    if changed:
        row.text, row.language, row.content = said.text, said.language, said.content
        row.version += 1
        _changed(row, by)
    return changed


def remove(row: Template, by: Actor) -> None:
    """Offer it no more; posts that began with it stay. Raises Forbidden."""
    allowed(row, by)
    row.removed_at = times.now()
    events.record("template.removed", row, by=by, name=row.name)


def allowed(row: Template, by: Actor) -> None:
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
        content = other(content, forms=tuple(copies.Form(channel) for channel in usual))
    post = drafts.create(region, by, wall=wall, template=row.id)
    copies.fill(post, content)
    return post, found.missing

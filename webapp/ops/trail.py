"""Is the trail of every organization whole? Each link of its chain is computed again, each kept text compared."""

import uuid
from collections.abc import Iterator

import sqlalchemy as sa

from webapp import db
from webapp.audit import verify
from webapp.config import Config
from webapp.db import session
from webapp.events import Seal
from webapp.people.models import Organization

from .finding import BAD, OK, Finding

TODO = "Compare it with a backup or an exported trail, and find out who can write to the database."


def examine(_config: Config) -> Iterator[Finding]:
    """A line for each organization whose trail was changed; one for all of them when none was."""
    db.read_only()
    try:
        found = {name: verify.verify(whose) for whose, name in _chains()}
    finally:
        session.remove()
    for name, each in found.items():
        if not each.whole:
            yield Finding(BAD, "Trail", f"{name}: {_damage(each)}", TODO)
    if all(each.whole for each in found.values()):
        sealed = sum(each.sealed for each in found.values())
        yield Finding(OK, "Trail", f"whole, {sealed} events are sealed")


def _chains() -> list[tuple[uuid.UUID | None, str]]:
    """Whose trails there are, with their names; None: what belongs to no organization."""
    raw = session.scalars(sa.select(Seal.chain).distinct().order_by(Seal.chain)).all()
    names = {row.id: row.name for row in session.execute(sa.select(Organization.id, Organization.name))}
    ids = [uuid.UUID(each) if each else None for each in raw]
    return [(each, f"{names.get(each, 'gone')} ({each})" if each else "the installation") for each in ids]


def _damage(found: verify.Finding) -> str:
    parts = []
    if found.broken is not None:
        parts.append(f"the chain does not fit at event {found.broken} of {found.sealed}")
    if found.changed:
        parts.append(f"{found.changed} texts were changed")
    return ", ".join(parts)

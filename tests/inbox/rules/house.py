"""Rules of the inbox for tests: one in a line, and the conversations they acted on."""

import sqlalchemy as sa

from tests.inbox.fetching.house import conversations
from webapp import db, times
from webapp.db import session
from webapp.events import Event
from webapp.inbox.canned.models import CannedReply
from webapp.inbox.models import ConversationLabel
from webapp.inbox.rules.models import InboxRule
from webapp.posts.labels.models import Label


def rule(cast, when, then, *, name="Late parcels", region=None, on=True, **more):
    """A rule that is on: `when` and `then` are conditions and actions by their keys."""
    region = region or cast.warsaw
    made = InboxRule(
        organization_id=cast.organization.id,
        region_id=region.id,
        name=name,
        place=more.pop("place", 1),
        conditions=[{"key": key, "of": [str(each) for each in of]} for key, of in when.items()],
        actions=[{"key": key, "of": [str(each) for each in of]} for key, of in then.items()],
        on_at=times.now() if on else None,
        **more,
    )
    session.add(made)
    db.commit()
    return made


def label(cast, name="Parcels"):
    made = Label(id=db.new_id(), organization_id=cast.organization.id, name=name)
    session.add(made)
    db.commit()
    return made


def canned(cast, region=None, **more):
    made = CannedReply(
        organization_id=cast.organization.id,
        region_id=(region or cast.warsaw).id,
        **{"code": "late", "title": "Late parcel", "texts": {"en": "We are looking for it."}, **more},
    )
    session.add(made)
    db.commit()
    return made


def labelled(channel):
    """Keys of the conversations that have a label."""
    has = set(session.scalars(sa.select(ConversationLabel.conversation_id)))
    return {key for key, each in conversations(channel).items() if each.id in has}


def told(kind):
    return list(session.scalars(sa.select(Event).where(Event.kind == kind).order_by(Event.id)))

"""What Pomela's inbox does by itself: one rule that is on everywhere, one of Warsaw that is still to be tried, and what
a reply there needs a yes for."""

import sqlalchemy as sa

from webapp.channels.models import Channel
from webapp.db import session
from webapp.inbox.approval import guards
from webapp.inbox.canned.models import CannedReply
from webapp.inbox.rules import keeping
from webapp.people.models import Region
from webapp.people.permissions import Actor
from webapp.posts.labels.models import Label


def write(by: Actor) -> None:
    """Both, once people, labels and canned replies are there."""
    ours = sa.select(Region).where(Region.organization_id == by.organization_id)
    top = session.scalars(ours.where(Region.parent_id.is_(None))).one()
    warsaw = session.scalars(ours.where(Region.name == "Warsaw")).one()
    canned = session.scalars(sa.select(CannedReply).where(CannedReply.region_id == top.id)).first()
    label = session.scalars(sa.select(Label).order_by(Label.name)).first()
    assert canned
    assert label
    praise = keeping.Values(
        "Thank who praises",
        [{"key": "words", "of": ["love*", "great", "brawo", "najlepsz*", "ótim*"]}],
        [{"key": "suggest", "of": [str(canned.id)]}],
        every=True,
    )
    keeping.switch_on(keeping.create(top, praise, by), by, 1)
    shops = keeping.Values(
        "Where to buy",
        [{"key": "words", "of": ["gdzie kupi*", "sklep*", "dostępn*"]}, {"key": "question", "of": []}],
        [{"key": "label", "of": [str(label.id)]}],
        every=False,
    )
    keeping.create(warsaw, shops, by)


def guard(region: Region, channel: Channel, by: Actor) -> None:
    """Every reply on a channel waits for a yes, as do risky words in its region."""
    guards.keep(region, [str(channel.id)], [], by, risk=True)

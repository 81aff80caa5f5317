"""Posts of headquarters that regions adapt, for the tests of adapting."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tests.cast import Cast
from tests.posts import make
from webapp import db
from webapp.db import session
from webapp.events import Event
from webapp.people.models import Region
from webapp.posts.adapting import asking, keeping, passages
from webapp.posts.adapting.asking import Handing
from webapp.posts.adapting.models import Adaptation
from webapp.posts.models import Post

CLAIM = "Now with less sugar."
LINK = "https://pomela.example/less"
TEXT = f"A new taste for autumn.\n{CLAIM} Read why: {LINK}"


def master(cast: Cast, text: str = TEXT, **more: Any) -> Post:
    """A post of headquarters for tomorrow, 18:30 in London, committed."""
    top = cast.headquarters
    given = {"wall": "2031-06-02T18:30", "zone": top.zone, "planned_at": None, "language": "en", **more}
    channels = given.pop("channels", None)
    row = make.post(cast, channels if channels is not None else [make.channel(cast, top)], text, by="planner", **given)
    row.region_id = top.id
    db.commit()
    return row


def hand(cast: Cast, post: Post, *regions: Any, by: str = "planner", **locks: Any) -> int:
    """Hand it on, committed; locks the claim unless told otherwise."""
    locks.setdefault("passages", [CLAIM])
    post = stored(post)
    here = [session.get_one(Region, region.id) for region in regions]
    told = asking.hand_on(post, Handing(regions=here, **locks), cast.actor(by))
    db.commit()
    return told


def asked(cast: Cast, *, text: str = TEXT, region: Any = None, **locks: Any) -> Adaptation:
    """What Warsaw was asked to adapt; its site feed is there."""
    region = region or cast.warsaw
    make.channel(cast, region)
    post = master(cast, text)
    hand(cast, post, region, **locks)
    return of(post, region)


def of(post: Post, region: Any) -> Adaptation:
    """A region's adaptation as it is stored now."""
    key = sa.inspect(post).identity[0]
    return _whole(Adaptation.master_id == key, Adaptation.region_id == region.id)


def again(row: Adaptation) -> Adaptation:
    """As it is stored now."""
    return _whole(Adaptation.id == sa.inspect(row).identity[0])


def _whole(*where: Any) -> Adaptation:
    """A picture of the row and its post, whatever the session does later."""
    session.expunge_all()
    session.rollback()
    post = joinedload(Adaptation.post)
    parts = (post.joinedload(Post.variants), post.joinedload(Post.media), post.joinedload(Post.labels))
    query = sa.select(Adaptation).where(*where).options(*parts, post.joinedload(Post.campaign))
    found = session.scalars(query).unique().one()
    session.expunge_all()
    return found


def stored(post: Post) -> Post:
    """In the session, as it is stored now."""
    session.expunge_all()
    session.rollback()
    return session.get_one(Post, sa.inspect(post).identity[0])


def stored_master(row: Adaptation) -> Post:
    """The post of headquarters, as it is stored now."""
    session.expunge_all()
    session.rollback()
    return session.get_one(Post, row.master_id)


def rewrite(row: Adaptation | Post, text: str) -> Post:
    """Another text, as if it had been saved, whatever is locked; committed."""
    post = stored(row.post if isinstance(row, Adaptation) else row)
    post.text = text
    post.version += 1
    db.commit()
    return post


def all_of(model: Any) -> list[Any]:
    session.rollback()
    return list(session.scalars(sa.select(model)))


def event(kind: str, subject_id: Any) -> Event:
    """The last event of a kind about something."""
    query = sa.select(Event).where(Event.kind == kind, Event.subject_id == subject_id).order_by(Event.id.desc())
    found = session.scalars(query).first()
    assert found
    return found


def form(post: Post, **more: Any) -> dict[str, Any]:
    """What the composer sends."""
    base = {"version": str(post.version), "region": str(post.region_id), "language": post.language, "text": post.text}
    slot = {"when": "slot", "date": post.wall[:10], "time": post.wall[11:]}
    rows = {}
    for variant in post.variants:
        rows |= {f"own-{variant.channel_id}": "base", f"pics-{variant.channel_id}": "base"}
    return {**base, **slot, "channels": [str(v.channel_id) for v in post.variants], **rows, **more}


def token(words: str) -> str:
    return passages.token(words)


def standing(row: Adaptation) -> keeping.Standing:
    found = keeping.of(stored(again(row).post))
    assert found
    return found


def text(answer: Any) -> str:
    return answer.get_data(as_text=True)

"""What waits for somebody who goes away: told to the page of their absence."""

from collections import Counter

import sqlalchemy as sa

from webapp import times
from webapp.approvals.models import NEVER, Ask, Submission
from webapp.db import session
from webapp.people.absence.choosing import Waiting
from webapp.people.models import Membership, Region
from webapp.posts.models import Post


def of(member: Membership) -> Waiting:
    """How many posts wait for a member, the first slot, and who wrote or sent them."""
    query = (
        sa.select(Ask.sort_at, Region.zone, Post.author_id, Submission.person_id)
        .join(Submission, Submission.id == Ask.submission_id)
        .join(Post, Post.id == Submission.post_id)
        .join(Region, Region.id == Ask.region_id)
        .where(
            Ask.person_id == member.person_id,
            Ask.organization_id == member.organization_id,
            Ask.sort_at > times.now(),
            Submission.asks_over.is_(False),
            Post.deleted_at.is_(None),
        )
        .order_by(Ask.sort_at)
        .limit(500)
    )
    rows = session.execute(query).all()
    authors = Counter(author for row in rows for author in {row.author_id, row.person_id})
    first = next((row for row in rows if row.sort_at < NEVER), None)
    return Waiting(len(rows), first.sort_at if first else None, first.zone if first else "", authors)

"""Posts sent for approval, for the tests of the nod."""

from typing import Any

import sqlalchemy as sa

from tests.cast import Cast
from tests.posts import make
from webapp import db
from webapp.approvals import decisions, submission
from webapp.approvals.models import Decision, Submission
from webapp.db import session
from webapp.events import Event
from webapp.people.models import Grant, Membership
from webapp.posts.models import Post


def waiting(cast: Cast, by: str = "author", text: str = "Hello", channels: Any = None, **more: Any) -> Submission:
    """A post of Warsaw that was sent for approval, committed."""
    post = make.post(cast, channels or [make.channel(cast)], text, by=by, **more)
    return send(cast, post, by)


def send(cast: Cast, post: Post, by: str = "author") -> Submission:
    """Send the working copy, committed. What is answered is a picture of the row, whatever the session does later."""
    made = submission.submit(post, cast.actor(by))
    db.commit()
    session.expunge_all()
    return made


def rewrite(cast: Cast, post: Post, text: str) -> Submission:
    """The author changes the text and sends it again."""
    post = session.get_one(Post, post.id)
    post.text = text
    session.flush()
    return send(cast, post)


def decide(cast: Cast, target: Submission, who: str = "approver", verdict: str = "approve", **more: Any) -> Decision:
    """A decision on the revision of a submission, committed."""
    if verdict != "approve":
        more.setdefault("comment", "Not like this")
    made = decisions.decide(stored(target), target.revision_id, verdict, cast.actor(who), **more)
    db.commit()
    return made


def stored(row: Submission) -> Submission:
    """The submission as it is in the database now."""
    session.rollback()
    return session.scalars(
        sa.select(Submission).where(Submission.id == row.id).execution_options(populate_existing=True)
    ).one()


def rows(model: Any = Decision) -> list[Any]:
    """Every row as it is in the database now."""
    session.rollback()
    return list(session.scalars(sa.select(model).order_by(model.id)).unique())


def kinds(*subjects: Any) -> list[str]:
    """Kinds of the events about these rows, in order."""
    ids = [row.id for row in subjects]
    return list(session.scalars(sa.select(Event.kind).where(Event.subject_id.in_(ids)).order_by(Event.id)))


def state(row: Submission) -> str:
    """The state that lists show of the post."""
    session.rollback()
    found = session.scalar(sa.select(Post.state).where(Post.id == row.post_id))
    assert found
    return found


def membership(cast: Cast, name: str) -> Membership:
    """Somebody's membership."""
    return session.scalars(sa.select(Membership).where(Membership.person_id == cast.people[name].id)).one()


def take_roles(cast: Cast, name: str) -> None:
    """Somebody loses every role, committed."""
    session.execute(sa.delete(Grant).where(Grant.membership_id == membership(cast, name).id))
    db.commit()


def decision_form(row: Submission, verdict: str = "approve", **more: Any) -> dict[str, Any]:
    """What the dock sends."""
    return {"decision": verdict, "revision": str(row.revision_id), **more}


def decision_url(row: Submission) -> str:
    return f"/posts/{row.post_id}/approval/decisions"

"""Moving a post. What was approved is approved for its time: the same content is asked for again, and the workflow says
whether the yeses outlive it (`approvals/life/carrying.py`). Moving never sends words that nobody sent for approval."""

from dataclasses import dataclass
from datetime import datetime

from webapp import db, events, times
from webapp.approvals import submission
from webapp.approvals.life import carrying
from webapp.approvals.models import Submission
from webapp.db import session
from webapp.errors import Conflict, Forbidden, Invalid
from webapp.i18n import _
from webapp.people.permissions import Actor
from webapp.posts import checks, drafts, lifecycle, queries, revisions
from webapp.posts.adapting import keeping
from webapp.posts.lifecycle import State
from webapp.posts.models import Post
from webapp.times import Planned

MOVABLE = (*lifecycle.UNFINISHED, State.WAITING, State.HELD, State.APPROVED, State.SCHEDULED)


@dataclass(frozen=True)
class Moved:
    """`asked`: it waits for approval again; `kept`: its yeses stood, it goes out at the new time as before. `cleared`:
    it had every yes before."""

    before: datetime | None
    asked: bool = False
    kept: bool = False
    cleared: bool = False


def unmovable(post: Post) -> str:
    """Why a post stays where it is, in a sentence; nothing when it can be moved."""
    if State(post.state) in MOVABLE:
        return ""
    if State(post.state) in (State.PUBLISHED, State.PARTLY, State.SENDING):
        return _("It went out or is going out now. A copy can go out at another time.")
    return _("A part of it failed or is unknown. Decide about that on its page first.")


def asks_again(post: Post) -> Submission | None:
    """The submission that a move would replace: open, or over because its slot passed."""
    last = submission.last_of(post)
    return last if replaces(post, last) else None


def replaces(post: Post, last: Submission | None) -> bool:
    """Whether a move replaces the newest submission of a post."""
    if last is None or not (last.ended_at is None or last.outcome == "expired"):
        return False
    return post.current_id == last.revision_id


def keeps(asked: Submission) -> bool:
    """Whether the workflow lets a yes outlive a change of time."""
    return carrying.TIME in (asked.workflow.carries or ())


def move(post: Post, planned: Planned, by: Actor, *, version: int, back: bool = False) -> Moved:
    """Another time for a post; `back`: the one from before, and with it what the move took away. Raises Conflict when
    it was saved since or has words that were not sent, Invalid for a time that is over, Forbidden for what went out."""
    db.lock(post)
    asked = _movable(post, planned, version)
    before = post.planned_at
    if before == planned.at and not post.as_soon:
        return Moved(before)
    _put(post, planned, by)
    events.record("post.moved", post, by=by, at=times.iso(planned.at), zone=planned.zone, version=post.version)
    if asked is None:
        return Moved(before)
    cleared = asked.cleared_at is not None
    made = submission.submit(post, by, back=back)
    return Moved(before, asked=made.cleared_at is None, kept=made.cleared_at is not None, cleared=cleared)


def choose(post: Post, planned: Planned, by: Actor, *, version: int) -> None:
    """A time for the working copy alone, on the way back to the composer: what waits keeps its own until it is sent
    again. Raises like `move`."""
    db.lock(post)
    _changeable(post, version)
    ahead(planned)
    _put(post, planned, by)
    events.record("post.edited", post, by=by, changed=["time"], version=post.version)


def _put(post: Post, planned: Planned, by: Actor) -> None:
    post.planned_at, post.zone, post.as_soon = planned.at, planned.zone, False
    post.wall = planned.wall.isoformat(timespec="minutes")
    post.version += 1
    post.updated_at = times.now()
    post.search = queries.searchable(post)
    session.flush()
    lifecycle.project(post)
    keeping.begun(post, by)


def _changeable(post: Post, version: int) -> None:
    if post.version != version:
        raise Conflict(_("This post was saved somewhere else in the meantime."))
    refused = unmovable(post)
    if refused:
        raise Forbidden(refused)


def _movable(post: Post, planned: Planned, version: int) -> Submission | None:
    _changeable(post, version)
    asked = asks_again(post)
    if asked is not None and revisions.differs(post):
        raise Conflict(_("It has changes that were not sent. Open it and choose a time there."))
    ahead(planned)
    return asked


def ahead(planned: Planned) -> None:
    """Raise Invalid for a time that is over, or so near that nobody could say yes."""
    if planned.at <= times.now() + checks.NEAR:
        raise Invalid(fields={"time": _("This time is too near. Choose another time.")})


def copy(post: Post, planned: Planned, by: Actor) -> Post:
    """A new draft with the same content at that time."""
    ahead(planned)
    made = drafts.duplicate(post, by)
    made.planned_at, made.zone, made.wall = planned.at, planned.zone, planned.wall.isoformat(timespec="minutes")
    session.flush()
    lifecycle.project(made)
    return made

"""What approvals tell the rooms below: the state of a post, its path on its page, the ids of its story."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from webapp import times
from webapp.db import session
from webapp.people.permissions import Actor, Permission
from webapp.posts.lifecycle import NOTHING, Facts
from webapp.posts.models import Post

from . import decisions, queries, submission, tally
from .guests.models import Invitation
from .life import shown
from .life.models import Claim, Hold
from .models import Decision, Submission
from .workflows import words

NAMED = 5
"""How many of those a stage waits for are named; the rest are counted."""


def facts(post: Post, known: Facts = NOTHING) -> Facts:
    """Whether it waits, is cleared, or how it ended."""
    if known.open is not None:
        return NOTHING
    last = session.execute(_last(), {"post": post.id}).first()
    if last is None:
        return Facts()
    is_open = last.ended_at is None
    held = is_open and last.held_until is not None and last.held_until > times.now()
    cleared = is_open and last.cleared_at is not None
    return Facts(open=is_open, cleared=cleared, outcome=last.outcome or "", held=held or None)


@cache
def _last() -> sa.Select[datetime | None, datetime | None, str | None, datetime | None]:
    query = sa.select(Submission.ended_at, Submission.cleared_at, Submission.outcome, Submission.held_until)
    return query.where(Submission.post_id == sa.bindparam("post")).order_by(Submission.id.desc()).limit(1)


def path_words(post: Post, _actor: Actor) -> str:
    """Where the post goes when it is sent."""
    return words.of(post)


def story(post: Post) -> Iterable[uuid.UUID]:
    """Ids of what is about its approval, whose events belong to the story of the post."""
    for model in (Submission, Decision, Hold, Claim, Invitation):
        yield from session.scalars(sa.select(model.id).where(model.post_id == post.id))


def panel(post: Post, actor: Actor) -> dict[str, Any] | None:
    """The path: each stage of the last submission, whose yes it has and on whom it waits."""
    last = submission.last_of(post)
    if last is None:
        return None
    counted = tally.of(last)
    life = shown.context(counted, actor)
    return {"template": "approvals/_path.html", **path(counted), "may_withdraw": _may(last, actor), "life": life}


def _may(last: Submission, actor: Actor) -> bool:
    return last.ended_at is None and actor.may(Permission.WRITE, last)


def path(counted: tally.Tally) -> dict[str, Any]:
    """Stages with names, and every decision that stands, oldest first."""
    open_stages = [each for each in counted.standings if not each.passed]
    waits = shown.names(counted, NAMED)
    return {
        "stages": [(stage, *who) for stage, who in zip(open_stages, waits, strict=True)],
        "decided": counted.decisions,
        "way": words.way(counted.submission),
        "carried": shown.carried_from(counted.decisions),
        "zone": counted.submission.post.region.zone,
        "reason_words": decisions.REASONS,
        "submission": counted.submission,
    }


def button(post: Post, actor: Actor) -> dict[str, Any] | None:
    """The way from the post to its card, for those who are asked and those who approve there."""
    last = submission.open_of(post)
    if last is None or last.cleared_at is not None:
        return None
    if not (actor.may(Permission.APPROVE, post) or queries.is_asked(actor, last)):
        return None
    if last.deadline is not None and last.deadline <= times.now():
        return None
    return {"template": "approvals/_button.html"}

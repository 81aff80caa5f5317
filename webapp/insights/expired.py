"""Slots that passed without the yes they needed: how many, and where each post was waiting."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from webapp.approvals import summary
from webapp.approvals.models import Submission
from webapp.db import session
from webapp.people.models import Region
from webapp.posts.lifecycle import STATES, Look, State
from webapp.posts.models import Post

from .frame import Frame
from .stages import Stages

LISTED = 50


@dataclass(frozen=True)
class Missed:
    """A missed slot. `stage`: where the post was waiting. `state`: what the post is now."""

    post_id: uuid.UUID
    region_id: uuid.UUID
    line: str
    language: str
    at: datetime
    zone: str
    stage: str
    state: Look


def counts(frame: Frame) -> tuple[Counter[uuid.UUID], int]:
    """How many in the period by region, and how many in the one before."""
    now = sa.case((Submission.ended_at >= frame.start, 1), else_=0).label("now")
    query = sa.select(Submission.region_id, now, sa.func.count().label("posts"))
    found: Counter[uuid.UUID] = Counter()
    before = 0
    for row in session.execute(query.where(*_within(frame, frame.before)).group_by(Submission.region_id, now)):
        if row.now:
            found[row.region_id] += row.posts
        else:
            before += row.posts
    return found, before


def _within(frame: Frame, since: datetime) -> list[sa.ColumnElement[bool]]:
    of_then = (Submission.ended_at >= since, Submission.ended_at < frame.end)
    return [*frame.of(Submission), Submission.outcome == sa.literal_column("'expired'"), *of_then]


def newest(frame: Frame, stages: Stages) -> list[Missed]:
    """The last of them, of posts that still are there."""
    columns: tuple[Any, ...] = (
        Submission.post_id,
        Submission.region_id,
        Submission.deadline,
        Submission.summary,
        Submission.workflow_id,
        Submission.path,
        Submission.stage,
        Post.state,
        Region.zone,
    )
    query = (
        sa.select(*columns)
        .join(Post, Post.id == Submission.post_id)
        .join(Region, Region.id == Submission.region_id)
        .where(*_within(frame, frame.start), Post.deleted_at.is_(None), Submission.deadline.is_not(None))
        .order_by(Submission.ended_at.desc(), Submission.id.desc())
        .limit(LISTED)
    )
    rows = session.execute(query).all()
    stages.learn(row.workflow_id for row in rows)
    return [_missed(row, stages) for row in rows]


def _missed(row: Any, stages: Stages) -> Missed:
    told = summary.read(row.summary)
    return Missed(
        post_id=row.post_id,
        region_id=row.region_id,
        line=told.line,
        language=told.language,
        at=row.deadline,
        zone=row.zone,
        stage=stages.place(row.workflow_id, row.path, row.stage),
        state=STATES[State(row.state)],
    )

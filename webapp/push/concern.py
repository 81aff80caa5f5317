"""Whom an event concerns: people who may still see the thing, and never the one who did it."""

import uuid
from collections.abc import Iterable

import sqlalchemy as sa

from webapp.approvals import entitled, tally
from webapp.approvals.models import Ask, Submission, live
from webapp.channels.models import Channel
from webapp.db import session
from webapp.events import Event
from webapp.people.absence.models import Absence
from webapp.people.models import Region
from webapp.people.permissions import Permission
from webapp.posts.models import Comment, Post
from webapp.publishing.models import Delivery, Pause

People = set[uuid.UUID]


def post_of(event: Event) -> Post | None:
    """The post an event speaks of: its subject, or named in its data."""
    if event.subject_type == "posts":
        return session.get(Post, event.subject_id)
    if event.subject_type == "submissions":
        asked = session.get(Submission, event.subject_id)
        return asked.post if asked else None
    named = event.data.get("post") or event.data.get("post_id")
    if named:
        return session.get(Post, uuid.UUID(str(named)))
    row = session.get(Comment, event.subject_id) if event.subject_type == "comments" else None
    return session.get(Post, row.post_id) if row else None


def approvers(event: Event) -> People:
    """Whose yes the post waits for now."""
    post = post_of(event)
    if post is None:
        return set()
    query = sa.select(Ask.person_id).join(Submission, Submission.id == Ask.submission_id)
    return set(session.scalars(query.where(Submission.post_id == post.id, live()))) - {event.person_id}


def asked(event: Event) -> People:
    """Whose yes the post waits for now; of what was passed on, only the one it was passed on to."""
    people = approvers(event)
    if event.kind == "submission.passed_on":
        return people & {uuid.UUID(str(event.data["to"]))}
    return people


def stand_in(event: Event) -> People:
    """Who is asked to stand in and has not said no; once they said yes, only of its beginning."""
    row = session.get(Absence, event.subject_id)
    if row is None or row.stands_in is None or (row.accepted_at and event.kind == "absence.changed"):
        return set()
    return {row.stands_in.id} - {event.person_id}


def away_and_keepers_of_people(event: Event) -> People:
    """Who is away, and those who manage people where they work."""
    row = session.get(Absence, event.subject_id)
    if row is None:
        return set()
    keepers = _holders(event, Permission.PEOPLE, event.region_id) if event.region_id else set()
    return (keepers | {row.person_id}) - {event.person_id}


def deciders_and_author(event: Event) -> People:
    """Whose yes is outstanding now, and the author of the post."""
    submission = session.get(Submission, event.subject_id)
    if submission is None or submission.ended_at is not None:
        return set()
    return set(tally.of(submission).waiting_for()) | author(event)


def author(event: Event) -> People:
    """The author of the post."""
    post = post_of(event)
    return _who_see(event, [post.author_id], post.region_id) if post else set()


def author_unless_done_by_them(event: Event) -> People:
    """The author of the post, when somebody else gave the last yes."""
    return author(event) - {event.person_id}


def author_of_a_no(event: Event) -> People:
    """The author, when the decision was no."""
    return author(event) - {event.person_id} if event.data.get("verdict") in ("changes", "reject") else set()


def author_and_owner(event: Event) -> People:
    """The author of the post and the person who owns the channel."""
    delivery = session.get(Delivery, event.subject_id)
    if delivery is None:
        return set()
    people = [delivery.post.author_id, delivery.channel.owner_id]
    return _who_see(event, people, delivery.region_id) or _holders(event, Permission.RELEASE, delivery.region_id)


def keepers_of_channel(event: Event) -> People:
    """The owner of the channel, and those who may connect it."""
    channel = session.get(Channel, event.subject_id)
    if channel is None:
        return set()
    keepers = _holders(event, Permission.CHANNELS, channel.region_id)
    return keepers | _who_see(event, [channel.owner_id], channel.region_id)


def releasers(event: Event) -> People:
    """Those who decide about held posts where posting was paused."""
    pause = session.get(Pause, event.subject_id)
    if pause is None:
        return set()
    return _holders(event, Permission.RELEASE, pause.region_id) - {event.person_id}


def mentioned(event: Event) -> People:
    """Those named in a comment; of what somebody outside says, the author."""
    comment = session.get(Comment, event.subject_id)
    if comment is None or comment.deleted_at:
        return set()
    if comment.guest_id is not None:
        return author(event)
    named = [uuid.UUID(person) for person in comment.mentions]
    return _who_see(event, named, comment.region_id) - {comment.person_id}


def _holders(event: Event, permission: Permission, region_id: uuid.UUID) -> People:
    region = session.get(Region, region_id)
    if region is None or region.organization_id != event.organization_id:
        return set()
    return set(entitled.holders({region_id: region.path}).with_permission(region_id, permission.value))


def _who_see(event: Event, people: Iterable[uuid.UUID | None], region_id: uuid.UUID) -> People:
    """Those of the people who are members and may see the region."""
    wanted = {person for person in people if person}
    return wanted & _holders(event, Permission.VIEW, region_id) if wanted else set()

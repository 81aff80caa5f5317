"""Whether what a notification says is still so, asked right before it is told."""

from webapp.channels.models import Channel
from webapp.db import session
from webapp.people.absence.models import Absence
from webapp.posts.models import Comment, Post
from webapp.publishing.lifecycle import TROUBLE
from webapp.publishing.models import Delivery, Pause

from .models import Notification


def always(_notification: Notification) -> bool:
    """What happened stays so."""
    return True


def still_waiting(notification: Notification) -> bool:
    """The post still waits for a yes."""
    post = session.get(Post, notification.subject_id)
    return post is not None and post.deleted_at is None and post.state == "waiting"


def still_decided(notification: Notification) -> bool:
    """The no was not taken back, and the author has not sent it again."""
    post = session.get(Post, notification.subject_id)
    return post is not None and post.deleted_at is None and post.state in ("sent_back", "rejected")


def still_cleared(notification: Notification) -> bool:
    """The yes was not taken back."""
    post = session.get(Post, notification.subject_id)
    return post is not None and post.deleted_at is None and post.state not in ("draft", "waiting", "expired")


def still_in_trouble(notification: Notification) -> bool:
    """A person still has to decide about the delivery."""
    row = session.get(Delivery, notification.subject_id)
    return row is not None and (row.state in TROUBLE or (bool(row.problem) and row.deleted_at is None))


def still_broken(notification: Notification) -> bool:
    """The channel still has to be connected again."""
    row = session.get(Channel, notification.subject_id)
    return row is not None and row.removed_at is None and row.health == "reconnect"


def still_paused(notification: Notification) -> bool:
    """The pause is on."""
    row = session.get(Pause, notification.subject_id)
    return row is not None and row.ended_at is None


def still_said(notification: Notification) -> bool:
    """The comment was not deleted."""
    row = session.get(Comment, notification.subject_id)
    return row is not None and row.deleted_at is None


def still_held(notification: Notification) -> bool:
    """The hold is on."""
    post = session.get(Post, notification.subject_id)
    return post is not None and post.deleted_at is None and post.state == "held"


def still_stands_in(notification: Notification) -> bool:
    """The absence is not over, and this person is still the one who stands in."""
    row = session.get(Absence, notification.subject_id)
    return row is not None and row.ended_at is None and row.stands_in is not None


def still_declined(notification: Notification) -> bool:
    """Nobody else was chosen meanwhile."""
    row = session.get(Absence, notification.subject_id)
    return row is not None and row.ended_at is None and row.declined_at is not None

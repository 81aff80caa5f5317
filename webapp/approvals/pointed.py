"""A no that points at a place of what was read: it is a note to the team there, so that the author sees where."""

import uuid

from webapp.i18n import _
from webapp.people.permissions import Actor
from webapp.posts.models import Post
from webapp.posts.talk import audiences, pins, places, pointing

from .decisions import REASONS
from .models import Decision


def require(token: str, post: Post, revision_id: uuid.UUID) -> None:
    """Raise Invalid when the place of a form is not in what was read."""
    if token:
        revision = pointing.revision_of(post, revision_id)
        places.read(token, pointing.content_of(post, revision), revision)


def say(made: Decision, token: str, words: str, by: Actor) -> None:
    """Say there what the no says. A yes points nowhere; the same no again says nothing new."""
    if not token or made.verdict == "approve":
        return
    revision = made.submission.revision
    said = words or ", ".join(_(REASONS[reason]) for reason in made.reasons)
    pins.add(made.submission.post, said, by, token, revision, revision.content, audiences.INTERNAL)

"""Open comments that point somewhere, drawn on one channel of a content; and marking them as solved.

They are numbered in the order they were said. What a channel does not hold any more is told in words.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from webapp import events, times
from webapp.db import session
from webapp.errors import Forbidden
from webapp.events import Actor as By
from webapp.i18n import _, number
from webapp.people.permissions import Actor, Permission

from .. import comments, revisions
from ..marking import Span
from ..models import Comment, Post, Revision
from . import places


@dataclass(frozen=True)
class Point:
    """A pin on a picture: `x` and `y` as ratios of the whole."""

    number: int
    x: float
    y: float
    where: str
    anchor: str


@dataclass(frozen=True)
class Told:
    """A comment's place in words. `number` 0: it is not drawn on this channel."""

    number: int
    words: str
    quote: str = ""
    drawn: bool = True


@dataclass
class Drawing:
    """What is drawn on one channel: `spans` on its text, `points` by asset; `told` says each place by comment id."""

    spans: list[Span] = field(default_factory=list)
    points: dict[str, list[Point]] = field(default_factory=dict)
    told: dict[Any, Told] = field(default_factory=dict)


def draw(found: Iterable[Comment], entry: revisions.Content | None) -> Drawing:
    """The open pins among these comments on one channel. Deleted and solved ones are not drawn."""
    drawing, count = Drawing(), 0
    for comment in found:
        if comment.place is None or comment.deleted_at is not None:
            continue
        if comment.solved_at is None:
            count += 1
        _one(drawing, comment, comment.place, entry, count if comment.solved_at is None else 0)
    return drawing


@dataclass(frozen=True)
class Preview:
    """A place that was just chosen: its words, or the picture with the point on it."""

    words: str
    quote: str = ""
    part: revisions.Content | None = None
    points: tuple[Point, ...] = ()


def preview(place: places.Place, content: revisions.Content) -> Preview:
    """How a chosen place is shown before anything is said about it."""
    if place["kind"] == "words":
        return Preview(_("On these words"), place["quote"])
    entry = next(e for e in content["channels"] if places.number_of(place["asset"], e))
    part = next(part for part in revisions.every_picture(entry) if part["asset"] == place["asset"])
    order, where = number(places.number_of(place["asset"], entry) or 1), places.third(place)
    point = Point(1, place["x"], place["y"], where, "place-h")
    return Preview(_("On picture %(n)s, %(where)s", n=order, where=where), "", part, (point,))


def _one(drawing: Drawing, comment: Comment, place: places.Place, entry: revisions.Content | None, count: int) -> None:
    anchor = f"c-{comment.id}"
    if place["kind"] == "words":
        span = places.span_in(place, entry) if entry else None
        if span and count:
            drawing.spans.append(Span(*span, count, anchor))
        words = _("On these words") if span else _on(place)
        drawing.told[comment.id] = Told(count, words, place["quote"], bool(span and count))
        return
    order = places.number_of(place["asset"], entry) if entry else None
    where = places.third(place)
    if order and count:
        point = Point(count, place["x"], place["y"], where, anchor)
        drawing.points.setdefault(place["asset"], []).append(point)
    words = _("On picture %(n)s, %(where)s", n=number(order), where=where) if order else _on(place)
    drawing.told[comment.id] = Told(count, words, "", bool(order and count))


def _on(place: places.Place) -> str:
    """What is not in this text any more, or was said about another channel."""
    if not place["version"]:
        return _("On the draft")
    return _("On version %(number)s", number=number(place["version"]))


def add(
    post: Post, text: str, by: By, token: str, revision: Revision | None, content: revisions.Content, audience: str
) -> Comment:
    """A comment with a place; the same person pointing there again with the same words says nothing new."""
    place = places.read(token, content, revision)
    about = revision.id if revision else None
    for known in comments.of_post(post, audience=audience):
        if (known.person_id, known.revision_id, known.place, known.text) == (by.id, about, place, text):
            return known
    return comments.add(post, text, by, about, audience=audience, place=place)


def solve(comment: Comment, by: Actor, solved: bool = True) -> None:
    """Say that it is done, or that it is not. Those who write the post may, and who said it. Twice is once."""
    if comment.person_id != by.id and not by.may(Permission.WRITE, comment):
        raise Forbidden(_("Only those who write this post, and who said it, can mark it as solved."))
    if (comment.solved_at is not None) == solved or comment.deleted_at is not None:
        return
    comment.solved_at, comment.solved_by_id = (times.now(), by.id) if solved else (None, None)
    session.flush()
    kind = "comment.solved" if solved else "comment.reopened"
    events.record(kind, comment, by=by, post=comment.post_id, audience=comment.audience)

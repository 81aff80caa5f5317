"""What the approval card shows: exactly what will go out, what is new to this person, and what they may do."""

from datetime import datetime
from typing import Any

from webapp import db, networks
from webapp.people.permissions import Actor, Permission
from webapp.posts import checks, desk, difference, preview, revisions
from webapp.posts.models import Revision
from webapp.posts.talk import sides

from . import decisions, eligibility, facts, queries, tally
from .life import shown
from .models import Submission
from .runs import Run

COMMENTS = 2


def context(submission: Submission, actor: Actor, run: Run, channel: str = "", left: int = 0) -> dict[str, Any]:
    """Everything the card reads. `left`: how many posts wait for this person, this one among them."""
    post, revision = submission.post, submission.revision
    content = revision.content
    entry = _chosen(content, channel)
    base = queries.last_read_before(actor.id, revision)
    change = difference.difference(base.content, content) if base else None
    report, counted = checks.of_revision(revision, post, actor), tally.of(submission, fresh=False)
    return {
        "post": post,
        "submission": submission,
        "revision": revision,
        "content": content,
        "entry": entry,
        "networks": {each["network"]: networks.network(each["network"]) for each in content["channels"]},
        "slot": slot(content, actor),
        "preview": preview.of(entry, change),
        "base": base,
        "change": change,
        "pieces": change.text(entry["channel"]) if change else (),
        "report": report,
        "paused": any(check.key == "pause" for check in report.open),
        "reason": eligibility.may_decide(counted, actor),
        "path": facts.path(counted),
        "life": shown.context(counted, actor),
        "run": run,
        "left": left,
        "key": db.new_id().hex,
        "reasons": decisions.REASONS,
        "may_write": actor.may(Permission.WRITE, post),
        **sides.context(post, actor, content, entry, COMMENTS),
    }


def slot(content: revisions.Content, actor: Actor) -> desk.Slot:
    """When it goes out, there and for the reader."""
    if content["as_soon"]:
        return desk.Slot(soon=True)
    return desk.moment(datetime.fromisoformat(content["instant"]), content["zone"], actor)


def _chosen(content: revisions.Content, channel: str) -> revisions.Content:
    """The channel that is asked for, else the first."""
    entries = content["channels"]
    chosen: revisions.Content = next((each for each in entries if each["channel"] == channel), entries[0])
    return chosen


def conflict(submission: Submission, read: Revision, actor: Actor, run: Run) -> dict[str, Any]:
    """What changed while this person read: from the revision they decided on to the one that is asked about now."""
    made = context(submission, actor, run)
    change = difference.difference(read.content, submission.revision.content)
    return {**made, "read": read, "change": change, "before": slot(read.content, actor), "texts": _alike(change)}


def _alike(change: difference.Difference) -> list[tuple[list[difference.TextChange], tuple[difference.Piece, ...]]]:
    """The changed texts, each once, with the channels that carry it."""
    found: dict[tuple[difference.Piece, ...], list[difference.TextChange]] = {}
    for text in change.texts:
        found.setdefault(text.pieces, []).append(text)
    return [(channels, pieces) for pieces, channels in found.items()]

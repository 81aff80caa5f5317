"""What the page of a post shows: each channel as it will get it, what differs, comments, and the story."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from webapp import networks
from webapp.people.permissions import Actor, Permission

from . import checks, desk, difference, drafts, history, lifecycle, panels, preview, revisions
from .ideas import keeping
from .models import Post, Revision
from .talk import sides


def context(post: Post, actor: Actor, args: Mapping[str, str], older: Revision | None = None) -> dict[str, Any]:
    """Everything the page reads. What was sent for approval is shown; the working copy before that."""
    current = revisions.current(post)
    shown = older or current
    content = shown.content if shown else revisions.working_content(post)
    entry = _chosen(content, args.get("channel", ""))
    before = revisions.previous(shown) if shown else None
    changed = difference.difference(before.content, shown.content) if before and shown else None
    return {
        "post": post,
        "content": content,
        "entry": entry,
        "networks": {e["network"]: networks.network(e["network"]) for e in content["channels"]},
        "state": lifecycle.look(post),
        "slot": _slot(content, actor, post),
        "revision": shown,
        "older": older is not None and older.id != post.current_id,
        "newest": current,
        "changed": changed,
        "preview": preview.of(entry, changed),
        "pieces": changed.text(entry["channel"]) if changed and entry else (),
        "unsent": current is not None and older is None and revisions.differs(post),
        "report": checks.of_revision(shown, post, actor) if shown else checks.of_working(post, actor),
        "panels": panels.panels(post, actor),
        "actions": panels.actions(post, actor),
        "can_send": bool(panels.SUBMITTERS),
        "path": panels.path_words(post, actor),
        "may_write": actor.may(Permission.WRITE, post),
        "idea": keeping.behind(post, actor),
        "may_delete": actor.may(Permission.WRITE, post) and drafts.may_delete(post),
        "story": history.story(post),
        "revisions": revisions.all_of(post),
        **sides.context(post, actor, content, entry),
    }


def _chosen(content: revisions.Content, channel: str) -> revisions.Content | None:
    """The channel that is asked for, else the first."""
    entries = content["channels"]
    return next((e for e in entries if e["channel"] == channel), entries[0] if entries else None)


def _slot(content: revisions.Content, actor: Actor, post: Post) -> desk.Slot:
    if content["instant"] is None:
        return desk.slot(post, actor) if not content["as_soon"] else desk.Slot(soon=True)
    return desk.moment(datetime.fromisoformat(content["instant"]), content["zone"], actor)

"""What is asked for and not solved, as the author sees it while writing: every open pin with its words."""

from typing import Any

import sqlalchemy as sa

from webapp.db import session

from .. import revisions
from ..models import Comment, Post
from . import pins

MOST = 50


def context(post: Post) -> dict[str, Any]:
    """The open pins of a post and the pictures they are on. Reads: one query, none of what is already loaded."""
    where = (Comment.post_id == post.id, Comment.place.is_not(None), Comment.solved_at.is_(None))
    query = sa.select(Comment).where(*where, Comment.deleted_at.is_(None)).order_by(Comment.id).limit(MOST)
    found = list(session.scalars(query))
    content = revisions.working_content(post) if found else {"channels": []}
    merged = _all_in_one(content)
    drawing = pins.draw(found, merged)
    parts = {part["asset"]: part for part in revisions.pictures_of(merged)} if merged else {}
    return {"asked": found, "asked_pins": drawing, "asked_parts": [parts[a] for a in drawing.points if a in parts]}


def _all_in_one(content: revisions.Content) -> revisions.Content | None:
    """One entry that holds every text and picture of a content, each once: an author writes all channels at once."""
    entries = content["channels"]
    if not entries:
        return None
    texts = dict.fromkeys(revisions.text_of(entry) for entry in entries)
    pictures = {part["asset"]: part for part in revisions.pictures_in(content)}
    text = {"kind": "text", "text": "\n".join(texts)}
    return {**entries[0], "parts": [text, *pictures.values()]}

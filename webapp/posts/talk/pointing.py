"""What the screen "Point at it" shows: pictures to tap, words to choose, and the place that was chosen."""

import uuid
from collections.abc import Mapping
from typing import Any

from webapp import networks
from webapp.db import session
from webapp.errors import Invalid, NotFound
from webapp.people.permissions import Actor, Permission

from .. import revisions
from ..models import Post, Revision
from . import audiences, pins, places

WIDTH = 288
"""CSS pixels of the picture that is tapped: fixed, because a browser without scripts sends pixels, not ratios."""


def revision_of(post: Post, revision_id: uuid.UUID | None) -> Revision | None:
    """The revision that is pointed at: the named one of this post, else the newest; None for a draft."""
    if revision_id is None:
        return revisions.current(post)
    found = session.get(Revision, revision_id)
    if found is None or found.post_id != post.id:
        raise NotFound
    return found


def content_of(post: Post, revision: Revision | None) -> revisions.Content:
    """What is pointed at."""
    return revision.content if revision else revisions.working_content(post)


def entry_of(content: revisions.Content, channel: str) -> revisions.Content | None:
    """The channel that is asked for, else the first."""
    entries = content["channels"]
    return next((e for e in entries if e["channel"] == channel), entries[0] if entries else None)


def token(args: Mapping[str, str], entry: revisions.Content | None) -> str:
    """The place in a query: a token, typed words, or the pixels of a tap. Nothing when none was chosen."""
    if args.get("place"):
        return args["place"][:80]
    if entry is None:
        return ""
    if "quote" in args and args["quote"].strip():
        return places.typed(args["quote"][: places.MOST], entry)
    return next((t for part in revisions.every_picture(entry) if (t := _tap(args, part))), "")


def height(part: revisions.Content) -> int:
    """CSS pixels of a picture that is tapped."""
    return max(1, round(WIDTH * (part.get("height") or 1) / (part.get("width") or 1)))


def _tap(args: Mapping[str, str], part: revisions.Content) -> str:
    """A tap on this picture. The corner is what a keyboard sends, so it is none."""
    x, y = (_pixels(args.get(f"{part['asset']}.{axis}", "")) for axis in ("x", "y"))
    if not x and not y:
        return ""
    return places.picture_token(part["asset"], x / WIDTH, y / height(part))


def _pixels(raw: str) -> int:
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 6 else 0


def context(
    post: Post, actor: Actor, revision: Revision | None, chosen: str, channel: str, form: Any = None
) -> dict[str, Any]:
    """Everything the screen reads. Raises Invalid when the chosen place is none."""
    content = content_of(post, revision)
    place = places.read(chosen, content, revision) if chosen else None
    entry = entry_of(content, place["channel"] if place and place["kind"] == "words" else channel)
    return {
        "post": post,
        "revision": revision,
        "content": content,
        "entry": entry,
        "networks": {each["network"]: networks.network(each["network"]) for each in content["channels"]},
        "pictures": [(part, height(part), places.thirds(part["asset"])) for part in _shown(entry)],
        "quotes": places.quotes(entry) if entry else [],
        "width": WIDTH,
        "place": place,
        "token": chosen,
        "preview": pins.preview(place, content) if place else None,
        "audiences": audiences.offered(post) if actor.may(Permission.COMMENT, post) else (),
        "readers": audiences.readers(post),
        "form": form,
    }


def chosen(token: str, revision: Revision) -> dict[str, Any]:
    """A place that another form carries along: its token and how it is shown; nothing for one that is not there."""
    try:
        place = places.read(token, revision.content, revision) if token else None
    except Invalid:
        place = None
    return {"place": token if place else "", "preview": pins.preview(place, revision.content) if place else None}


def _shown(entry: revisions.Content | None) -> list[revisions.Content]:
    """Pictures that can be looked at."""
    return [part for part in revisions.every_picture(entry) if part.get("key")] if entry else []

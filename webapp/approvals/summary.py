"""What the queue shows of a revision, made once at submission: a list never opens what it lists."""

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from webapp.assets.models import Rendition
from webapp.db import session
from webapp.posts import checks, queries, revisions
from webapp.posts.models import Revision

PASSING = ("time", "pause", "link-new")


@dataclass(frozen=True)
class Summary:
    """First line and its language, zone of the slot, channel ids, thumbnail key (or ""), keys of open checks.

    `worst` is the level of the first of them. What is true for a moment only (the time, a pause, a link that nobody has
    looked at yet) is left out.
    """

    line: str = ""
    language: str = "en"
    zone: str = "UTC"
    channels: tuple[str, ...] = ()
    thumb: str = ""
    checks: tuple[str, ...] = ()
    worst: str = "warn"

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return {**vars(self), "channels": list(self.channels), "checks": list(self.checks)}


def read(stored: dict[str, Any]) -> Summary:
    """From what was stored."""
    named = Summary.__dataclass_fields__
    known: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in stored.items() if n in named}
    return Summary(**known)


def of(revision: Revision, report: checks.Report) -> Summary:
    """The summary of a revision that was just frozen."""
    content, lasting = revision.content, [c for c in report.open if c.key not in PASSING]
    texts = [revisions.text_of(entry) for entry in content["channels"]]
    return Summary(
        line=next((line for text in texts if (line := queries.first_line(text))), ""),
        language=content["language"],
        zone=content["zone"],
        channels=tuple(entry["channel"] for entry in content["channels"]),
        thumb=_thumb(content),
        checks=tuple(dict.fromkeys(check.key for check in lasting)),
        worst=lasting[0].level if lasting else "warn",
    )


def _thumb(content: dict[str, Any]) -> str:
    first = next(revisions.pictures_in(content), None)
    if first is None:
        return ""
    query = sa.select(Rendition.key).where(Rendition.asset_id == uuid.UUID(first["asset"]), Rendition.kind == "thumb")
    return session.scalar(query.limit(1)) or ""

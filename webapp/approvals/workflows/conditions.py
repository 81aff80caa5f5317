"""What sends a post to a stage: one readable list of rules. A company's conditions are rows read by it.

A condition is {"key": rule, "of": [what it is about]}, any one of a stage's conditions sends a post there. A new rule
is one function and one line in `RULES`.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from webapp import networks, times
from webapp.db import session
from webapp.i18n import N_, _
from webapp.people.models import Region
from webapp.posts import queries, revisions, wordlists
from webapp.posts.adapting import keeping
from webapp.posts.models import Post

Condition = Mapping[str, Any]
Names = Sequence[str]


@dataclass
class Matter:
    """A post and what would go out of it, as the rules look at it."""

    post: Post
    content: revisions.Content

    @cached_property
    def networks(self) -> dict[str, str]:
        """Keys and names of where it goes."""
        return {e["network"]: networks.network(e["network"]).label for e in self.content["channels"]}

    @cached_property
    def labels(self) -> dict[str, str]:
        return {str(label.id): label.name for label in self.post.labels}

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Every text that goes out, each once."""
        return tuple(dict.fromkeys(text for entry in self.content["channels"] for text in revisions.texts_of(entry)))

    def listed(self, kind: str) -> list[str]:
        """Its words that are on a list of its region, in its language."""
        post = self.post
        found = (word for text in self.texts for word in wordlists.found(text, post.language, post.region, kind))
        return list(dict.fromkeys(found))

    def said_before(self, words: str) -> bool:
        """Whether another post with these words went out."""
        post = self.post
        gone = sa.select(Post.id).where(Post.organization_id == post.organization_id, Post.sent_on > 0)
        gone = gone.where(Post.id != post.id, Post.search.contains(queries.folded(words), autoescape=True))
        return session.scalar(gone.limit(1)) is not None

    @cached_property
    def first_of_author(self) -> bool:
        """Whether nothing of its author has gone out yet."""
        post = self.post
        gone = sa.select(Post.id).where(
            Post.author_id == post.author_id,
            Post.organization_id == post.organization_id,
            Post.id != post.id,
            Post.sent_on > 0,
        )
        return session.scalar(gone.limit(1)) is None


def of_working(post: Post) -> Matter:
    """The working copy as it is now."""
    return Matter(post, revisions.working_content(post))


Holds = Callable[[Matter, Sequence[str]], Names | None]
"""Given a post and what the condition is about: names for its words, or None when it does not hold."""


def _some(found: Mapping[str, str], of: Sequence[str]) -> Names | None:
    return [name for key, name in found.items() if key in of] or None


def _network(matter: Matter, of: Sequence[str]) -> Names | None:
    return _some(matter.networks, of)


def _region(matter: Matter, of: Sequence[str]) -> Names | None:
    line = [uuid.UUID(part) for part in matter.post.region.path.strip("/").split("/")]
    hit = next((region for region in reversed(line) if str(region) in of), None)
    return [session.get_one(Region, hit).name] if hit else None


def _label(matter: Matter, of: Sequence[str]) -> Names | None:
    return _some(matter.labels, of)


def _campaign(matter: Matter, of: Sequence[str]) -> Names | None:
    campaign = matter.post.campaign
    return [campaign.name] if campaign and (not of or str(campaign.id) in of) else None


def _paid(matter: Matter, _of: Sequence[str]) -> Names | None:
    return () if matter.post.paid else None


def _words(matter: Matter, _of: Sequence[str]) -> Names | None:
    """Risky words of its region and language."""
    return matter.listed(wordlists.RISK) or None


def _claim(matter: Matter, _of: Sequence[str]) -> Names | None:
    """A claim of the region's list that no post of the organization went out with before."""
    return [claim for claim in matter.listed(wordlists.CLAIM) if not matter.said_before(claim)] or None


def _original(matter: Matter, _of: Sequence[str]) -> Names | None:
    """Headquarters changed the text after the region adapted or translated it, and that was not taken over."""
    standing = keeping.of(matter.post)
    return () if standing is not None and standing.basis.text != standing.newest.text else None


def _first_post(matter: Matter, _of: Sequence[str]) -> Names | None:
    return () if matter.first_of_author else None


def _off_hours(matter: Matter, _of: Sequence[str]) -> Names | None:
    """Its slot is outside the working days and hours of its region; "as soon as approved" is not."""
    post, region = matter.post, matter.post.region
    if post.as_soon or post.planned_at is None:
        return None
    at = times.local(post.planned_at, region.zone)
    inside = region.work_start <= at.strftime("%H:%M") < region.work_end
    return None if at.isoweekday() in region.work_days and inside else ()


@dataclass(frozen=True)
class Rule:
    """`label`: in the list of the editor; `because`: in words on the card, with %(names)s; `of`: what it chooses from,
    if anything; `needs`: whether at least one must be chosen."""

    label: str
    because: str
    holds: Holds
    of: str = ""
    needs: bool = True


RULES: dict[str, Rule] = {
    "network": Rule(N_("It goes to a network"), N_("it goes to %(names)s"), _network, "networks"),
    "region": Rule(N_("It belongs to a region"), N_("it belongs to %(names)s"), _region, "regions"),
    "label": Rule(N_("It has a label"), N_("its label is %(names)s"), _label, "labels"),
    "campaign": Rule(N_("It is part of a campaign"), N_("its campaign is %(names)s"), _campaign, "campaigns", False),
    "paid": Rule(N_("It is paid"), N_("it is paid"), _paid),
    "words": Rule(N_("It has a risky word"), N_("it says “%(names)s”"), _words),
    "claim": Rule(N_("It has a claim that has not gone out before"), N_("it claims “%(names)s”"), _claim),
    "original": Rule(
        N_("Headquarters changed the text after it was translated"),
        N_("headquarters changed the text after it was translated"),
        _original,
    ),
    "first_post": Rule(N_("It is the first post of its author"), N_("nothing of its author went out yet"), _first_post),
    "off_hours": Rule(
        N_("It goes out outside working hours"), N_("it goes out outside working hours of its region"), _off_hours
    ),
}
ALWAYS, OTHERWISE = "always", "otherwise"
"""Why a stage without conditions applies; and the first one, when no stage would."""


def why(conditions: Sequence[Condition], matter: Matter) -> dict[str, Any] | None:
    """The first condition that holds, as {"key", "names"} to be kept; None when none does."""
    if not conditions:
        return {"key": ALWAYS}
    for each in conditions:
        rule = RULES.get(each["key"])
        names = rule.holds(matter, [str(one) for one in each.get("of") or ()]) if rule else None
        if names is not None:
            return {"key": each["key"], "names": list(names)}
    return None


def because(kept: Mapping[str, Any]) -> str:
    """What was kept, in words for after "because"; nothing for a stage that always applies."""
    rule = RULES.get(kept.get("key", ""))
    return _(rule.because, names=", ".join(kept.get("names") or ())) if rule else ""

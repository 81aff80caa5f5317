"""Approve from the notification: when it may be offered, and the token that is good for it once.

It may be offered when the person asked for it, may decide now, no check is open (there are no risk classes yet; an open
check is what stands for risk), and the notification shows everything: one text that fits whole, the same on every
channel, and at most one picture, on devices that show it. The token is bound to person, device, revision and its hash,
and is good for ten minutes from when the device showed it.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from webapp import times
from webapp.approvals import submission, tally
from webapp.approvals.models import Submission
from webapp.assets.models import Rendition
from webapp.db import session
from webapp.i18n import _, ngettext
from webapp.people import devices as browsers
from webapp.people.permissions import Actor
from webapp.posts import checks, revisions
from webapp.posts.models import Post, Revision
from webapp.vault import fingerprint

from .models import Push, Subscription

BODY = 170
"""Characters of a post that a notification shows."""
LIFE = timedelta(minutes=10)
SHOWS_PICTURES = ({"Chrome", "Edge", "Opera", "Samsung Internet"}, {"Android", "Windows", "Linux", "ChromeOS"})


@dataclass(frozen=True)
class Card:
    """What a notification says of a post that waits, for whoever reads it. `whole`: everything of it can be shown."""

    submission: Submission
    text: str
    picture: str
    open_checks: int
    whole: bool
    asked: frozenset[uuid.UUID]

    @property
    def revision(self) -> Revision:
        return self.submission.revision

    def offered_to(self, person_id: uuid.UUID, device: str) -> bool:
        """Whether this person may approve from this kind of device (`browser|system`)."""
        if not self.whole or person_id not in self.asked:
            return False
        browser, system = browsers.parts(device)
        return not self.picture or (browser in SHOWS_PICTURES[0] and system in SHOWS_PICTURES[1])


def card(post: Post) -> Card | None:
    """The card of what is open on a post; None when nothing waits."""
    asked = submission.open_of(post)
    if asked is None or asked.cleared_at is not None:
        return None
    entries = asked.revision.content["channels"]
    texts = {revisions.text_of(entry) for entry in entries}
    pictures = [tuple(part["asset"] for part in revisions.pictures_of(entry)) for entry in entries]
    open_checks = len(checks.of_revision(asked.revision, post, None).open)
    text = revisions.text_of(entries[0]) if entries else ""
    alike = len(texts) == 1 and len(set(pictures)) == 1 and len(pictures[0]) <= 1
    alike = alike and not any(revisions.further_of(entry) for entry in entries)
    counted = tally.of(asked, fresh=False)  # it is only offered here: a decision counts anew
    here = counted.standings[counted.stage]
    return Card(
        submission=asked,
        text=text,
        picture=_picture(pictures[0][0]) if alike and pictures[0] else "",
        open_checks=open_checks,
        whole=alike and not open_checks and len(text.strip()) <= BODY,
        asked=frozenset(p for p in here.entitled if counted.own(p) is None)
        - (frozenset() if here.stage.author_may else counted.authors),
    )


def _picture(asset: str) -> str:
    query = sa.select(Rendition.key).where(Rendition.asset_id == uuid.UUID(asset), Rendition.kind == "card")
    return session.scalar(query.limit(1)) or ""


def checks_line(found: Card) -> str:
    """What the checks say, in a line."""
    if not found.open_checks:
        return _("All checks pass")
    return ngettext("%(n)s thing to check", "%(n)s things to check", found.open_checks)


def mint(purpose: str = "approve") -> tuple[str, str]:
    """A fresh token and what is stored of it; it is good for its purpose only."""
    token = secrets.token_urlsafe(24)
    return token, fingerprint(token, purpose)


def spend(token: str, by: Actor, purpose: str = "approve", life: timedelta = LIFE) -> Push | None:
    """Use a token up: the message it came with, or None when it is not (or no longer) good for this person here.

    One statement, so that of many at once one wins; in the transaction of the decision, so that both stay or none.
    """
    if not 20 <= len(token) <= 100 or not token.isascii():
        return None
    now = times.now()
    return session.scalars(
        sa.update(Push)
        .where(
            Push.approve_hash == fingerprint(token, purpose),
            Push.used_at.is_(None),
            Push.person_id == by.id,
            Push.organization_id == by.organization_id,
            Push.subscription_id.in_(_here(by)),
            sa.func.coalesce(Push.shown_at, Push.sent_at, Push.created_at) > now - life,
        )
        .values(used_at=now)
        .returning(Push)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).first()


def spent(token: str, by: Actor) -> Push | None:
    """The message of a token that this person has used up here: its answer got lost, and is given again."""
    if not 20 <= len(token) <= 100 or not token.isascii():
        return None
    mark = fingerprint(token, "approve")
    query = sa.select(Push).where(
        Push.approve_hash == mark,
        Push.used_at.is_not(None),
        Push.person_id == by.id,
        Push.subscription_id.in_(_here(by)),
    )
    return session.scalars(query).first()


def _here(by: Actor) -> sa.Select[uuid.UUID]:
    return sa.select(Subscription.id).where(Subscription.session_id == by.session_id)

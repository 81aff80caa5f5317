"""Who is told what: one table. A new notification is a line here, and words in `words.py`.

`events`: the events it is made from. `who`: whom it concerns. `wait`: seconds until the mail, in which more of the kind
come together in one. `still`: asked right before the mail, so that nobody is told what is over.
"""

from collections.abc import Callable
from dataclasses import dataclass

from webapp.events import Event
from webapp.i18n import N_

from . import concern, current
from .models import Notification


@dataclass(frozen=True)
class Kind:
    """One line of the table."""

    key: str
    label: str
    events: frozenset[str]
    who: Callable[[Event], concern.People]
    wait: int
    still: Callable[[Notification], bool]


_ALL = (
    Kind(
        "waiting",
        N_("A post waits for your yes"),
        frozenset({"post.submitted"}),
        concern.approvers,
        30,
        current.still_waiting,
    ),
    Kind(
        "sent_back",
        N_("Your post was sent back or rejected"),
        frozenset({"decision.made"}),
        concern.author_of_a_no,
        15,
        current.still_decided,
    ),
    Kind(
        "expired",
        N_("Your post was not approved in time"),
        frozenset({"submission.expired"}),
        concern.author,
        15,
        current.always,
    ),
    Kind(
        "trouble",
        N_("A post failed, is on hold, or nobody knows whether it is out"),
        frozenset({"delivery.failed", "delivery.held", "delivery.unknown", "delivery.not_deleted"}),
        concern.author_and_owner,
        20,
        current.still_in_trouble,
    ),
    Kind(
        "channel",
        N_("A channel has to be connected again"),
        frozenset({"channel.broken"}),
        concern.keepers_of_channel,
        5,
        current.still_broken,
    ),
    Kind(
        "paused",
        N_("Posting was paused"),
        frozenset({"pause.started"}),
        concern.releasers,
        5,
        current.still_paused,
    ),
    Kind(
        "mention",
        N_("Somebody mentioned you"),
        frozenset({"comment.added"}),
        concern.mentioned,
        60,
        current.still_said,
    ),
)

KINDS: dict[str, Kind] = {kind.key: kind for kind in _ALL}
EVENTS: dict[str, Kind] = {event: kind for kind in _ALL for event in kind.events}

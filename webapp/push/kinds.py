"""Who is told what: one table. A new notification is a line here, and words in `words.py`.

`events`: the events it is made from. `who`: whom it concerns. `still`: asked right before it is told, so that nobody is
told what is over. `wait`: seconds until the mail, if it goes by mail, in which more of the kind come together in one.
`way`: how it is told unless the person wishes otherwise. `urgent`: beyond the cap of an hour, and mailed when no device
confirms it. `breaks`: comes through quiet hours too, unless the person says no. `post`: leads to the post of the event.
`away`: told also to who is away and wants no messages.
"""

from collections.abc import Callable
from dataclasses import dataclass

from webapp.events import Event
from webapp.i18n import N_

from . import adapting, concern, current, nodding, talking
from .models import Notification


@dataclass(frozen=True)
class Kind:
    """One line of the table."""

    key: str
    label: str
    note: str
    events: frozenset[str]
    who: Callable[[Event], concern.People]
    still: Callable[[Notification], bool]
    wait: int
    way: str = "push"
    urgent: bool = False
    breaks: bool = False
    post: bool = False
    away: bool = False


_ASKED_ANEW = ("stage_passed", "rerouted", "moved")

_ALL = (
    Kind(
        "waiting",
        N_("Approvals"),
        N_("A post waits for your yes"),
        frozenset({"post.submitted", *(f"submission.{what}" for what in _ASKED_ANEW), "hold.ended"}),
        concern.approvers,
        current.still_waiting,
        wait=30,
        post=True,
    ),
    Kind(
        "nudged",
        N_("Reminders"),
        N_("A post still waits for your yes, or somebody asks you for it"),
        frozenset(
            {
                "submission.overdue",
                "submission.nudged",
                "submission.handed_on",
                "submission.escalated",
                "submission.passed_on",
            }
        ),
        concern.asked,
        current.still_waiting,
        wait=30,
        post=True,
    ),
    Kind(
        "soon",
        N_("Time runs out"),
        N_("Half an hour left, and no yes yet"),
        frozenset({"submission.reminded"}),
        concern.deciders_and_author,
        current.still_waiting,
        wait=5,
        urgent=True,
        breaks=True,
        post=True,
    ),
    Kind(
        "sent_back",
        N_("Sent back"),
        N_("Changes asked, or rejected"),
        frozenset({"decision.made"}),
        concern.author_of_a_no,
        current.still_decided,
        wait=15,
        post=True,
    ),
    Kind(
        "approved",
        N_("Approved"),
        N_("Your post has every yes it needs"),
        frozenset({"submission.cleared"}),
        concern.author_unless_done_by_them,
        current.still_cleared,
        wait=60,
        way="digest",
        post=True,
    ),
    Kind(
        "adapt",
        N_("Adaptations"),
        N_("Headquarters asks your region to adapt a post, or a region says no"),
        adapting.EVENTS,
        adapting.concerned,
        adapting.still,
        wait=60,
    ),
    Kind(
        "expired",
        N_("Not approved in time"),
        N_("Your post did not go out"),
        frozenset({"submission.expired"}),
        concern.author,
        current.always,
        wait=15,
        post=True,
    ),
    Kind(
        "held",
        N_("On hold"),
        N_("Your post was put on hold"),
        frozenset({"hold.begun"}),
        concern.author_unless_done_by_them,
        current.still_held,
        wait=30,
        post=True,
    ),
    Kind(
        "stand_in",
        N_("Stand-in"),
        N_("You are asked to stand in for somebody"),
        frozenset({"absence.set", "absence.changed", "absence.begun"}),
        concern.stand_in,
        current.still_stands_in,
        wait=30,
    ),
    Kind(
        "declined",
        N_("Stand-in declined"),
        N_("Somebody who is away has nobody who acts for them"),
        frozenset({"absence.declined"}),
        concern.away_and_keepers_of_people,
        current.still_declined,
        wait=30,
        away=True,
    ),
    Kind(
        "trouble",
        N_("Failures"),
        N_("Failed, on hold, or nobody knows whether it is out"),
        frozenset({"delivery.failed", "delivery.held", "delivery.unknown", "delivery.not_deleted"}),
        concern.author_and_owner,
        current.still_in_trouble,
        wait=20,
        urgent=True,
    ),
    Kind(
        "channel",
        N_("Channels"),
        N_("A channel has to be connected again"),
        frozenset({"channel.broken"}),
        concern.keepers_of_channel,
        current.still_broken,
        wait=5,
        urgent=True,
    ),
    Kind(
        "paused",
        N_("Crisis"),
        N_("Posting was paused in your regions"),
        frozenset({"pause.started"}),
        concern.releasers,
        current.still_paused,
        wait=5,
        urgent=True,
        breaks=True,
    ),
    Kind(
        "mention",
        N_("Mentions"),
        N_("Somebody names you in a comment"),
        frozenset({"comment.added"}),
        concern.mentioned,
        current.still_said,
        wait=60,
    ),
    Kind(
        "message",
        N_("Inbox"),
        N_("Something new in a conversation that is yours"),
        talking.NEW,
        talking.new_for,
        talking.still_new,
        wait=60,
    ),
    Kind(
        "late",
        N_("Late soon"),
        N_("Somebody has nearly waited too long for an answer"),
        talking.LATE,
        talking.late_for,
        talking.still_late,
        wait=30,
    ),
    Kind(
        "noted",
        N_("Notes"),
        N_("Somebody names you in an internal note of a conversation"),
        talking.NOTED,
        talking.named,
        talking.still_noted,
        wait=60,
    ),
    Kind(
        "ruled",
        N_("Rules"),
        N_("A rule of the inbox says that you should know of a conversation"),
        talking.RULED,
        talking.pointed_out_to,
        talking.still_open,
        wait=60,
    ),
    Kind(
        "reply_waits",
        N_("Replies to approve"),
        N_("A reply in a conversation waits for your yes"),
        nodding.ASKED,
        nodding.asked_of,
        nodding.still_asked,
        wait=30,
    ),
    Kind(
        "reply_decided",
        N_("Replies decided"),
        N_("A reply of yours was approved, or came back"),
        nodding.DECIDED,
        talking.writer,
        nodding.still_decided,
        wait=15,
    ),
    Kind(
        "stuck",
        N_("Replies"),
        N_("A reply of yours was not sent, or nobody knows whether it is there"),
        talking.STUCK,
        talking.writer,
        talking.still_stuck,
        wait=20,
        urgent=True,
    ),
)

TEST = Kind(
    "test",
    N_("Test"),
    N_("Asked for on the screen of notifications"),
    frozenset(),
    lambda _event: set(),
    current.always,
    wait=0,
    urgent=True,
    breaks=True,
)
"""Not in the list that people choose from."""

KINDS: dict[str, Kind] = {kind.key: kind for kind in _ALL}
EVENTS: dict[str, Kind] = {event: kind for kind in _ALL for event in kind.events}


def kind_of(key: str) -> Kind:
    """A line of the table by its key, the test included."""
    return KINDS.get(key, TEST)

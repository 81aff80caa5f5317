"""The story of a post, told from its events. Higher rooms say which of their rows belong to it, and in which words."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup, escape

from webapp.channels.models import Channel
from webapp.db import session
from webapp.events import Event, EventText
from webapp.i18n import N_, _
from webapp.people import reach

from .models import Post

MOST = 200
_CHANNELS = sa.select(Channel.id, Channel.handle)

SUBJECTS: list[Callable[[Post], Iterable[uuid.UUID]]] = []

SENTENCES: dict[str, str] = {
    "post.created": N_("%(person)s began this post"),
    "post.edited": N_("%(person)s changed it"),
    "post.duplicated": N_("%(person)s made it as a copy of another post"),
    "post.deleted": N_("%(person)s deleted it"),
    "post.restored": N_("%(person)s brought it back"),
    "post.media_added": N_("%(person)s added a picture"),
    "post.media_removed": N_("%(person)s took a picture out"),
    "post.media_moved": N_("%(person)s moved a picture"),
    "post.handed_over": N_("%(person)s handed it over"),
    "post.regions_asked": N_("%(person)s handed it to regions to adapt"),
    "post.adapted": N_("%(person)s asked this region to adapt a post of headquarters"),
    "post.adapting": N_("%(person)s began to adapt it"),
    "post.original_changed": N_("%(person)s changed the original, or what is locked in it"),
    "post.taken_over": N_("%(person)s took over what headquarters changed"),
    "post.worded": N_("%(person)s gave locked sentences the wording of this region"),
    "post.declined": N_("%(person)s declined to adapt it"),
    "post.accepted": N_("%(person)s adapts it after all"),
    "post.recalled": N_("%(person)s took it back from this region"),
    "post.filed": N_("%(person)s changed labels, campaign or paid"),
    "submission.rerouted": N_("Other stages became necessary"),
    "submission.moved": N_("%(person)s moved it to a newer workflow"),
    "post.submitted": N_("%(person)s sent it for approval"),
    "post.withdrawn": N_("%(person)s took it back from approval"),
    "submission.cleared": N_("It has every yes it needs"),
    "submission.uncleared": N_("It lost a yes that it needs"),
    "submission.superseded": N_("A newer version took its place"),
    "submission.reminded": N_("Reminded: half an hour left, no yes yet"),
    "submission.expired": N_("Its time passed without a yes. It did not go out"),
    "submission.stage_passed": N_("A stage said yes"),
    "submission.ended": N_("The approval ended"),
    "submission.overdue": N_("Nobody answered in time. Those who must act were reminded"),
    "submission.handed_on": N_("Nobody answered in time. Stand-ins may decide too"),
    "submission.escalated": N_("Nobody answered in time. It went on to the next role"),
    "submission.passed_on": N_("%(person)s asked %(other)s to decide instead"),
    "submission.nudged": N_("%(person)s nudged those who must act"),
    "decision.carried": N_("The yes of %(other)s to version %(from)s was carried to this one: %(change)s"),
    "decision.given_back": N_("The move was taken back: the yes of %(other)s to version %(from)s stands again"),
    "decision.set_aside": N_("A yes was set aside, since %(person)s put it on hold"),
    "hold.begun": N_("%(person)s put it on hold"),
    "hold.ended": N_("The hold is over. It is asked again"),
    "hold.lifted": N_("%(person)s lifted the hold. It is asked again"),
    "claim.made": N_("%(person)s said: I have it"),
    "claim.released": N_("%(person)s left it to others again"),
    "guest.invited": N_("%(person)s asked somebody outside for a look: %(other)s"),
    "guest.mailed": N_("A link was mailed to %(other)s"),
    "guest.mailed_again": N_("%(person)s had a link mailed again to %(other)s"),
    "guest.extended": N_("%(person)s let the link work longer of %(other)s"),
    "guest.entered": N_("%(person)s opened the link and typed the code"),
    "guest.revoked": N_("%(person)s revoked the link of %(other)s"),
    "post.moved": N_("%(person)s gave it a new time"),
    "decision.undone": N_("%(person)s took the decision back"),
    "decision.made": N_("%(person)s decided"),
    "delivery.scheduled": N_("It was planned for %(channel)s"),
    "delivery.started": N_("Sending to %(channel)s began"),
    "delivery.part_sent": N_("A part of it went out on %(channel)s"),
    "delivery.published": N_("It went out on %(channel)s"),
    "delivery.failed": N_("%(channel)s did not take it"),
    "delivery.unknown": N_("Whether it is on %(channel)s is not known"),
    "delivery.retried": N_("%(channel)s will be tried again"),
    "delivery.held": N_("It was held for %(channel)s"),
    "delivery.released": N_("%(person)s let it go out on %(channel)s"),
    "delivery.moved": N_("%(person)s moved it to another time"),
    "delivery.dropped": N_("%(person)s dropped it for %(channel)s"),
    "delivery.cancelled": N_("It will not go out on %(channel)s"),
    "delivery.resolved": N_("%(person)s said what became of it on %(channel)s"),
    "delivery.edited": N_("It was changed on %(channel)s"),
    "delivery.deleted": N_("It was removed from %(channel)s"),
}
VERDICTS = {
    "approve": N_("%(person)s approved"),
    "changes": N_("%(person)s asked for changes"),
    "reject": N_("%(person)s rejected it"),
}
FOR = {
    "approve": N_("%(person)s approved for %(whom)s"),
    "changes": N_("%(person)s asked for changes for %(whom)s"),
    "reject": N_("%(person)s rejected it for %(whom)s"),
}
CHANGES = {"time": N_("only the time changed"), "alt": N_("only image descriptions changed")}


@dataclass(frozen=True)
class Line:
    """One line of the story. `words` are what somebody wrote (a reason), if they still are there.

    `tapped`: when it was said on a phone without a network, if that was over a minute before.
    """

    at: datetime
    sentence: Markup
    words: str = ""
    number: int | None = None
    tapped: datetime | None = None


def story(post: Post) -> list[Line]:
    """What happened, newest first, at most 200 lines."""
    found = told(post, MOST)
    named = reach.names({each for event, _text in found for each in people(event)})
    handles = handles_of(event for event, _text in found)
    return [_line(event, text, named, handles) for event, text in found]


def told(post: Post, most: int) -> list[tuple[Event, str]]:
    """The events of a post and of what is about it, newest first, with the words that were kept apart ("" for none)."""
    ids = [post.id, *(each for tell in SUBJECTS for each in tell(post))]
    rows = session.execute(
        sa.select(Event, EventText.text)
        .outerjoin(EventText, EventText.event_id == Event.id)
        .where(Event.subject_id.in_(ids), Event.organization_id == post.organization_id)
        .order_by(Event.id.desc())
        .limit(most)
    )
    return [(event, text or "") for event, text in rows]


def handles_of(found: Iterable[Event]) -> dict[str, str]:
    """Handles of the channels that events name, by id, also of those that are gone."""
    wanted = {str(event.data["channel"]) for event in found if event.data.get("channel")}
    ids = [uuid.UUID(each) for each in wanted if len(each) == 36]
    if not ids:
        return {}
    return {str(row.id): row.handle for row in session.execute(_CHANNELS.where(Channel.id.in_(ids)))}


def people(event: Event) -> Iterable[uuid.UUID]:
    """Whoever an event names: who did it, for whom, and the other one it speaks of."""
    other = str(event.data.get("to") or event.data.get("person") or "")
    yield from (each for each in (event.person_id, event.for_id) if each)
    if len(other) == 36:
        yield uuid.UUID(other)


def _line(event: Event, text: str, names: Mapping[uuid.UUID, str], handles: dict[str, str]) -> Line:
    number = event.data.get("number")
    words = sentence(event, names, handles.get(str(event.data.get("channel")), ""))
    tapped = datetime.fromisoformat(event.data["tapped"]) if event.data.get("tapped") else None
    return Line(event.at, words, text, number if isinstance(number, int) else None, tapped)


def sentence(event: Event, names: Mapping[uuid.UUID, str], channel: str = "") -> Markup:
    """The words of an event, names set apart so that no name can bend the line. `names`: of people, by id."""
    somebody = _("Somebody")
    changes = (_(CHANGES[each]) for each in event.data.get("change") or () if each in CHANGES)
    others = [names.get(each, somebody) for each in people(event)]
    params: dict[str, Any] = {
        "kind": event.kind,
        "channel": channel or _("a channel"),
        "person": names.get(event.person_id, somebody) if event.person_id else _("Nod"),
        "whom": names.get(event.for_id, somebody) if event.for_id else somebody,
        "other": others[-1] if others else somebody,
        "from": event.data.get("from_number", ""),
        "change": ", ".join(changes),
    }
    isolated = {name: Markup("<bdi>{}</bdi>").format(value) for name, value in params.items()}
    isolated["person"] = Markup("<b>{}</b>").format(isolated["person"])
    return escape(_(_pattern(event))) % isolated


def _pattern(event: Event) -> str:
    verdict = str(event.data.get("verdict"))
    if event.kind == "decision.made" and verdict in VERDICTS:
        return FOR[verdict] if event.for_id else VERDICTS[verdict]
    if event.kind == "hold.ended" and event.person_id:
        return SENTENCES["hold.lifted"]
    return SENTENCES.get(event.kind, N_("%(person)s did something: %(kind)s"))

"""The story of a post, told from its events. Higher rooms say which of their rows belong to it, and in which words."""

import uuid
from collections.abc import Callable, Iterable
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
    "decision.undone": N_("%(person)s took the decision back"),
    "decision.made": N_("%(person)s decided"),
    "delivery.scheduled": N_("It was planned for %(channel)s"),
    "delivery.started": N_("Sending to %(channel)s began"),
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
    ids = [post.id, *(each for tell in SUBJECTS for each in tell(post))]
    rows = session.execute(
        sa.select(Event, EventText.text)
        .outerjoin(EventText, EventText.event_id == Event.id)
        .where(Event.subject_id.in_(ids), Event.organization_id == post.organization_id)
        .order_by(Event.id.desc())
        .limit(MOST)
    ).all()
    people = reach.names({event.person_id for event, _text in rows if event.person_id})
    handles = _handles({str(event.data.get("channel")) for event, _text in rows if event.data.get("channel")})
    return [_line(event, text or "", people, handles) for event, text in rows]


def _handles(ids: set[str]) -> dict[str, str]:
    """Handles of the channels that events name, by id, also of those that are gone."""
    if not ids:
        return {}
    wanted = [uuid.UUID(each) for each in ids if len(each) == 36]
    return {str(row.id): row.handle for row in session.execute(_CHANNELS.where(Channel.id.in_(wanted)))}


def _line(event: Event, text: str, people: dict[uuid.UUID, str], handles: dict[str, str]) -> Line:
    who = people.get(event.person_id, _("Somebody")) if event.person_id else _("Nod")
    number = event.data.get("number")
    told = sentence(event, who, handles.get(str(event.data.get("channel")), ""))
    tapped = datetime.fromisoformat(event.data["tapped"]) if event.data.get("tapped") else None
    return Line(event.at, told, text, number if isinstance(number, int) else None, tapped)


def sentence(event: Event, who: str, channel: str = "") -> Markup:
    """The words of an event, names set apart so that no name can bend the line."""
    pattern = SENTENCES.get(event.kind, N_("%(person)s did something: %(kind)s"))
    if event.kind == "decision.made":
        pattern = VERDICTS.get(str(event.data.get("verdict")), pattern)
    params: dict[str, Any] = {"kind": event.kind, "channel": channel or _("a channel"), "person": who}
    isolated = {name: Markup("<bdi>{}</bdi>").format(value) for name, value in params.items()}
    isolated["person"] = Markup("<b>{}</b>").format(isolated["person"])
    return escape(_(pattern)) % isolated

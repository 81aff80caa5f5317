"""Passing on: somebody else who may decide there is asked instead. Both may still decide; nothing is taken or given."""

import uuid

from webapp import events
from webapp.approvals import asking, clearance, eligibility, quorum, submission, tally
from webapp.approvals.entitled import NUMBER
from webapp.approvals.tally import Tally
from webapp.db import session
from webapp.errors import Conflict, Forbidden, Invalid
from webapp.i18n import _
from webapp.people import reach
from webapp.people.permissions import Actor
from webapp.posts.models import Post

from . import steps

MOST = 100


def others(counted: Tally, by: Actor) -> dict[uuid.UUID, str]:
    """To whom this person could pass it on: name by id."""
    return reach.names(could(counted, by)[:MOST])


def could(counted: Tally, by: Actor) -> list[uuid.UUID]:
    """The same, by id alone. Nobody where everybody is needed."""
    place = counted.place(by.id)
    if place is None or counted.standings[place].stage.needed == quorum.ALL:
        return []
    here = counted.standings[place]
    outside = counted.asked.guests
    found = (person for person in here.asked - outside if person != by.id and here.entitled[person] != by.id)
    return sorted(found, key=NUMBER)


def pass_on(post: Post, to: uuid.UUID, by: Actor) -> None:
    """Ask somebody else instead of oneself. Raises Forbidden, Conflict, Invalid for who may not decide there."""
    clearance.hold(post)
    asked = submission.open_of(post)
    if asked is None or asked.cleared_at is not None:
        raise Conflict(_("It is not waiting for approval any more."))
    counted = tally.of(asked)
    refused = eligibility.may_decide(counted, by)
    if refused:
        raise Forbidden(refused)
    if to not in others(counted, by):
        raise Invalid(fields={"to": _("Choose somebody who may decide here too.")})
    place = counted.place(by.id)
    assert place is not None
    stage = counted.standings[place].stage.index
    steps.pass_on(asked, stage, by.id, to)
    session.flush()
    events.record("submission.passed_on", asked, by=by, post=post.id, number=asked.revision.number, to=to, stage=stage)
    asking.project(tally.of(asked))

"""How new comments of a channel come, and why not at once where that could be: what its page says."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import lazyload

from webapp import links, times
from webapp.channels.models import Channel
from webapp.channels.usage import Arrival
from webapp.db import session
from webapp.i18n import _, ngettext
from webapp.inbox.fetching import settling, silence
from webapp.inbox.models import InboxCursor
from webapp.networks import network
from webapp.networks.base import Conversations
from webapp.networks.hinting import DRAFT, NONE, SCOPE, Hinting

from .models import ChannelHint
from .opening import origin, reachable

MINUTE = timedelta(minutes=1)
FINAL = (SCOPE, NONE, DRAFT)


def of(channel: Channel) -> Arrival | None:
    """Nothing where no comments come. One query."""
    there, now = network(channel.network), times.now()
    if not isinstance(there, Conversations):
        return _told() if channel.slug else None
    if channel.health != "connected":
        return Arrival(_("Not read until the channel is connected again."))
    cursor, hint = _rows(channel)
    if cursor is not None and silence.stopped(cursor, now):
        return Arrival(_("Nod looks again %(when)s.", when=times.distance(max(cursor.next_at, now + MINUTE))))
    every = max(1, round(settling.pace(there, cursor, now) / MINUTE))
    if isinstance(there, Hinting) and origin() and _on(hint):
        return Arrival(_at_once(every))
    if not isinstance(there, Hinting):
        return Arrival(_looked_for(every))
    return Arrival(_looked_for(every), _why(hint, now), _may_help(hint))


def _rows(channel: Channel) -> tuple[InboxCursor | None, ChannelHint | None]:
    query = sa.select(InboxCursor, ChannelHint).select_from(Channel).where(Channel.id == channel.id)
    query = query.outerjoin(InboxCursor, InboxCursor.channel_id == Channel.id)
    query = query.outerjoin(ChannelHint, ChannelHint.channel_id == Channel.id)
    row = session.execute(query.options(lazyload(ChannelHint.channel))).one()
    return row[0], row[1]


def _told() -> Arrival:
    """Webmentions are never asked for: other sites bring them."""
    if reachable():
        return Arrival(_("At once, when the page that links here says so (Webmention)."))
    return Arrival(_("When the page that links here says so (Webmention)."), _away())


def _on(hint: ChannelHint | None) -> bool:
    """A subscription that could not be made anew for now goes on."""
    return hint is not None and hint.token_hash is not None and hint.code not in FINAL


def _at_once(every: int) -> str:
    return ngettext("At once, and looked for every minute.", "At once, and looked for every %(n)s minutes.", every)


def _looked_for(every: int) -> str:
    return ngettext("Looked for every minute.", "Looked for every %(n)s minutes.", every)


def _may_help(hint: ChannelHint | None) -> bool:
    """Whether connecting the channel again brings the permission that it lacks."""
    return bool(origin()) and hint is not None and hint.code == SCOPE


def _why(hint: ChannelHint | None, now: datetime) -> str:
    """Why the server does not tell us."""
    if not origin():
        return _away()
    if hint is None or not hint.code:
        return _("Nod is about to ask the server to tell it at once.")
    again = times.distance(max(hint.next_at, now + MINUTE))
    said = {
        SCOPE: _("Connected before Nod could ask to be told at once. Reconnect it to allow that."),
        DRAFT: _("The server tells of news only in an older form. After its next update it may tell Nod at once."),
        NONE: _("The server does not tell Nod of news by itself."),
    }
    return said.get(hint.code) or _(
        "The server did not agree to tell Nod at once. Nod asks again %(when)s.", when=again
    )


def _away() -> str:
    address = links.url("")
    if reachable():
        return _(
            "Nobody can tell Nod at once: that needs https, and the address of Nod is %(address)s.", address=address
        )
    return _("Nobody outside can tell Nod at once: %(address)s is not reachable from there.", address=address)

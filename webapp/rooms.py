"""The rooms in their order, and what they tell each other: the one visible place (architecture.md).

Lower rooms expose lists; here the higher ones fill them. The web application and the jobs both start with
`lay_ground()` and `wire()`.
"""

from importlib import import_module
from typing import TypeVar

from flask import Flask

from .config import Config

ROOMS: tuple[str, ...] = (
    "people",
    "channels",
    "assets",
    "posts",
    "approvals",
    "publishing",
    "insights",
    "inbox",
    "calendar",
    "audit",
    "push",
    "home",
)

T = TypeVar("T")


def lay_ground(config: Config) -> None:
    """The ground floor of a process: keys, database, and the doors to the outside. Right again after a fork."""
    from . import db, links, mail, outbound, vault
    from .assets import store
    from .push import services, vapid

    vault.load(config)
    db.init(config)
    outbound.configure(config)
    store.configure(config)
    links.configure(config)
    mail.configure(config)
    vapid.configure(config)
    services.configure(config)


def open_all(app: Flask, config: Config) -> None:
    """Register each room's pages, then wire the rooms."""
    for room in ROOMS:
        app.register_blueprint(import_module(f"webapp.{room}.views").bp)
    from .home.views import TABS
    from .http import health, shell
    from .ops import readiness
    from .publishing.pause_views import band

    _add(shell.TABS, *TABS)
    _add(shell.BANDS, band)
    health.CHECKS.update(readiness.checks(config))
    health.GAUGES.update(readiness.gauges())
    wire()


def _add(to: list[T], *what: T) -> None:
    to.extend(each for each in what if each not in to)


def wire() -> None:
    """Fill the lists that lower rooms expose; calling it twice changes nothing."""
    from . import events
    from .approvals import adapted, around, beside, clearance, entitled, recount, rerouting, submission
    from .approvals import facts as asked
    from .approvals import queries as asks
    from .approvals.guests import clients, team
    from .approvals.guests.mailing import reminding
    from .approvals.life import waiting
    from .audit import erase as erasure
    from .audit import words
    from .calendar import checks as calendar_checks
    from .calendar import kept as calendar_kept
    from .calendar.series import shown as repeating
    from .calendar.slots import free as free_slots
    from .channels import connect, removal, usage
    from .home import checks as home_checks
    from .home import handover
    from .home import usage as carried
    from .inbox import deadlines
    from .inbox import recount as reply_times
    from .inbox.approval import deciding as replies
    from .inbox.approval import queue, waits
    from .inbox.canned.changes import deciding as canned_changes
    from .inbox.fetching import merging, silence
    from .inbox.hints import opening, standing
    from .inbox.listing import queries as listing
    from .inbox.replying import moving
    from .inbox.thread import named
    from .inbox.work import handover as inbox_handover
    from .inbox.work import noting
    from .people import leaving, reach
    from .people import waiting as counted
    from .people.absence import choosing
    from .posts import checks, history, lifecycle
    from .posts import handover as post_handover
    from .posts import panels as post_panels
    from .posts.adapting import asking as handing
    from .posts.adapting import hours
    from .posts.adapting import progress as regions_progress
    from .posts.adapting import shown as adapting
    from .posts.labels import filing
    from .posts.talk import audiences
    from .publishing import facts as sent
    from .publishing import queries as sent_queries
    from .publishing import schedule
    from .push import devices, notify

    _add(lifecycle.FACTS, asked.facts, sent.facts)
    _add(history.SUBJECTS, asked.story, sent.story)
    _add(checks.CHECKS, home_checks.channel_health, sent.checks)
    _add(checks.ADVICE, calendar_checks.own_days, calendar_checks.daily, home_checks.pause)
    _add(post_panels.PANELS, adapting.panel, asked.panel, team.panel, sent.panel, repeating.panel)
    _add(post_panels.ACTIONS, asked.button)
    _add(post_panels.PATH_WORDS, asked.path_words)
    _add(post_panels.SUBMITTERS, submission.submit)
    _add(beside.BESIDE, queue.part)
    counted.PARTS.update(
        posts=asks.counting, replies=replies.counting, conversations=listing.counting, pauses=sent_queries.counting
    )
    _add(handing.ON_LOCKED, adapted.on_locked)
    _add(hours.FREE, free_slots.of_region)
    _add(regions_progress.WAITS, adapted.waits)
    _add(filing.ON_CHANGED, rerouting.on_filed)
    _add(entitled.CLIENTS, clients.deciding)
    _add(reach.OUTSIDE, clients.names)
    _add(audiences.READERS, clients.readers)
    _add(around.AROUND, *sent.AROUND)
    _add(clearance.ON_CLEARED, schedule.on_cleared)
    _add(clearance.ON_UNCLEARED, schedule.on_uncleared)
    _add(usage.SOURCES, carried.fill, silence.fill)
    _add(usage.ARRIVALS, standing.of)
    _add(merging.ON_MERGED, moving.moved)
    _add(deadlines.CLOSED, calendar_kept.closed)
    _add(removal.HANDOVERS, handover.channel_removed)
    _add(leaving.HANDOVERS, connect.hand_over, post_handover.hand_over, inbox_handover.hand_over)
    _add(choosing.WAITING, waiting.of)
    words.SUBJECTS.update(named.SUBJECTS)
    _add(erasure.ALSO, noting.erase_of, waits.erase_of, canned_changes.erase_of)
    _add(events.LISTENERS, recount.on_event, reply_times.on_event, opening.on_event)
    _add(events.LISTENERS, reminding.on_event, notify.on_event, devices.on_event)

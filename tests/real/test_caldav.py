"""Feeds stored by a strict CalDAV server and read back: every event is kept, and at its right local time."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import vobject

from tests.calendar import house
from tests.real import servers
from webapp import db
from webapp.calendar.feeds import keeping

pytestmark = pytest.mark.real

WALLS = {
    "2031-03-30T01:59": "Europe/Warsaw",
    "2031-03-30T03:00": "Europe/Warsaw",
    "2031-07-01T18:30": "America/Sao_Paulo",
    "2031-04-25T12:00": "Africa/Cairo",
    "2031-10-05T03:15": "Australia/Lord_Howe",
    "2031-02-01T09:00": "Asia/Tokyo",
    "2031-01-01T00:00": "UTC",
}


@pytest.fixture
def caldav(tmp_path: Path) -> Iterator[servers.CalDav]:
    with servers.radicale(tmp_path) as server:
        yield server


def parts(text):
    """Each event of a feed as a calendar of its own with the zones, as apps store them."""
    whole = vobject.readOne(text)
    zones = {zone.tzid.value: zone for zone in whole.vtimezone_list}
    for event in whole.vevent_list:
        one = vobject.iCalendar()
        named = event.dtstart.params.get("X-VOBJ-ORIGINAL-TZID") or event.dtstart.params.get("TZID")
        for zone in named or []:
            one.add(zones[zone])
        one.add(event)
        yield event.uid.value, one.serialize()


def test_every_event_is_kept_and_read_back_at_its_wall_time(cast, clock, caldav):
    clock.at = datetime(2031, 3, 1, tzinfo=ZoneInfo("UTC"))
    wanted = {}
    for wall, zone in WALLS.items():
        text = f"Zażółć; gęślą, \\ {wall} " + "long " * 40
        wanted[f"{house.planned(cast, wall, zone, text=text).id}@nod"] = (wall, zone)
    feed = keeping.make(cast.actor("author"), None, None)
    db.commit()
    answer = cast.signed_out().get(keeping.path(feed))
    stored = dict(parts(answer.get_data(as_text=True)))
    assert stored.keys() == wanted.keys()
    for uid, text in stored.items():
        kept = caldav.ask("PUT", f"{uid}.ics", text)
        assert kept.status == 201, kept.data
    for uid, (wall, zone) in wanted.items():
        back = vobject.readOne(caldav.ask("GET", f"{uid}.ics").data.decode()).vevent
        meant = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone))
        assert back.dtstart.value.timestamp() == meant.timestamp(), (wall, zone)
        assert "Zażółć; gęślą, \\ " in back.summary.value
        if zone != "UTC":
            assert back.dtstart.value.replace(tzinfo=None).isoformat(timespec="minutes") == wall


def test_the_whole_feed_is_taken_as_one_calendar_and_found_by_its_time(cast, clock, caldav):
    clock.at = datetime(2031, 3, 1, tzinfo=ZoneInfo("UTC"))
    for wall, zone in WALLS.items():
        house.planned(cast, wall, zone)
    feed = keeping.make(cast.actor("author"), None, None)
    db.commit()
    answer = cast.signed_out().get(keeping.path(feed))
    kept = caldav.ask("PUT", body=answer.get_data(as_text=True))
    assert kept.status == 201, kept.data
    query = (
        '<?xml version="1.0"?><C:calendar-query xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop>'
        '<C:calendar-data/></prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">'
        '<C:time-range start="20310701T213000Z" end="20310701T213500Z"/></C:comp-filter></C:comp-filter></C:filter>'
        "</C:calendar-query>"
    )
    found = caldav.ask("REPORT", body=query, kind="application/xml")
    assert found.status == 207, found.data
    assert found.data.decode().count("BEGIN:VEVENT") == 1
    assert "Sao_Paulo" in found.data.decode()

"""Where a post can be found by somebody who is not us: each server's own public pages, asked without Nod."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

from tests.real.servers import BlueskyAccount, Pds, Snac, _ask
from tests.servers.nod import House, until

ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True)
class Found:
    """A post as it stands there: when that server says it was made, and how it describes the picture."""

    at: datetime
    alt: str


@dataclass(frozen=True)
class Place:
    """`look()` answers every post there that holds the words."""

    name: str
    look: Callable[[], Sequence[Found]]


def site_feed(nod: House, address: str, words: str) -> Place:
    """The Atom document."""

    def look() -> list[Found]:
        status, body = nod.get(f"{address}.atom")
        assert status == 200, body
        entries = ElementTree.fromstring(body).findall(f"{ATOM}entry")
        return [_entry(each) for each in entries if words in "".join(each.itertext())]

    return Place("site feed", look)


def _entry(entry: ElementTree.Element) -> Found:
    alt = re.search(r'alt="([^"]*)"', ElementTree.tostring(entry, "unicode").replace("&quot;", '"'))
    return Found(datetime.fromisoformat(entry.findtext(f"{ATOM}published", "")), alt[1] if alt else "")


def fediverse(server: Snac, words: str) -> Place:
    """The public outbox, as any other fediverse server reads it."""

    def look() -> list[Found]:
        outbox = f"{server.url}/{server.user}/outbox"
        body = json.loads(_ask("GET", outbox, headers={"accept": "application/activity+json"}).data)
        notes = [each["object"] for each in body["orderedItems"] if each["type"] == "Create"]
        return [_note(note) for note in notes if words in note["content"]]

    return Place("fediverse", look)


def _note(note: dict[str, object]) -> Found:
    attached = note.get("attachment") or [{}]
    assert isinstance(attached, list)
    return Found(datetime.fromisoformat(str(note["published"])), attached[0].get("name", ""))


def bluesky(server: Pds, account: BlueskyAccount, words: str) -> Place:
    """The account's repository."""

    def look() -> list[Found]:
        query = f"repo={account.did}&collection=app.bsky.feed.post"
        body = json.loads(_ask("GET", f"{server.url}/xrpc/com.atproto.repo.listRecords?{query}").data)
        return [_record(each["value"]) for each in body["records"] if words in each["value"]["text"]]

    return Place("bluesky", look)


def _record(value: dict[str, object]) -> Found:
    embed = value.get("embed", {})
    assert isinstance(embed, dict)
    return Found(datetime.fromisoformat(str(value["createdAt"])), embed.get("images", [{}])[0].get("alt", ""))


def watch(places: Sequence[Place], slot: datetime, patience: float) -> dict[str, Found]:
    """Look everywhere until the post is everywhere. Fails when one had it before its minute."""
    seen: dict[str, Found] = {}

    def look() -> bool:
        for place in places:
            if place.name not in seen and (found := place.look()):
                assert datetime.now(UTC) >= slot, f"{place.name} had it before {slot}"
                seen[place.name] = found[0]
        return len(seen) == len(places)

    until(look, f"the post at {', '.join(p.name for p in places)} after {slot}", patience)
    return seen

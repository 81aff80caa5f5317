"""A small company on a Nod that really runs, over https on loopback: somebody writes, somebody approves on the phone.

Everything is done through its pages by people without scripts, so that what is left to the browser under test is what
only a browser can do: being told, and answering from the notification.
"""

import email
import email.policy
import re
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .nod import House, house, until
from .postgres import free_port
from .visitor import ALL, Visitor

ADMINISTRATOR, AUTHOR, APPROVER = (f"{who}@pomela.example" for who in ("administrator", "author", "approver"))
ZONE = ZoneInfo("Europe/Warsaw")


@dataclass
class Newsroom:
    """The installation, its address, and the browsers of its people by their mail addresses."""

    nod: House
    base: str
    people: dict[str, Visitor] = field(default_factory=dict)

    def visitor(self) -> Visitor:
        """A browser that nobody has signed in on."""
        return Visitor(self.base, self.nod.data / "phone" / "authority.pem")

    def code(self, address: str) -> str:
        """A code for an address, as the terminal of the operator prints it."""
        return self.nod.command("code", address).stdout[:6]

    def mails(self) -> list[Any]:
        """What was mailed, oldest first."""
        files = sorted((self.nod.data / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]

    def _mailed(self, address: str, since: int) -> str:
        for mail in reversed(self.mails()[since:]):
            text = mail.get_body(("plain",))
            found = re.search(r"\b\d{6}\b", text.get_content()) if text and mail["To"] == address else None
            if found:
                return found[0]
        return ""

    def enter(self, address: str) -> Visitor:
        """Somebody signs in on a browser of their own, with the code that they are sent."""
        visitor, before = self.visitor(), len(self.mails())
        visitor.open("/sign-in")
        visitor.press("Send me a 6-digit code", email=address)
        visitor.press("Continue", code=str(until(lambda: self._mailed(address, before), f"a code for {address}", 15)))
        if "Welcome to" in visitor.page:
            visitor.press("That is right")
        return visitor

    def submit(self, text: str, hours: float = 5) -> str:
        """The author writes a post and sends it for approval; answers its path."""
        author = self.people[AUTHOR]
        author.open("/posts/new")
        author.press("Go on", text=text)
        path = author.url.removeprefix(self.base).split("?")[0].removesuffix("/edit")
        at = datetime.now(ZONE) + timedelta(hours=hours)
        author.press("Save", date=f"{at:%Y-%m-%d}", time=f"{at:%H:%M}", channels=ALL)
        author.press("Send for approval")
        assert "Sent for approval" in author.page, author.page
        return path

    def rewrite(self, path: str, text: str) -> None:
        """The author changes the words and sends it again."""
        author = self.people[AUTHOR]
        author.open(f"{path}/edit")
        author.press("Send for approval", text=text)

    def end_other_sessions(self, address: str) -> None:
        """Somebody signs out everywhere but on the browser they have here."""
        self.people[address].open("/account/devices")
        self.people[address].press("Sign out everywhere else")

    def remove_devices(self, address: str) -> None:
        """Somebody wants no more notifications on any device, and says so on the browser they have here."""
        person = self.people[address]
        person.open("/notifications")
        for path in re.findall(r'href="(/notifications/devices/[^"]+)"', person.page):
            person.open(path)
            person.press("No more notifications there")

    def later(self) -> None:
        """Two hours pass for what was told: nothing of it holds back, joins or counts against what comes now."""
        with sqlite3.connect(self.nod.data / "nod.db", timeout=10) as database:
            database.execute("UPDATE pushes SET created_at = strftime('%Y-%m-%d %H:%M:%f000', created_at, '-2 hours')")

    def calm(self) -> None:
        """No check stands in the way of a tap: not the hour or the day of this run, not many posts in a short time."""
        with sqlite3.connect(self.nod.data / "nod.db", timeout=10) as database:
            database.execute("UPDATE regions SET market_start = '', market_end = '', minded = '[]'")
            database.execute("UPDATE channels SET pace_posts = 99")

    def ask(self, query: str, *values: object) -> list[Any]:
        """Rows of the database, as it is now."""
        with sqlite3.connect(f"file:{self.nod.data / 'nod.db'}?mode=ro", uri=True, timeout=10) as database:
            return database.execute(query, values).fetchall()

    def decisions(self, path: str) -> list[tuple[str, str]]:
        """Verdict and mail name of each standing decision on a post."""
        return self.ask(
            "SELECT d.verdict, p.email FROM decisions d JOIN people p ON p.id = d.person_id "
            "WHERE replace(d.post_id, '-', '') = ? AND d.undone_at IS NULL",
            path.split("/")[2].replace("-", ""),
        )


@contextmanager
def newsroom(**settings: str) -> Iterator[Newsroom]:
    """An author, an approver who wants to approve from notifications at any hour, and a feed to write for."""
    with house(NOD_DEMO="0", **settings) as nod:
        nod.port = _two_ports()
        nod.start("phone", "--address", "127.0.0.1")
        room = Newsroom(nod, f"https://127.0.0.1:{nod.port}")
        _found(room)
        for address, role in ((AUTHOR, "Author"), (APPROVER, "Approver")):
            room.people[ADMINISTRATOR].open("/people/invitation")
            room.people[ADMINISTRATOR].press("Invite", emails=address, role=role)
            room.people[address] = room.enter(address)
        _wish(room.people[APPROVER])
        yield room


def _two_ports() -> int:
    """A free port whose neighbour is free too: `nod phone` takes both."""
    return int(str(until(_perhaps_two, "two free ports side by side")))


def _perhaps_two() -> int:
    port = free_port()
    with socket.socket() as neighbour, suppress(OSError):
        neighbour.bind(("127.0.0.1", port + 1))
        return port
    return 0


def _found(room: Newsroom) -> None:
    """The first visit, and a channel that publishes nowhere but here."""
    token = re.search(r"^ +(\S{32})$", room.nod.said, re.MULTILINE)
    assert token, room.nod.said
    first = room.people[ADMINISTRATOR] = room.visitor()
    first.open("/")
    values = {"token": token[1], "organization": "Pomela", "name": "Administrator", "email": ADMINISTRATOR}
    first.press("Set up and sign in", **values, zone="Europe/Warsaw", language="en")
    first.open("/channels/new/site")
    first.press("Connect", name="Pomela news")
    room.calm()


def _wish(approver: Visitor) -> None:
    """Quick approve, and no quiet hours, whatever the hour of the test."""
    approver.open("/notifications")
    approver.press("Save", quick="y")
    approver.open("/notifications/quiet")
    approver.press("Save", week=[], weekend=[])

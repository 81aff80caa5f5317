"""From due to handed over: deliveries by the real verbs, sent by real processes to a sink that takes 100 ms."""

import json
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from tests.servers.postgres import free_port
from webapp import db, times
from webapp.approvals import decisions, submission
from webapp.channels import connect
from webapp.channels.models import Channel
from webapp.db import session
from webapp.networks.base import Profile
from webapp.people import organizations, reach, sessions
from webapp.people.models import Membership, Organization, Person
from webapp.people.permissions import Actor
from webapp.posts import drafts
from webapp.posts.models import Post
from webapp.publishing.models import Delivery

LEAD = 25.0
"""Seconds before the first slot, for everybody to be awake."""


@dataclass
class Line:
    """One row of the table: seconds from due to arrival at the sink."""

    name: str
    late: list[float]
    early: int
    lost: int
    doubled: int
    sink_cpu: float


class Sink:
    """The stand-in network, in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.port, self.log = free_port(), folder / "sink.jsonl"
        self.process = subprocess.Popen([sys.executable, "-m", "tests.bench.sink", str(self.port), str(self.log)])

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def arrivals(self) -> list[dict[str, object]]:
        """What came to publish so far, in order."""
        if not self.log.exists():
            return []
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line]
        return [line for line in lines if str(line["path"]).startswith("POST /api/v1/statuses")]

    def cpu(self) -> float:
        """Seconds of processor time it has used."""
        used = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(used[11]) + int(used[12])) / 100

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def prepare(sink: Sink, organization_id: uuid.UUID, count: int) -> list[Post]:
    """So many submitted posts without a time of their own yet, one channel each of thirty."""
    author, approver = (_actor(organization_id, name) for name in ("author0", "approver0"))
    region = session.scalars(sa.select(Membership).where(Membership.person_id == author.id)).one().grants[0].region
    channels = [_channel(sink, n, region, author) for n in range(30)]
    db.commit()
    return [_post(n, channels[n % len(channels)], author, approver) for n in range(count)]


def _actor(organization_id: uuid.UUID, name: str) -> Actor:
    person = session.scalars(sa.select(Person).where(Person.email == f"{name}@bench.example")).one()
    found = reach.actor_for_person(person.id, organization_id)
    assert found
    return found


def _channel(sink: Sink, number: int, region, author: Actor) -> Channel:  # type: ignore[no-untyped-def]
    profile = Profile(
        remote_id=f"{sink.port}-{number}",
        handle=f"@sink{number}",
        name=f"Sink {number}",
        server=f"http://{sink.host}",
        secrets={"token": "bench", "client_id": "bench", "client_secret": "bench"},
        limits={"keyed": 1},
    )
    return connect.connect("mastodon", profile, region, author.id, author)


def _post(number: int, channel: Channel, author: Actor, approver: Actor) -> Post:
    post = drafts.create(channel.region, author, channels=[channel])
    at = times.now() + timedelta(hours=3)
    values = drafts.Values(
        text=f"Bench post number {number}",
        language="en",
        region=channel.region,
        channels={channel.id: drafts.Own()},
        planned=times.planned_from(at.replace(second=0, microsecond=0), channel.region.zone),
    )
    drafts.save(post, values, author, version=post.version)
    submission.submit(post, author)
    assert post.current_id
    decisions.decide(post, post.current_id, "approve", approver)
    db.commit()
    session.expunge_all()
    return post


def measure(name: str, sink: Sink, posts: list[Post], slots: list[datetime], patience: float) -> Line:
    """Give each cleared delivery its slot, wait until all came (or patience ends), and compare."""
    before, cpu = len(sink.arrivals()), sink.cpu()
    keys = _due(posts, slots)
    until = time.monotonic() + (max(slots) - times.now()).total_seconds() + patience
    while time.monotonic() < until and len(sink.arrivals()) - before < len(slots):
        time.sleep(0.2)
    came: dict[str, list[float]] = {}
    for line in sink.arrivals()[before:]:
        came.setdefault(str(line["key"]), []).append(float(str(line["at"])))
    late = [came[key][0] - slot.timestamp() for key, slot in keys.items() if key in came]
    return Line(
        name,
        sorted(late),
        early=sum(s < 0 for s in late),
        lost=len(keys) - len(late),
        doubled=sum(len(times_) - 1 for times_ in came.values()),
        sink_cpu=sink.cpu() - cpu,
    )


def _due(posts: list[Post], slots: list[datetime]) -> dict[str, datetime]:
    """Only the instant is set here, below a minute: what people type has no seconds. Clearance and hash stay true."""
    keys = {}
    for post, slot in zip(posts, slots, strict=True):
        row = session.scalars(sa.select(Delivery).where(Delivery.post_id == post.id)).unique().one()
        row.planned_at = row.due_at = slot
        keys[row.key] = slot
    db.commit()
    return keys


def spread(count: int, seconds: float) -> list[datetime]:
    """So many instants, evenly over a while that begins soon; 0 seconds: all at one instant."""
    first = times.now() + timedelta(seconds=LEAD)
    return [first + timedelta(seconds=seconds * n / count) for n in range(count)]


__all__ = ["Line", "Organization", "Sink", "measure", "organizations", "prepare", "sessions", "spread"]

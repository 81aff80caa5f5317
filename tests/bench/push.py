"""Push: how many messages a second one process hands over, and how long it takes from an event to a thousand people.

The sink is a process of its own behind TLS, with three services of three ports. Subscriptions have fresh keys each.
`python -m tests.bench.push` measures this alone.
"""

import base64
import gc
import json
import os
import platform
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.conftest import config_for
from tests.servers import postgres
from tests.servers.postgres import free_port
from webapp import db, outbound, rooms, times, vault
from webapp.approvals import submission
from webapp.approvals.models import Recount, Submission
from webapp.config import Config
from webapp.db import session
from webapp.events import Pending
from webapp.migrations import run as migrations
from webapp.outbound import many
from webapp.people import organizations, sessions
from webapp.people.models import Membership, Organization, SignIn
from webapp.posts.models import Post
from webapp.push import planning, sending
from webapp.push.models import Notification, Push, Subscription
from webapp.vault import fingerprint

from . import company, installation
from .table import Table

DEVICES = int(os.environ.get("NOD_BENCH_DEVICES", "500"))
EACH = int(os.environ.get("NOD_BENCH_EACH", "20"))
PEOPLE = int(os.environ.get("NOD_BENCH_PEOPLE", "1000"))
TIMES = 5


class Service:
    """The sink: three services under one certificate, in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.pair, self.log = folder / "pair.pem", folder / "push.log"
        _certificate(self.pair)
        self.ports = [free_port() for _n in range(3)]
        command = [sys.executable, "-m", "tests.bench.push_sink", str(self.pair), str(self.log)]
        self.process = subprocess.Popen([*command, *map(str, self.ports)])
        while not Path(f"{self.log}.ready").exists():
            time.sleep(0.05)

    @property
    def hosts(self) -> list[str]:
        return [f"127.0.0.1:{port}" for port in self.ports]

    def arrivals(self) -> list[tuple[float, str]]:
        """When each message came since this was asked last, and to which path."""
        self.log.unlink(missing_ok=True)
        self.process.send_signal(signal.SIGUSR1)
        while not self.log.exists():
            time.sleep(0.02)
        return [(float(at), path) for at, path, _size in map(str.split, self.log.read_text().splitlines())]

    def cpu(self) -> float:
        """Seconds of processor time it has used."""
        used = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(used[11]) + int(used[12])) / 100

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def _certificate(path: Path) -> None:
    """A certificate for loopback and its key, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "push")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))


@contextmanager
def _trusting(pair: Path) -> Iterator[None]:
    """The sink's certificate is believed, by this process and those it starts."""
    before = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = str(pair)
    many.forget()
    try:
        yield
    finally:
        os.environ.pop("SSL_CERT_FILE")
        if before is not None:
            os.environ["SSL_CERT_FILE"] = before
        many.forget()


def device(person_id: uuid.UUID, organization_id: uuid.UUID, host: str) -> tuple[dict[str, object], dict[str, object]]:
    """A sign-in and its subscription, with keys of its own."""
    sign_in, row, now = db.new_id(), db.new_id(), times.now()
    point = (
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    keys = [f"https://{host}/push/{row.hex}", *map(_b64, (point, os.urandom(16)))]
    times_ = {"created_at": now, "fresh_at": now, "seen_at": now, "expires_at": now + sessions.LIFE}
    return (
        {
            "id": sign_in,
            "person_id": person_id,
            "organization_id": organization_id,
            "token_hash": sign_in.hex,
            **times_,
        },
        {
            "id": row,
            "person_id": person_id,
            "session_id": sign_in,
            "endpoint_hash": fingerprint(keys[0], "push"),
            "sealed": vault.vault().seal(json.dumps(keys), f"push:{row}"),
            "service": host,
        },
    )


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def subscribe(organization_id: uuid.UUID, people: list[uuid.UUID], hosts: list[str]) -> list[uuid.UUID]:
    """One device each, over all services; answers the devices."""
    made = [device(person, organization_id, hosts[n % len(hosts)]) for n, person in enumerate(people)]
    session.execute(sa.insert(SignIn), [sign_in for sign_in, _row in made])
    session.execute(sa.insert(Subscription), [row for _sign_in, row in made])
    _awake(people)
    db.commit()
    return [row["id"] for _sign_in, row in made]  # type: ignore[misc]


def _awake(people: list[uuid.UUID]) -> None:
    """Nobody of them has quiet hours, whatever the hour of this run."""
    never = {"quiet": {"week": [], "weekend": []}}
    session.execute(sa.update(Membership).where(Membership.person_id.in_(people)).values(notify=never))


def throughput(config: Config, service: Service, seeded: company.Company, table: Table) -> None:
    """So many messages that are due, handed over by one process."""
    people = _people(seeded.organization_id, DEVICES)
    devices = subscribe(seeded.organization_id, people, service.hosts)
    rates = []
    gc.collect()
    gc.freeze()  # as the launcher does before it forks
    for number in range(3):
        count = _due(seeded.organization_id, dict(zip(devices, people, strict=True)), EACH)
        own, sunk, began = _cpu(), service.cpu(), time.monotonic()
        sent = 0
        while sent < count and time.monotonic() - began < 120:
            sent += sending.send_due()
        took = time.monotonic() - began
        rates.append(
            (count / took, f"{count / (_cpu() - own):,.0f} a second of own CPU, sink {service.cpu() - sunk:.1f} s")
        )
        left = session.scalar(sa.select(sa.func.count()).select_from(Push).where(Push.due_at.is_not(None)))
        assert not left, f"run {number}: {left} left"
        db.commit()
    rate, note = sorted(rates)[1]
    what = f"push, one process, TLS, {DEVICES} devices, {DEVICES * EACH:,} messages"
    table.row(what, f"{rate:,.0f} messages/s ({note})", "2,000/s")
    gc.unfreeze()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _people(organization_id: uuid.UUID, count: int) -> list[uuid.UUID]:
    """So many approvers of the whole company."""
    organization = session.get_one(Organization, organization_id)
    top = organizations.root_of(organization_id)
    made = []
    for number in range(count):
        person = organizations.person_for(f"pushed{number}-{db.new_id().hex}@bench.example", f"Pushed {number}")
        organizations.add_member(organization.id, person, "approver", top, by=None)
        made.append(person.id)
        if number % 100 == 99:
            db.commit()
            session.expunge_all()
    db.commit()
    return made


def _due(organization_id: uuid.UUID, devices: dict[uuid.UUID, uuid.UUID], each: int) -> int:
    """A message about a post that waits, for each device and of each of some posts."""
    posts = session.scalars(
        sa.select(Submission.post_id)
        .where(Submission.ended_at.is_(None), Submission.cleared_at.is_(None), Submission.deadline > times.now())
        .join(Post, Post.id == Submission.post_id)
        .where(Post.state == "waiting")
        .limit(each)
    ).all()
    now, notes, pushes = times.now(), [], []
    for post_id in posts:
        for device_id, person_id in devices.items():
            note = db.new_id()
            shared = {"organization_id": organization_id, "person_id": person_id, "created_at": now}
            notes.append(
                {
                    **shared,
                    "id": note,
                    "kind": "waiting",
                    "thing": f"bench:{now.timestamp()}:{post_id}",
                    "subject_type": "posts",
                    "subject_id": post_id,
                    "how": "push",
                    "lead_id": note,
                    "pushed_at": now,
                    "tag": f"post-{post_id}",
                }
            )
            pushes.append(
                {**shared, "id": db.new_id(), "notification_id": note, "subscription_id": device_id, "due_at": now}
            )
    for at in range(0, len(notes), 2000):
        session.execute(sa.insert(Notification), notes[at : at + 2000])
        session.execute(sa.insert(Push), pushes[at : at + 2000])
    db.commit()
    session.remove()
    return len(pushes)


def reach(config: Config, service: Service, seeded: company.Company, folder: Path, table: Table) -> None:
    """A post is sent for approval; a thousand people are told, by the processes that really run."""
    people = _people(seeded.organization_id, PEOPLE)
    subscribe(seeded.organization_id, people, service.hosts)
    late: list[float] = []
    drafts = _drafts(seeded.organization_id)
    hosts = " ".join(service.hosts)
    more = {"NOD_PRIVATE_HOSTS": hosts, "NOD_PUSH_SERVICES": hosts, "SSL_CERT_FILE": str(service.pair)}
    db.dispose()
    with installation.running(config.database_url, config.data, workers=2, more=more):
        db.init(config)
        _calm()
        for post_id in drafts:
            late += _told(service, post_id)
            time.sleep(planning.BURST.total_seconds() + 1 if post_id != drafts[-1] else 0)
    late.sort()
    at = lambda share: late[min(len(late) - 1, int(len(late) * share))]  # noqa: E731
    figure = f"p50 {at(0.5):.2f} s, p99 {at(0.99):.2f} s, worst {late[-1]:.2f} s of {len(late):,}"
    table.row(f"event to push handed over, {PEOPLE:,} people told at once", figure, "p99 1.5 s")


def _calm() -> None:
    """Wait until what the seeding left is done: people are told, and a thousand more of them are asked."""
    left = sa.or_(sa.exists().select_from(Pending), sa.exists().select_from(Recount))
    while session.scalar(sa.select(left)):
        session.remove()
        time.sleep(0.5)
    session.remove()


def _drafts(organization_id: uuid.UUID) -> list[uuid.UUID]:
    """Posts that can be sent for approval: taken back, to be sent again."""
    rows = session.scalars(
        sa.select(Submission)
        .where(Submission.ended_at.is_(None), Submission.cleared_at.is_(None), Submission.deadline > times.now())
        .limit(TIMES)
    ).unique()
    found = []
    for row in rows:
        row.ended_at, row.outcome = times.now(), "withdrawn"
        found.append(row.post_id)
    db.commit()
    session.remove()
    return found


def _told(service: Service, post_id: uuid.UUID) -> list[float]:
    service.arrivals()
    came: list[tuple[float, str]] = []
    post = session.get_one(Post, post_id)
    author = session.scalars(sa.select(Membership).where(Membership.person_id == post.author_id)).one()
    submission.submit(post, sessions.actor_of(author))
    db.commit()
    began, until = time.time(), time.monotonic() + 20
    session.remove()
    while time.monotonic() < until and len(came) < PEOPLE:
        time.sleep(0.3)
        came += service.arrivals()
    return [at - began for at, _path in came]


def measure(url: str, folder: Path, table: Table, posts: int = 2000) -> None:
    """Both rows, each on a company of its own."""
    folder.mkdir()
    table.section("push: a sink behind TLS with three services")
    service = Service(folder)
    try:
        for name, what in (("pushrate", throughput), ("pushreach", None)):
            _database(url, name)
            config = config_for(folder / name, f"{url}/{name}", testing=False, base_url="http://localhost")
            hosts = service.hosts
            config = replace(config, private_hosts=frozenset(hosts), push_services=tuple(hosts))
            config.data.mkdir()
            with _trusting(service.pair):
                rooms.lay_ground(config)
                rooms.wire()
                outbound.configure(config)
                seeded = company.seed(posts=posts)
                if what:
                    what(config, service, seeded, table)
                else:
                    reach(config, service, seeded, folder, table)
            db.dispose()
    finally:
        service.stop()


def _database(url: str, name: str) -> None:
    engine = sa.create_engine(f"{url}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    migrations.upgrade(f"{url}/{name}")


def main() -> None:
    """These rows alone."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = Path(tempfile.mkdtemp(prefix="nod-bench-"))
    table = Table(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with postgres.cluster() as url:
        try:
            measure(url, folder / "push", table)
        finally:
            table.print()
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()

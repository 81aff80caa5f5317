"""A server's own word that something is new makes the poller look, once and soon; everything else is turned away.

The double signs and seals as Mastodon does (RFC 8292, 8291): a key of its own, a token for a day, aes128gcm.
"""

import base64
import json
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

import http_ece
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tests.inbox import make
from tests.publishing.sink import Sink, error
from webapp import db, links, networks, times
from webapp.db import session
from webapp.inbox.fetching import polling
from webapp.inbox.hints import hearing, opening, reading
from webapp.inbox.hints.models import ChannelHint
from webapp.inbox.models import InboxCursor
from webapp.networks.base import Remedy
from webapp.networks.hinting import deaf

ORIGIN = "https://nod.test"


def pack(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def point(key):
    raw = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    return key.public_key().public_bytes(*raw)


class Server(Sink):
    """A server that can tell us."""

    def __init__(self):
        super().__init__()
        self.key, self.ears, self.answers = ec.generate_private_key(ec.SECP256R1()), [], []

    every = timedelta(seconds=60)

    def fetch(self, account, cursor, posts):
        return networks.base.Batch()

    def listen(self, account, ear):
        self.ears.append(ear)
        step = self.answers.pop(0) if self.answers else None
        if isinstance(step, Exception):
            raise step
        return pack(point(self.key))

    def signed(self, key=None, **claims):
        """The Authorization header, as Mastodon makes it."""
        key, now = key or self.key, times.now().timestamp()
        said = {"aud": ORIGIN, "exp": int(now) + 24 * 3600, "sub": "mailto:admin@server.example", **claims}
        head = pack(json.dumps({"typ": "JWT", "alg": "ES256"}).encode())
        text = f"{head}.{pack(json.dumps(said).encode())}"
        r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        token = f"{text}.{pack(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
        return f"vapid t={token},k={pack(point(key))}"

    def sealed(self, number=7, ear=None, **more):
        """The body: what Mastodon says of a notification, sealed for the subscription."""
        ear = ear or self.ears[-1]
        said = {"access_token": "canary-token", "preferred_locale": "en", "notification_id": number, **more}
        said |= {"notification_type": "mention", "title": "Zoë mentioned you", "body": "Where is my order?"}
        return http_ece.encrypt(
            json.dumps(said).encode(),
            private_key=ec.generate_private_key(ec.SECP256R1()),
            dh=base64.urlsafe_b64decode(ear.public + "=="),
            auth_secret=base64.urlsafe_b64decode(ear.auth + "=="),
            salt=secrets.token_bytes(16),
            version="aes128gcm",
        )


@pytest.fixture
def server(monkeypatch):
    made = Server()
    monkeypatch.setitem(networks.NETWORKS, "sink", made)
    return made


@pytest.fixture
def channel(cast, server, clock):
    """A connected channel that the server tells us of; the poller's turn comes in a minute."""
    made = make.channel(cast, network="sink").id
    db.commit()
    assert opening.listen_due() == 1
    polling._enlist()
    session.execute(sa.update(InboxCursor).values(next_at=times.now() + timedelta(minutes=1)))
    db.commit()
    return made


def next_in():
    """Seconds until the poller looks."""
    session.remove()
    return (session.scalars(sa.select(InboxCursor.next_at)).one() - times.now()).total_seconds()


def knock(cast, server, body=None, header=None, path=None):
    """As the server's own sender: no cookie, no origin, no form."""
    path = path or urlsplit(server.ears[-1].endpoint).path
    headers = {"Authorization": server.signed() if header is None else header, "Content-Encoding": "aes128gcm",
               "TTL": "172800", "Urgency": "normal"}  # fmt: skip
    body = server.sealed() if body is None else body
    client = cast.app.test_client()
    return client.post(path, base_url=ORIGIN, data=body, headers=headers, content_type="application/octet-stream")


def row():
    session.remove()
    return session.scalars(sa.select(ChannelHint)).unique().one()


def test_it_subscribes_with_an_address_that_nobody_guesses_and_keeps_only_its_hash(cast, server, channel):
    (ear,) = server.ears
    assert ear.endpoint.startswith(f"{ORIGIN}/hints/")
    token = ear.endpoint.rsplit("/", 1)[-1]
    assert len(token) >= 40
    kept = row()
    stored = f"{kept.token_hash} {kept.keys} {kept.server_key}"
    assert token not in stored
    assert ear.auth not in stored
    assert opening.listen_due() == 0


def test_a_hint_makes_the_poller_look_at_once(cast, server, channel):
    assert next_in() == 60
    answer = knock(cast, server)
    assert (answer.status_code, answer.data) == (201, b"")
    assert next_in() == 0
    assert polling.fetch_due() == 1


def test_the_same_hint_again_or_an_older_one_changes_nothing(cast, server, channel, clock):
    body, header = server.sealed(9), server.signed()
    assert knock(cast, server, body, header).status_code == 201
    polling.fetch_due()
    clock.forward(seconds=30)
    before = next_in()
    for again in (body, server.sealed(9), server.sealed(3)):
        assert knock(cast, server, again, header).status_code == 201
        assert next_in() == before
    knock(cast, server, server.sealed(10))
    assert next_in() == 0


def test_many_hints_make_it_look_no_more_often_than_every_ten_seconds(cast, server, channel, clock):
    for number in range(1, 6):
        assert knock(cast, server, server.sealed(number)).status_code == 201
    assert next_in() == 0
    polling.fetch_due()
    clock.forward(seconds=2)
    knock(cast, server, server.sealed(20))
    assert 0 < next_in() <= 10


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://elsewhere.test"},
        {"aud": [ORIGIN]},
        {"exp": 0},
        {"exp": None},
        {"exp": True},
        {"exp": "tomorrow"},
        {"exp": 99_999_999_999},
    ],
)
def test_a_token_for_somebody_else_or_another_time_is_refused(cast, server, channel, claims):
    assert knock(cast, server, header=server.signed(**claims)).status_code == 401
    assert next_in() == 60


def test_a_token_is_good_for_a_day_and_no_longer(cast, server, channel, clock):
    body, header = server.sealed(), server.signed()
    clock.forward(hours=24, minutes=6)
    assert knock(cast, server, body, header).status_code == 401
    clock.forward(hours=-1)
    assert knock(cast, server, body, header).status_code == 201


def test_another_key_does_not_speak_for_the_server(cast, server, channel):
    other = ec.generate_private_key(ec.SECP256R1())
    assert knock(cast, server, header=server.signed(other)).status_code == 401
    mixed = server.signed(other).partition(",k=")[0] + f",k={pack(point(server.key))}"
    assert knock(cast, server, header=mixed).status_code == 401
    assert next_in() == 60


@pytest.mark.parametrize(
    "header",
    [
        "",
        "vapid",
        "Bearer x",
        "vapid t=,k=",
        "vapid t=a.b.c, k=d",
        "vapid t=..,k=é",
        "WebPush a.b.c",
        "vapid " + "x" * 3000,
    ],
)
def test_what_is_no_such_header_is_refused(cast, server, channel, header):
    assert knock(cast, server, header=header.encode("utf-8").decode("latin-1")).status_code == 401
    assert next_in() == 60


def test_a_token_that_names_no_signature_is_none(cast, server, channel):
    head, claims, _signature = server.signed().partition(",")[0].removeprefix("vapid t=").split(".")
    none = pack(json.dumps({"alg": "none"}).encode())
    for token in (f"{none}.{claims}.", f"{head}.{claims}.", f"{head}.{claims}.{pack(bytes(64))}"):
        assert knock(cast, server, header=f"vapid t={token},k={pack(point(server.key))}").status_code == 401
    assert next_in() == 60


def test_what_was_sealed_for_another_subscription_cannot_be_read(cast, server, channel):
    key = ec.generate_private_key(ec.SECP256R1())
    other = networks.hinting.Ear("", pack(point(key)), pack(secrets.token_bytes(16)))
    whole = server.sealed()
    for body in (server.sealed(ear=other), b"x", whole[:40], whole[:-1] + b"x", secrets.token_bytes(200)):
        assert knock(cast, server, body).status_code == 401
    assert next_in() == 60


@pytest.mark.parametrize("number", [None, "many", 0, -1, 2**70, [1]])
def test_a_notification_without_a_number_is_none(cast, server, channel, number):
    assert knock(cast, server, server.sealed(number)).status_code == 401
    assert next_in() == 60


def test_too_much_or_nothing_is_not_even_read(cast, server, channel):
    for body in (b"", b"x" * (reading.MOST + 1)):
        assert knock(cast, server, body).status_code == 413


def test_an_address_that_is_none_is_404_whatever_is_said(cast, server, channel):
    for path in ("/hints/x", "/hints/" + "x" * 43, "/hints/" + "x" * 5000):
        assert knock(cast, server, path=path).status_code == 404
    assert cast.author.get("/hints/x").status_code in (404, 405)


def test_a_channel_that_was_removed_hears_nothing(cast, server, channel):
    session.execute(sa.update(make.Channel).values(removed_at=times.now()))
    db.commit()
    assert knock(cast, server).status_code == 404


def test_nothing_of_what_it_says_is_kept_or_logged(cast, server, channel, capsys):
    assert knock(cast, server).status_code == 201
    knock(cast, server, header="vapid t=canary-token,k=x")
    out = "".join(capsys.readouterr())
    stored = str([getattr(row(), column.name) for column in ChannelHint.__table__.c])
    for secret in (
        "canary-token",
        "Zoë",
        "Where is my order",
        urlsplit(server.ears[-1].endpoint).path.rsplit("/", 1)[-1],
    ):
        assert secret not in out
        assert secret not in stored


def test_it_is_made_anew_every_day_and_the_address_before_is_none(cast, server, channel, clock):
    before = urlsplit(server.ears[-1].endpoint).path
    clock.forward(hours=23)
    assert opening.listen_due() == 0
    clock.forward(hours=2)
    assert opening.listen_due() == 1
    assert knock(cast, server, path=before).status_code == 404
    assert knock(cast, server).status_code == 201


@pytest.mark.parametrize(
    ("problem", "days"),
    [(deaf("scope"), 7), (error(Remedy.RETRY, "Later."), 1 / 24), (error(Remedy.RECONNECT, "Who?"), 1 / 24)],
)
def test_a_server_that_cannot_is_asked_again_later_and_the_channel_is_as_healthy_as_before(
    cast, server, clock, problem, days
):
    server.answers.append(problem)
    made = make.channel(cast, network="sink").id
    db.commit()
    assert opening.listen_due() == 1
    assert row().token_hash is None
    assert session.get_one(make.Channel, made).health == "connected"
    clock.forward(days=days, seconds=-60)
    assert opening.listen_due() == 0
    clock.forward(seconds=120)
    assert opening.listen_due() == 1
    assert knock(cast, server).status_code == 201


@pytest.mark.parametrize(
    "base",
    ["http://nod.test", "https://localhost:8443", "https://192.168.1.7:8443", "https://nod.local", "https://[::1]"],
)
def test_where_nobody_reaches_us_nobody_is_asked_to(cast, server, monkeypatch, base):
    make.channel(cast, network="sink")
    db.commit()
    monkeypatch.setattr(links, "_base", [base])
    assert opening.listen_due() == 0
    assert server.ears == []


def test_after_a_rotation_of_keys_it_subscribes_anew(cast, server, channel):
    opening.anew()
    db.commit()
    assert knock(cast, server).status_code == 404
    assert opening.listen_due() == 1
    assert knock(cast, server).status_code == 201


def test_heard_says_whether_the_poller_looks(cast, server, channel):
    token = server.ears[-1].endpoint.rsplit("/", 1)[-1]
    assert hearing.heard(token, server.signed(), server.sealed(1)) is True
    assert hearing.heard(token, server.signed(), server.sealed(1)) is False

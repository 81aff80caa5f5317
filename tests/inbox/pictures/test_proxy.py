"""Pictures of strangers come from our own origin, made anew, asked for once, and only for those who may look."""

import threading
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import pytest
from PIL import Image

from tests.inbox.fetching.house import channel, conversations, item, kept
from webapp import db, outbound, times
from webapp.assets import store
from webapp.db import session
from webapp.inbox.models import Author, Message
from webapp.inbox.pictures import proxy
from webapp.networks.base import Attachment, Who


def jpeg():
    out = BytesIO()
    made = Image.new("RGB", (900, 600), "teal")
    exif = made.getexif()
    exif[0x010E] = "where I live"
    made.save(out, "JPEG", exif=exif)
    return out.getvalue()


class Site(BaseHTTPRequestHandler):
    """Somebody's server."""

    seen: list = []

    def do_GET(self):
        self.seen.append((self.path, dict(self.headers)))
        body = jpeg() if self.path.endswith(".jpg") else b"<svg onload=alert(1)>"
        if self.path == "/big.jpg":
            body += b"x" * proxy.BYTES
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.send_header("set-cookie", "who=you")
        self.end_headers()
        with suppress(ConnectionError):  # who has enough hangs up
            self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def site(config):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    host = f"127.0.0.1:{server.server_port}"
    outbound.configure(replace(config, private_hosts=frozenset({host})))
    store.configure(config)
    Site.seen = []
    yield f"http://{host}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def message(cast, site):
    here = channel(cast)
    who = Who("https://there.test/@ann", "@ann", "Ann", f"{site}/face.jpg")
    hung = (Attachment("image", f"{site}/cat.jpg"), Attachment("file", f"{site}/x"), Attachment("image", f"{site}/svg"))
    kept(here, item("a", author=who, attachments=hung))
    return session.get(Message, message_of(here))


def message_of(here):
    import sqlalchemy as sa

    conversation = conversations(here)["a"]
    return session.scalar(sa.select(Message.id).where(Message.conversation_id == conversation.id))


def test_a_picture_is_ours_small_and_without_what_it_carried(cast, site, message):
    answer = cast.author.get(f"/inbox/messages/{message.id}/pictures/0")
    assert answer.status_code == 200
    assert answer.mimetype == "image/webp"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    made = Image.open(BytesIO(answer.data))
    assert max(made.size) <= 720
    assert not made.getexif()
    cast.approver.get(f"/inbox/messages/{message.id}/pictures/0")
    assert [path for path, _ in Site.seen] == ["/cat.jpg"], "asked for once"
    sent = {name.lower() for name in Site.seen[0][1]}
    assert not sent & {"cookie", "referer", "x-forwarded-for", "authorization"}


def test_a_face_is_square_and_gone_when_its_person_was_erased(cast, site, message):
    path = f"/inbox/authors/{message.author_id}/picture"
    made = Image.open(BytesIO(cast.author.get(path).data))
    assert made.size[0] == made.size[1] <= 144
    session.get(Author, message.author_id).erased_at = times.now()
    db.commit()
    assert cast.author.get(path).status_code == 404


@pytest.mark.parametrize("number", ["1", "2", "3", "19", "20", "x", "٣"])
def test_what_is_no_picture_is_not_there(cast, site, message, number):
    assert cast.author.get(f"/inbox/messages/{message.id}/pictures/{number}").status_code == 404


def test_what_could_not_be_had_is_not_asked_for_again_at_once(cast, site):
    store.folder().mkdir(parents=True, exist_ok=True)
    assert proxy.copy_of(f"{site}/big.jpg", "card") is None
    assert proxy.copy_of(f"{site}/big.jpg", "card") is None
    assert len(Site.seen) == 1
    assert proxy.copy_of("javascript:alert(1)", "card") is None
    assert proxy.copy_of("http://10.0.0.1/x.jpg", "card") is None


@pytest.mark.parametrize("who", ["stranger", "teammate"])
def test_others_do_not_find_them(cast, site, message, who):
    browser = getattr(cast, who)
    assert browser.get(f"/inbox/messages/{message.id}/pictures/0").status_code == 404
    assert browser.get(f"/inbox/authors/{message.author_id}/picture").status_code == 404
    assert not Site.seen


def test_old_copies_are_dropped(cast, site, monkeypatch):
    assert proxy.copy_of(f"{site}/face.jpg", "thumb")
    assert proxy.forget() == 0
    monkeypatch.setattr(proxy, "AGE", -1)
    assert proxy.forget() == 1

"""The door to the outside: what it refuses before connecting, and how it ends what would not end."""

import gzip
import ipaddress
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from urllib.parse import quote, unquote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import config_for
from webapp import outbound
from webapp.outbound.addresses import public

Open = Callable[..., None]


class Site(BaseHTTPRequestHandler):
    """A server with one behaviour a path; remembers what arrived."""

    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, str, dict[str, str], bytes]]
    connections: int
    elsewhere = ""

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1  # type: ignore[attr-defined]

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {k.lower(): v for k, v in self.headers.items()}
        self.server.seen.append((self.command, self.path, headers, body))  # type: ignore[attr-defined]
        name = self.path.split("?")[0].strip("/").replace("-", "_") or "ok"
        getattr(self, f"do_{name}", self.ok)()

    do_GET = do_POST = do_PUT = do_HEAD = handle_any

    def reply(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for key, value in {"content-length": str(len(body)), **headers}.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def ok(self) -> None:
        self.reply(200, b'{"ok": true}')

    def do_to(self) -> None:
        status, _, where = self.path.partition("?")[2].partition("=")
        self.reply(int(status), b"", location=unquote(where))

    def do_loop(self) -> None:
        self.reply(302, b"", location="/loop")

    def do_drop(self) -> None:
        self.close_connection = True

    def do_hang(self) -> None:
        self.server.release.wait(30)  # type: ignore[attr-defined]
        self.close_connection = True

    def drip(self, what: bytes) -> None:
        self.close_connection = True
        try:
            for one in what:
                self.wfile.write(bytes([one]))
                if self.server.release.wait(0.02):  # type: ignore[attr-defined]
                    return
        except OSError:
            return

    def do_drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        self.drip(b"x" * 100_000)

    def do_drip_head(self) -> None:
        self.drip(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100_000)

    def do_long(self) -> None:
        self.send_response(200)
        self.send_header("content-length", str(10 * 2**30))
        self.end_headers()
        self.close_connection = True

    def do_bomb(self) -> None:
        self.reply(200, gzip.compress(b"\0" * 30_000_000), content_encoding="gzip")

    def do_endless(self) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        try:
            while not self.server.release.is_set():  # type: ignore[attr-defined]
                self.wfile.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        except OSError:
            return

    def do_header(self) -> None:
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n")

    def do_short(self) -> None:
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    def do_text(self) -> None:
        self.reply(200, b"<html>\xff" + b"[" * 100_000)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Site)
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.connections = 0
        self.release = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"


@contextmanager
def running(server: Server) -> Iterator[Server]:
    with server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server
        finally:
            server.release.set()
            server.shutdown()


@pytest.fixture
def site() -> Iterator[Server]:
    with running(Server()) as server:
        yield server


@pytest.fixture
def allow(tmp_path: Path) -> Iterator[Open]:
    def allowed(*hosts: str) -> None:
        outbound.configure(config_for(tmp_path, "sqlite://", private_hosts=frozenset(hosts)))

    allowed()
    yield allowed
    allowed()


def names(monkeypatch: pytest.MonkeyPatch, **known: list[str]) -> list[str]:
    """A resolver of our own: name -> one address for each time it is asked (several at once after `+`)."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def answer(host: str, port: int, *rest: object, **more: object) -> list[object]:
        if host.replace(".", "_") not in known:
            return real(host, port, *rest, **more)  # type: ignore[arg-type, return-value]
        asked.append(host)
        answers = known[host.replace(".", "_")]
        given = answers.pop(0) if len(answers) > 1 else answers[0]
        family = {4: socket.AF_INET, 6: socket.AF_INET6}
        found = [ipaddress.ip_address(a) for a in given.split("+")]
        return [(family[a.version], socket.SOCK_STREAM, 6, "", (str(a), port)) for a in found]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


REFUSED = """
https://127.0.0.1/ https://localhost/ https://127.1/ https://0/ https://[::1]/ https://[::]/ https://127.0.0.1./
https://2130706433/ https://0x7f000001/ https://0177.0.0.1/ https://0x7f.1/ https://0300.0250.0.1/
https://①②⑦.⓪.⓪.①/ https://017700000001/
https://[::ffff:127.0.0.1]/ https://[::ffff:7f00:1]/ https://[64:ff9b::7f00:1]/ https://[2002:7f00:1::]/
https://[::127.0.0.1]/ https://[fd00::1]/ https://[fe80::1%25lo]/ https://[fec0::1]/ https://[fd00:ec2::254]/
https://169.254.169.254/latest/meta-data/ https://100.100.100.200/ https://192.0.0.192/ https://10.0.0.1/
https://172.16.0.1/ https://192.168.1.1/ https://224.0.0.1/ https://255.255.255.255/ https://198.18.0.1/
https://192.88.99.1/ https://[2001:0:1::1]/ https://[ff02::1]/
http://93.184.216.34/ http://example.com/
https://allowed.test\\@127.0.0.1/ https://a@127.0.0.1:80@allowed.test/ https://allowed.test#@127.0.0.1/
https://allowed.test%00.evil.test/ https://allowed.test:80:22/ https://[::1]:80\\.x/ https://al\tlowed.test/
https://user:pass@example.com/ https://exa%6dple.com/ https://example.com:0/ https://example.com:99999/
file:///etc/passwd gopher://127.0.0.1:6379/_FLUSHALL javascript:alert(1) //example.com/ https:/// https://
https://-a.example/ https://a..example/ https://[::1 https://a\u2028b.example/
""".strip()


@pytest.mark.parametrize("url", [each for each in REFUSED.replace("\n", " ").split(" ") if each])
def test_it_refuses_before_connecting(url: str, allow: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_connection(*_: object, **__: object) -> None:
        raise AssertionError("connected")

    monkeypatch.setattr(socket.socket, "connect", no_connection)
    with pytest.raises((outbound.Refused, outbound.Unreachable)) as refused:
        outbound.request("GET", url)
    assert refused.value.sent is False


def test_a_refusal_is_logged_with_its_reason_and_without_the_url(allow: Open, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(outbound.Refused):
        outbound.request("GET", "https://127.0.0.1/secret-path")
    assert "not public" in caplog.text
    assert "secret-path" not in caplog.text


def test_a_name_is_resolved_once_and_that_address_is_used(
    site: Server, allow: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = names(monkeypatch, rebind_test=["127.0.0.1", "10.0.0.1"])
    host = f"rebind.test:{site.server_port}"
    allow(host)
    assert outbound.request("GET", f"http://{host}/ok").json() == {"ok": True}
    assert asked == ["rebind.test"]
    assert site.seen[0][2]["host"] == host


def test_one_private_address_among_public_ones_is_enough_to_refuse(
    site: Server, allow: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    names(monkeypatch, mixed_test=["93.184.216.34+::1"])
    with pytest.raises(outbound.Refused):
        outbound.request("GET", f"https://mixed.test:{site.server_port}/")
    assert site.connections == 0


def test_a_listed_host_is_listed_with_its_port(site: Server, allow: Open) -> None:
    allow("127.0.0.1:1")
    with pytest.raises(outbound.Refused):
        outbound.request("GET", site.url)
    allow("127.0.0.1")
    assert outbound.request("GET", site.url).status == 200


def test_the_next_address_is_tried_when_one_takes_no_connection(
    site: Server, allow: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    names(monkeypatch, two_test=["::1+127.0.0.1"])
    host = f"two.test:{site.server_port}"
    allow(host)
    assert outbound.request("POST", f"http://{host}/ok", json={}).status == 200
    assert len(site.seen) == 1


@pytest.mark.parametrize(
    "where",
    [
        "http://127.0.0.1:6379/",
        "https://127.0.0.1:6379/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "http://allowed.test\\@127.0.0.1/",
        "//a@127.0.0.1/",
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_each_hop_is_checked_anew(site: Server, allow: Open, status: int, where: str) -> None:
    allow(site.host)
    with pytest.raises(outbound.Refused) as refused:
        outbound.request("POST", f"{site.url}/to?{status}={quote(where)}", json={"a": 1})
    assert refused.value.sent is True
    assert len(site.seen) == 1


def test_three_redirects_are_followed_and_a_loop_ends(site: Server, allow: Open) -> None:
    allow(site.host)
    with pytest.raises(outbound.Refused):
        outbound.request("GET", f"{site.url}/loop")
    assert len(site.seen) == 4
    assert outbound.request("GET", f"{site.url}/to?302=/to?302=/to?302=/ok").json() == {"ok": True}
    assert outbound.request("GET", f"{site.url}/loop", redirects=0).status == 302


def test_credentials_and_bodies_stay_with_their_origin(site: Server, allow: Open) -> None:
    with running(Server()) as other:
        allow(site.host, other.host)
        secret = {"authorization": "Bearer s", "cookie": "s", "x-api-key": "s", "dpop": "s"}
        outbound.request("GET", f"{site.url}/to?302={other.url}/ok", headers=secret)
        assert not set(secret) & set(other.seen[0][2])
        outbound.request("GET", f"{site.url}/to?302=/ok", headers=secret)
        assert set(secret) <= set(site.seen[-1][2])
        with pytest.raises(outbound.Refused):
            outbound.request("POST", f"{site.url}/to?307={other.url}/ok", form={"client_secret": "s"})
        outbound.request("POST", f"{site.url}/to?303={other.url}/ok", form={"client_secret": "s"})
        assert other.seen[-1][0] == "GET"
        assert other.seen[-1][3] == b""
        assert len(other.seen) == 2


@pytest.mark.parametrize("path", ["drip", "drip-head", "hang"])
def test_time_is_bounded_in_total(site: Server, allow: Open, path: str) -> None:
    allow(site.host)
    begun = time.monotonic()
    with pytest.raises(outbound.Interrupted) as late:
        outbound.request("GET", f"{site.url}/{path}", timeout=0.4)
    assert late.value.sent is True
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("path", ["long", "bomb", "endless"])
def test_bytes_are_bounded_after_decompression(site: Server, allow: Open, path: str) -> None:
    allow(site.host)
    with pytest.raises(outbound.TooBig):
        outbound.request("GET", f"{site.url}/{path}", max_bytes=1_000_000)


@pytest.mark.parametrize("path", ["drop", "header", "short"])
def test_half_an_answer_is_none(site: Server, allow: Open, path: str) -> None:
    allow(site.host)
    with pytest.raises(outbound.Interrupted):
        outbound.request("POST", f"{site.url}/{path}", json={})
    assert len(site.seen) == 1, "a POST is never repeated"


def test_what_was_never_sent_is_said_to_be_so(allow: Open) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{taken.getsockname()[1]}"
        allow(host)
        with pytest.raises(outbound.Unreachable) as error:
            outbound.request("POST", f"http://{host}/", json={})
    assert error.value.sent is False
    with pytest.raises(outbound.Unreachable):
        outbound.request("GET", "https://no-such-name.invalid/")


def test_a_kept_connection_is_used_again_but_not_for_what_must_be_fresh(site: Server, allow: Open) -> None:
    allow(site.host)
    for _ in range(3):
        outbound.request("GET", site.url)
    assert site.connections == 1
    outbound.request("POST", site.url, json={}, fresh=True)
    assert site.connections == 2


def test_a_get_on_a_connection_just_closed_is_asked_once_more(site: Server, allow: Open) -> None:
    allow(site.host)
    outbound.request("GET", site.url)
    with pytest.raises(outbound.Interrupted):
        outbound.request("GET", f"{site.url}/drop")
    assert [path for _, path, _, _ in site.seen] == ["/", "/drop", "/drop"]


def test_many_threads_share_the_door(site: Server, allow: Open) -> None:
    allow(site.host)
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda n: outbound.request("GET", f"{site.url}/ok?{n}").status, range(200)))
    assert found == [200] * 200
    assert len({path for _, path, _, _ in site.seen}) == 200


def test_a_child_process_does_not_share_its_parents_connections(site: Server, allow: Open) -> None:
    allow(site.host)
    outbound.request("GET", site.url)
    child = os.fork()
    if child == 0:
        try:
            outbound.request("GET", f"{site.url}/child")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    outbound.request("GET", site.url)
    assert [path for _, path, _, _ in site.seen] == ["/", "/child", "/"]
    assert site.connections == 2


def test_bodies_are_what_was_asked_for(site: Server, allow: Open) -> None:
    allow(site.host)
    outbound.request("POST", site.url, json={"ż": 1})
    outbound.request("POST", site.url, form={"a": "b c"})
    outbound.request("POST", site.url, form={"d": "ż"}, files={"file": ("p.jpg", b"\0\1", "image/jpeg")})
    kinds = [(h["content-type"].split(";")[0], b) for _, _, h, b in site.seen]
    assert kinds[0] == ("application/json", '{"ż": 1}'.encode())
    assert kinds[1] == ("application/x-www-form-urlencoded", b"a=b+c")
    assert kinds[2][0] == "multipart/form-data"
    assert b'filename="p.jpg"\r\nContent-Type: image/jpeg\r\n\r\n\0\1' in kinds[2][1]
    assert all(h["user-agent"] == "Nod (+https://nod.test)" for _, _, h, _ in site.seen)


def test_no_variable_of_the_environment_bends_the_way(
    site: Server, allow: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    allow(site.host)
    assert outbound.request("GET", site.url).status == 200


def test_an_answer_that_is_no_json_is_a_value_error(site: Server, allow: Open) -> None:
    allow(site.host)
    answer = outbound.request("GET", f"{site.url}/text")
    assert "\ufffd" in answer.text
    with pytest.raises(ValueError, match=r"."):
        answer.json()
    assert "html" not in repr(answer)


@pytest.mark.parametrize(
    ("names_in_it", "trusted", "works"),
    [(["secure.test"], True, True), (["other.test"], True, False), (["secure.test"], False, False)],
)
def test_the_certificate_must_be_the_name_s(
    tmp_path: Path,
    allow: Open,
    monkeypatch: pytest.MonkeyPatch,
    names_in_it: list[str],
    trusted: bool,
    works: bool,
) -> None:
    names(monkeypatch, secure_test=["127.0.0.1"])
    certificate(tmp_path / "pair.pem", names_in_it)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "pair.pem") if trusted else os.devnull)
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "pair.pem")
    asked: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    server = Server()
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with running(server):
        host = f"secure.test:{server.server_port}"
        allow(host)
        if works:
            assert outbound.request("GET", f"https://{host}/").json() == {"ok": True}
        else:
            with pytest.raises(outbound.Unreachable) as error:
                outbound.request("POST", f"https://{host}/", json={})
            assert error.value.sent is False
            assert server.seen == []
    assert asked[0] == "secure.test"


def certificate(path: Path, hosts: list[str]) -> None:
    """A self-signed certificate and its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(h) for h in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_what_counts_as_public_is_global(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if public(address):
        inner = getattr(address, "ipv4_mapped", None) or address
        assert inner.is_global
        assert not inner.is_private
        assert not inner.is_multicast


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are_public(address: str) -> None:
    assert public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.com/a?b#c", True),
        ("http://example.com", True),
        ("https://127.0.0.1/", True),
        ("javascript:alert(1)", False),
        (" https://example.com", False),
        ("https://example.com\\@evil.example", False),
        ("https://user@example.com", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.com", False),
        ("https://example.com/#\u202eevil", False),
        ("", False),
    ],
)
def test_only_plain_web_links_are_shown_as_links(url: str, safe: bool) -> None:
    assert outbound.safe_link(url) == (url if safe else None)

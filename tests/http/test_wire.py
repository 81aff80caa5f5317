"""Bytes that no browser sends, against our own gunicorn: refused with one short answer, and nobody falls over."""

import re
import socket
from collections.abc import Iterator

import pytest

from tests.servers.nod import House, house

SECONDS = 10.0
MOST = 200_000
SECOND = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Second: yes\r\n\r\n"
"""Would be answered, if the first request could hide it."""


@pytest.fixture(scope="module")
def served() -> Iterator[House]:
    with house(NOD_DEMO="0") as up:
        yield up.start()


def say(served: House, raw: bytes) -> bytes:
    """Everything that is answered to these bytes until the server closes, or until it waits for more."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=SECONDS) as line:
        got = b""
        try:
            line.sendall(raw)
            line.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # refused before all of it was read
        try:
            while len(got) < MOST and (part := line.recv(65536)):
                got += part
        except ConnectionResetError:
            pass
    return got


def asked(served: House, *headers: bytes, line: bytes = b"GET /sign-in HTTP/1.1", body: bytes = b"") -> bytes:
    """A request with a sound Host and these headers."""
    host = f"Host: localhost:{served.port}".encode()
    return b"\r\n".join([line, host, *headers, b"", body])


def statuses(answer: bytes) -> list[int]:
    return [int(code) for code in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer)]


def refused(served: House, answer: bytes, *expected: int) -> None:
    """One refusal or none, nothing behind it, nothing of the inside in it, and the next person is served."""
    found = statuses(answer)
    assert len(found) <= 1, answer[:500]
    assert not found or found[0] in (expected or (400,)), answer[:500]
    assert b"Traceback" not in answer
    assert b'File "' not in answer
    assert served.alive()


def test_an_ordinary_request_is_answered(served: House) -> None:
    assert statuses(say(served, asked(served, b"Connection: close"))) in ([200], [303])


@pytest.mark.parametrize(
    "headers",
    [
        [b"X-Long: " + b"a" * 9_000],
        [b"X-Long: " + b"a" * 1_000_000],
        [b"X" * 9_000 + b": a"],
        [b"X-%d: a" % n for n in range(200)],
        [b"Cookie: " + b"; ".join(b"c%d=%s" % (n, b"v" * 100) for n in range(200))],
    ],
    ids=["value", "megabyte", "name", "many", "cookies"],
)
def test_headers_are_bounded(served: House, headers: list[bytes]) -> None:
    refused(served, say(served, asked(served, *headers)), 400, 431)


def test_an_endless_address_is_refused(served: House) -> None:
    for size in (5_000, 500_000):
        line = b"GET /?q=" + b"a" * size + b" HTTP/1.1"
        refused(served, say(served, asked(served, line=line)), 400, 414)


CONFLICTS = {
    "two lengths": [b"Content-Length: 0", b"Content-Length: 58"],
    "two lengths in one": [b"Content-Length: 0, 58"],
    "length and chunks": [b"Content-Length: 4", b"Transfer-Encoding: chunked"],
    "chunks and length": [b"Transfer-Encoding: chunked", b"Content-Length: 4"],
    "unknown coding": [b"Transfer-Encoding: xchunked"],
    "chunks twice": [b"Transfer-Encoding: chunked, chunked"],
    "chunks not last": [b"Transfer-Encoding: chunked, gzip"],
    "hidden coding": [b"Transfer-Encoding: \x0bchunked"],
    "space before the colon": [b"Content-Length : 58"],
    "plus": [b"Content-Length: +58"],
    "minus": [b"Content-Length: -1"],
    "hexadecimal": [b"Content-Length: 0x3a"],
    "not a number": [b"Content-Length: many"],
    "endless number": [b"Content-Length: " + b"9" * 400],
    "other digits": ["Content-Length: ٥".encode()],
}


@pytest.mark.parametrize("headers", CONFLICTS.values(), ids=CONFLICTS.keys())
def test_what_could_hide_a_second_request_hides_none(served: House, headers: list[bytes]) -> None:
    raw = asked(served, *headers, line=b"POST /sign-in HTTP/1.1", body=b"0\r\n\r\n" + SECOND)
    refused(served, say(served, raw), 400, 413, 501)


@pytest.mark.parametrize(
    "chunks",
    [
        b"zz\r\nab\r\n0\r\n\r\n",
        b"-1\r\n\r\n",
        b"5\r\nab",
        b"ffffffffffffffffff\r\na",
        b"5;x=" + b"y" * 50_000,
        b"\0\r\n",
    ],
)
def test_broken_chunks_are_refused(served: House, chunks: bytes) -> None:
    raw = asked(served, b"Transfer-Encoding: chunked", line=b"POST /sign-in HTTP/1.1", body=chunks + SECOND)
    found = statuses(say(served, raw))
    assert set(found) <= {400, 403, 411, 413}, "what follows broken chunks is no request"
    assert len(found) <= 2
    assert served.alive()


@pytest.mark.parametrize(
    "header",
    [
        b"X-Name: a\0b",
        b"X-\0: a",
        b"Cookie: a=\0",
        b"X-Name: a\rX-Other: b",
        b"X-Name: a\nSet-Cookie: b",
        b"X-Name: a\r\n folded",
        b"X Name: a",
        b"no colon",
        b": no name",
        b"X-\xff: a",
        b"X-(odd): a",
    ],
)
def test_a_header_that_is_none_is_refused(served: House, header: bytes) -> None:
    answer = say(served, asked(served, header, b"Connection: close"))
    if header == b"X-Name: a\nSet-Cookie: b":
        assert b"set-cookie: b" not in answer.lower()
    refused(served, answer, 400)


@pytest.mark.parametrize(
    "host",
    [
        b"",
        b"evil.example",
        b"localhost.evil.example",
        b"evil.example@localhost",
        b"localhost\\@evil.example",
        b"localhost:0x50",
        b"localhost:99999",
        b"[::1",
        b"a" * 5_000,
        b"localhost, evil.example",
        b"localhost/evil",
        b"\xff\xfe",
        b"<script>alert(1)</script>",
    ],
)
def test_an_absurd_host_is_no_page_and_is_not_repeated(served: House, host: bytes) -> None:
    raw = b"GET /sign-in HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n"
    answer = say(served, raw)
    refused(served, answer, 400)
    assert b"evil" not in answer
    assert b"<script>alert" not in answer


def test_two_hosts_are_refused_and_none_is_ours(served: House) -> None:
    refused(served, say(served, asked(served, b"Host: evil.example", b"Connection: close")))
    alone = say(served, b"GET /sign-in HTTP/1.1\r\nConnection: close\r\n\r\n")
    refused(served, alone, 303, 400)
    assert b"Location: http" not in alone


@pytest.mark.parametrize(
    "line",
    [
        b"GET / HTTP/9.9",
        b"GET /",
        b"GET http://evil.example/ HTTP/1.1",
        b"\0 / HTTP/1.1",
        b"GET /\0 HTTP/1.1",
        b"get / HTTP/1.1",
        b"GET  /  HTTP/1.1",
        b"GET / HTTP/1.1 and more",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0",
        b"GET sign-in HTTP/1.1",
    ],
)
def test_a_request_line_that_is_none_is_refused(served: House, line: bytes) -> None:
    answer = say(served, asked(served, b"Connection: close", line=line))
    found = statuses(answer)
    assert len(found) <= 1
    assert not found or found[0] in (303, 400, 404, 405, 501, 505), answer[:300]
    assert b"evil" not in answer
    assert served.alive()


def test_after_all_of_it_no_defect_was_logged(served: House) -> None:
    assert '"kind": "defect"' not in served.log
    assert "Traceback" not in served.log
    assert not re.findall(r'"status": 5\d\d', served.log)

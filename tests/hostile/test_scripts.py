"""What scripts of ours send as JSON, with something hostile in each place of it: refused in words, never a crash."""

import json

import pytest

from tests.cast import BASE
from tests.hostile.inputs import of_kinds

GOOD = {
    "/push/subscriptions": {
        "endpoint": "https://fcm.googleapis.com/fcm/send/x",
        "keys": {"p256dh": "x", "auth": "x"},
        "installed": True,
        "again": False,
    },
    "/push/subscriptions/removal": {"endpoint": "https://fcm.googleapis.com/fcm/send/x"},
    "/push/receipts": {"receipt": "x"},
    "/push/decisions": {"token": "x"},
    "/device/key": {"device": "x"},
}
SHAPES = (None, True, 7, -1, 2**63, 1e308, [], {}, [[]], {"x": 1}, "", "x" * 10_000, "\0", "\ud800", "é" * 3_000)
NO_OBJECTS = (b"", b"x", b"null", b"[]", b"{", b'{"a":' * 5_000, b"\xff\xfe", b"NaN")
VALUES = [*SHAPES, *(each.value for each in of_kinds("text", "url", "json_text"))]


def sent(cast, path: str, body: bytes) -> int:
    """The status of a body as our scripts send it."""
    headers = {**cast.author.headers, "X-Nod": "1", "Content-Type": "application/json"}
    return cast.author.client.post(path, base_url=BASE, data=body, headers=headers).status_code


def spoilt(good: dict[str, object]) -> list[dict[str, object]]:
    """The body with one thing in it replaced, by everything."""
    found: list[dict[str, object]] = [{}]
    for name in good:
        found += [{**good, name: value} for value in VALUES]
    if isinstance(keys := good.get("keys"), dict):
        found += [{**good, "keys": {**keys, name: value}} for name in keys for value in VALUES]
    return found


@pytest.mark.thorough
@pytest.mark.parametrize("path", GOOD)
def test_nothing_that_scripts_send_breaks_anything(cast, path):
    wrong = []
    for body in (*NO_OBJECTS, *(json.dumps(each).encode() for each in spoilt(GOOD[path]))):
        status = sent(cast, path, body)
        if status >= 500 or status == 429:
            wrong.append(f"{status}: {body[:200]!r}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", GOOD)
@pytest.mark.parametrize("body", NO_OBJECTS, ids=lambda body: repr(body[:12]))
def test_a_body_that_is_no_object_is_refused(cast, path, body):
    status = sent(cast, path, body)
    assert 400 <= status < 500 or (status == 204 and path == "/push/receipts"), status

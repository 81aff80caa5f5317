"""Time and bytes are bounded, and half an answer is none."""

import socket
import time

import pytest

from tests.outbound.site import Open, Server
from webapp import outbound


@pytest.mark.parametrize("path", ["drip", "drip-head", "hang"])
def test_time_is_bounded_in_total(site: Server, allow: Open, path: str) -> None:
    allow(site.host)
    begun = time.monotonic()
    with pytest.raises(outbound.Interrupted) as late:
        outbound.request("GET", f"{site.url}/{path}", timeout=1.5)
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

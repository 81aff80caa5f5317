"""What is sent is what was asked for; what comes is read as it is; only plain links are links."""

import pytest

from tests.outbound.site import Open, Server
from webapp import outbound


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


def test_an_answer_that_is_no_json_is_a_value_error(site: Server, allow: Open) -> None:
    allow(site.host)
    answer = outbound.request("GET", f"{site.url}/text")
    assert "\ufffd" in answer.text
    with pytest.raises(ValueError, match=r"."):
        answer.json()
    assert "html" not in repr(answer)


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

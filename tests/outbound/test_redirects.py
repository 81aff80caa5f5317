"""Each hop is checked anew, and credentials stay with their origin."""

from urllib.parse import quote

import pytest

from tests.outbound.site import Open, Server, running
from webapp import outbound


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

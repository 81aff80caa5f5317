"""What the door refuses before it connects: addresses, names, forms of writing."""

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.outbound.site import Open, Server, names
from webapp import outbound
from webapp.outbound.addresses import public

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


def test_no_variable_of_the_environment_bends_the_way(
    site: Server, allow: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    allow(site.host)
    assert outbound.request("GET", site.url).status == 200

"""Connections are kept, shared by threads and never by processes."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.outbound.site import Open, Server
from webapp import outbound
from webapp.outbound import many


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


def letters(url: str, count: int) -> list["outbound.Letter[int]"]:
    return [outbound.letter(n, outbound.aim(f"{url}/ok?{n}"), {}, b"x") for n in range(count)]


def test_many_letters_share_a_few_connections(site: Server, allow: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(site.host)
    monkeypatch.setattr(many, "PACE", 3600.0)
    found = dict(outbound.post_many(letters(site.url, 100)))
    assert sorted(found) == list(range(100))
    assert all(isinstance(answer, outbound.Answer) and answer.status == 200 for answer in found.values())
    assert site.connections <= many.FEW


def test_letters_that_wait_get_more_connections(site: Server, allow: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(site.host)
    monkeypatch.setattr(many, "PACE", 0.0)
    assert len(list(outbound.post_many(letters(site.url, 100)))) == 100
    assert many.FEW < site.connections <= many.LINES


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

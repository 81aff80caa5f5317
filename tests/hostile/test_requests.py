"""Hostile requests: too large, too deep, twice, in a wrong order, with headers and methods of nobody's."""

import io
import json

import pytest
import sqlalchemy as sa

from tests.approvals import house
from tests.cast import BASE, new_key
from tests.hostile.inputs import of_family
from tests.hostile.pages import Page
from tests.test_walk import NOT_IDS, examples, filled, fingerprint, rules
from webapp import db
from webapp.approvals.models import Decision
from webapp.events import Event
from webapp.posts.models import Comment, Post


class Endless(io.RawIOBase):
    """A body that says how much of it was read."""

    def __init__(self, size):
        self.left, self.taken = size, 0

    def readable(self):
        return True

    def readinto(self, buffer):
        n = min(len(buffer), self.left)
        buffer[:n] = b"a" * n
        self.left, self.taken = self.left - n, self.taken + n
        return n


def raw(browser, path, body=b"", **more):
    """A request as it is, with the headers of our own pages."""
    headers = {**browser.headers, "X-Nod": "1", **more.pop("headers", {})}
    return browser.client.open(
        path, base_url=BASE, method=more.pop("method", "POST"), input_stream=io.BytesIO(body), headers=headers, **more
    )


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
def test_a_body_that_is_too_large_is_refused_unread(cast, kind):
    body = Endless(10_000_000_000)
    answer = cast.author.client.post(
        "/posts",
        base_url=BASE,
        content_type=kind,
        environ_overrides={"wsgi.input": body, "CONTENT_LENGTH": "10000000000"},
        headers={**cast.author.headers, "X-Nod": "1"},
    )
    assert answer.status_code == 413
    assert body.taken == 0


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_body_without_a_size_is_cut(cast, kind):
    body = Endless(200_000_000)
    answer = cast.author.client.post(
        "/posts",
        base_url=BASE,
        content_type=kind,
        environ_overrides={"wsgi.input": body, "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
        headers={**cast.author.headers, "X-Nod": "1"},
    )
    assert answer.status_code in (400, 411, 413)
    assert body.taken < 25_000_000
    assert not db.session.scalars(sa.select(Post)).all()


def test_a_form_of_too_many_parts_is_refused(cast):
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    body = part * 5_000 + b"--x--\r\n"
    answer = raw(cast.author, "/posts", body, content_type="multipart/form-data; boundary=x", content_length=len(body))
    assert answer.status_code == 413


@pytest.mark.parametrize("body", [b"", b"--x", b"--x\r\n\r\n", b"--y--", b"\0" * 99, b"a=%", b"%=%&&&=", b"=" * 9_999])
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "multipart/form-data", "application/json", "x"])
def test_a_damaged_body_is_no_crash(cast, body, kind):
    answer = raw(cast.author, "/posts", body, content_type=kind, content_length=len(body))
    assert answer.status_code in (303, 400, 413, 415, 422)


def test_a_name_of_ten_thousand_characters_is_kept_and_refused(cast):
    name = "W" * 10_000
    answer = cast.administrator.post("/account/details", {"name": name, "language": "en", "zone": "Europe/London"})
    assert answer.status_code == 422
    assert name in answer.get_data(as_text=True)


@pytest.mark.parametrize("agent", [*of_family("log_forging"), "W" * 50_000, "<script>alert(1)</script>", "é\x7f\t"])
def test_a_line_of_the_log_stays_one(cast, capsys, agent):
    capsys.readouterr()
    asked = {"environ_overrides": {"HTTP_USER_AGENT": agent}}
    assert cast.author.post("/posts", {"region": str(cast.warsaw.id), "text": "x"}, **asked).status_code == 303
    lines = [line for line in capsys.readouterr().err.splitlines() if line.strip()]
    assert lines
    assert [json.loads(line)["kind"] for line in lines].count("request") == 1
    origins = db.session.scalars(sa.select(Event.origin)).all()
    assert all(len(origin) < 200 and not set("\r\n\x1b\x07\x7f") & set(origin) for origin in origins)
    page = cast.administrator.get("/activity").get_data(as_text=True)
    assert "<script>alert" not in page
    assert cast.administrator.get("/activity.csv").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "nod.test.evil.example", "nod.test@evil.example", "nod.test:1", ""])
def test_another_host_is_not_ours(cast, host):
    answer = cast.author.client.get("/sign-in", base_url=BASE, environ_overrides={"HTTP_HOST": host})
    if host:
        assert answer.status_code == 400
    assert b"evil.example" not in answer.data


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Forwarded-For", "X-Original-URL", "X-HTTP-Method-Override"])
def test_headers_of_a_proxy_nobody_set_up_mean_nothing(cast, name):
    plain, asked = cast.author.get("/account"), cast.author.get("/account", headers={name: "evil.example"})
    assert asked.status_code == 200
    assert b"evil.example" not in asked.data + str(asked.headers).encode()
    assert len(asked.data) == len(plain.data)


@pytest.mark.thorough
def test_other_methods_are_refused_and_change_nothing(app, world):
    before, wrong, seen = fingerprint(), [], set()
    for _method, rule in rules(app, "GET", "POST"):
        if NOT_IDS & rule.arguments or rule.endpoint.startswith("health.") or rule.rule in seen:
            continue
        seen.add(rule.rule)
        path = filled(app, rule, examples(rule))
        taken = app.url_map.bind("nod.test").allowed_methods(path)
        for method in ("PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "HEAD", "OPTIONS", "PROPFIND", "get"):
            headers = {**world.administrator.headers, "X-Nod": "1"}
            answer = world.administrator.client.open(path, method=method, base_url=BASE, headers=headers)
            fine = (200, 204, 303, 304, 404, 410) if method.upper() in taken else (405,)
            if answer.status_code not in fine:
                wrong.append(f"{method} {rule.rule}: {answer.status_code}")
            if method == "HEAD" and answer.data:
                wrong.append(f"HEAD {rule.rule} has a body")
    assert not wrong, "\n".join(dict.fromkeys(wrong))
    assert fingerprint() == before


def test_a_double_click_counts_once(cast):
    post = house.waiting(cast)
    key, form = new_key(), {"text": "A word"}
    first = cast.author.post(f"/posts/{post.post_id}/comments", form, key=key)
    second = cast.author.post(f"/posts/{post.post_id}/comments", form, key=key)
    assert (first.status_code, first.headers["Location"]) == (second.status_code, second.headers["Location"])
    assert len(house.rows(Comment)) == 1
    other = cast.author.post(f"/posts/{post.post_id}/comments", {"text": "Others"}, key=key)
    assert other.status_code == 422
    elsewhere = cast.author.post("/posts", {"region": str(cast.warsaw.id), "text": "x"}, key=key)
    assert elsewhere.status_code == 422
    assert len(house.rows(Comment)) == len(house.rows(Post)) == 1


@pytest.mark.parametrize("key", ["\0" * 9, "k" * 81, "short", "ключключключ", "<script>alert(1)</script>\n"])
def test_a_damaged_key_is_refused(cast, key):
    answer = cast.author.post("/posts", {"region": str(cast.warsaw.id), "text": "x", "key": key})
    assert answer.status_code == 422
    assert not house.rows(Post)


def test_two_tabs_do_not_overwrite_each_other(cast):
    asked = cast.author.post("/posts", {"region": str(cast.warsaw.id), "text": "Once"})
    edit = asked.headers["Location"]
    page = Page(cast.author.get(edit).get_data(as_text=True), edit)
    form = next(each for each in page.forms if "version" in each.fields)
    opened = {name: value for name, value in form.values().items() if value and name != "_token"}
    assert cast.author.post(form.action, {**opened, "text": "From the first tab"}).status_code == 303
    late = cast.author.post(form.action, {**opened, "text": "From the second tab"})
    assert late.status_code == 409
    assert "From the second tab" in late.get_data(as_text=True)
    assert [row.text for row in house.rows(Post)] == ["From the first tab"]


CLOCKS = [
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+23:59",
    "0001-01-01T00:00:00-23:59",
    "1969-12-31T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2038-01-19T03:14:08Z",
    "tomorrow",
    "\0",
    "9" * 39,
]


@pytest.mark.parametrize("tapped", CLOCKS)
def test_a_phone_with_a_wrong_clock_decides_or_is_told(cast, tapped):
    asked = house.waiting(cast)
    answer = cast.approver.post(house.decision_url(asked), house.decision_form(asked, tapped_at=tapped))
    assert answer.status_code in (303, 410, 409, 422)
    assert len(house.rows(Decision)) == (answer.status_code == 303)

"""An answer on our own site, and the word to the site that asked."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest

from tests.networks.doubles import Double, Reply, Request
from webapp.networks import answering, network, sitefeed_replies
from webapp.networks.base import Account, Receipt

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
Start = Callable[[Double], Account]


class Blog(Double):
    """Somebody's page that names where Webmentions go."""

    page = '<html><link href="/wm?x=1" rel="webmention"><a href="https://other.example" rel="nofollow">x</a></html>'
    headers: dict[str, str] = {}
    takes = 202

    def route(self, request: Request) -> Reply:
        if request.method == "POST":
            return Reply(self.takes, {})
        return Reply(200, self.page.encode(), {"content-type": "text/html", **self.headers})


def say(account: Account, url: str) -> Receipt:
    site = network("site")
    assert isinstance(site, answering.Answering)
    return site.reply(account, {"here": "https://nod.test/feeds/pomela", "url": url}, "Thanks!", "key-1", AT)


def test_the_answer_has_its_address_and_the_other_site_is_told(start: Start) -> None:
    blog = Blog()
    account = start(blog)
    made = say(account, f"{blog.url}/their/page")
    assert made == Receipt("answer:key-1", "https://nod.test/feeds/pomela/answers/key-1")
    told = blog.seen[-1]
    assert (told.method, told.path, told.query) == ("POST", "/wm", {"x": "1"})
    form = {name: values[0] for name, values in parse_qs(told.body.decode()).items()}
    assert form == {"source": made.url, "target": f"{blog.url}/their/page"}


@pytest.mark.parametrize(("page", "takes"), [("<p>no such thing</p>", 202), (Blog.page, 500)])
def test_whoever_does_not_listen_changes_nothing(start: Start, page: str, takes: int) -> None:
    blog = Blog()
    blog.page, blog.takes = page, takes
    assert say(start(blog), f"{blog.url}/page").remote_id == "answer:key-1"


def test_an_address_that_is_none_of_ours_to_ask_is_not_asked(start: Start) -> None:
    account = start(Blog())
    for url in ("", "javascript:alert(1)", "http://10.0.0.1/x", "https://nowhere.invalid/x"):
        assert say(account, url).remote_id == "answer:key-1"


@pytest.mark.parametrize(
    ("header", "html", "found"),
    [
        ('<https://a.example/wm>; rel="webmention"', "", "https://a.example/wm"),
        ("", "<a href='/wm' rel='nofollow webmention'>here</a>", "/wm"),
        ("", '<link rel="webmention" href="">', ""),
        ("", '<link rel="notwebmention" href="/x">', None),
        ('</other>; rel="next"', "<p>rel=webmention</p>", None),
    ],
)
def test_where_a_page_takes_them(header: str, html: str, found: str | None) -> None:
    assert sitefeed_replies.endpoint(header, html) == found

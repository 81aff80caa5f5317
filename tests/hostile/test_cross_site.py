"""Requests that another site made a browser send: each is refused with 403, and no row changes."""

import pytest

from tests.cast import BASE
from tests.test_walk import NOT_IDS, examples, filled, fingerprint, rules

ELSEWHERE = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
OURS = {"Origin": BASE, "Sec-Fetch-Site": "same-origin"}


def _attack(world, name):
    """Headers and token of each way to try it."""
    own, foreign = world.author.csrf, world.approver.csrf
    return {
        "another site with the right token": (ELSEWHERE, own),
        "another site that says it is htmx": ({**ELSEWHERE, "X-Nod": "1", "HX-Request": "true"}, own),
        "a site next door": ({"Origin": "https://evil.nod.test", "Sec-Fetch-Site": "same-site"}, own),
        "nowhere": ({"Origin": "null"}, own),
        "a browser that says nothing": ({}, own),
        "our site by http": ({"Origin": "http://nod.test"}, own),
        "our page without the token": (OURS, None),
        "our page with somebody else's token": (OURS, foreign),
        "our page with a token that is no text": (OURS, "\u0663"),
    }[name]


FROM_ELSEWHERE = {
    "posts.share": "the system's share sheet sends it; it only shows a form and writes nothing",
    "inbox.hint": "a server says that something is new; its signature is looked at, and only the poller looks sooner",
    "inbox.webmention": "another site says that it links to a page of ours; nothing is believed before it is seen",
}
WAYS = (
    "another site with the right token",
    "another site that says it is htmx",
    "a site next door",
    "nowhere",
    "a browser that says nothing",
    "our site by http",
    "our page without the token",
    "our page with somebody else's token",
    "our page with a token that is no text",
)


@pytest.mark.thorough
@pytest.mark.parametrize("way", WAYS)
def test_no_address_takes_a_request_from_elsewhere(app, world, way):
    headers, token = _attack(world, way)
    body = {"text": "x", "name": "x", "to": "", **({"_token": token} if token else {})}
    before, wrong, tried = fingerprint(), [], 0
    for _method, rule in rules(app, "POST"):
        view = app.view_functions[rule.endpoint]
        if NOT_IDS & rule.arguments or getattr(view, "from_elsewhere", False):
            continue
        answer = world.author.client.post(filled(app, rule, examples(rule)), base_url=BASE, data=body, headers=headers)
        tried += 1
        if answer.status_code != 403:
            wrong.append(f"{rule.rule}: {answer.status_code}")
    assert tried > 40
    assert not wrong, "\n".join(wrong)
    assert fingerprint() == before


def test_what_may_come_from_elsewhere_is_known(app):
    """A view that opts out needs a reason that stands in FROM_ELSEWHERE."""
    out = {name for name, view in app.view_functions.items() if getattr(view, "from_elsewhere", False)}
    assert out <= set(FROM_ELSEWHERE)


@pytest.mark.thorough
@pytest.mark.parametrize("way", WAYS)
def test_what_is_shared_from_elsewhere_is_only_shown(app, world, way):
    headers, _token = _attack(world, way)
    shared = {"title": "A title", "text": "<b>Buy</b>", "url": "https://evil.example/"}
    before = fingerprint()
    answer = world.author.client.post("/share", base_url=BASE, data=shared, headers=headers)
    assert "&lt;b&gt;Buy&lt;/b&gt;" in answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert fingerprint() == before

"""Hostile inputs, fed to the ways in: addresses to return to, ids, words to search for, taps of the demo."""

import pytest
import sqlalchemy as sa

from tests.conftest import config_for
from tests.hostile.inputs import of_family
from tests.people.helpers import sign_in
from webapp import create_app, db
from webapp.http.answer import local_path
from webapp.people.models import Organization

OURS = ("/%09/evil.example", "/..//evil.example", "/@evil.example")
"""Of the family of redirects, those that stay here however a browser reads them."""
ELSEWHERE = [
    *(url for url in of_family("open_redirect") if url not in OURS),
    "javascript:alert(1)",
    "///evil.example",
    "/\n/evil.example",
    "/\r\nSet-Cookie: x=1",
    " //evil.example",
    "/" + "a" * 600,
    "http:///evil.example",
]
IDS = [*of_family("uuid_edges"), *of_family("negative_and_zero_ids"), "%00"]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_only_a_path_of_ours_is_returned_to(url):
    assert local_path(url) == "/"


@pytest.mark.parametrize("url", ["/", "/people?q=a&state=active", "/posts/1#top", *OURS])
def test_our_own_paths_are(url):
    assert local_path(url) == url


def test_signing_in_never_leaves_the_site(cast, config):
    for n, url in enumerate(ELSEWHERE[:3], 1):
        browser = cast.signed_out()
        browser.post("/sign-in/demo", {"person": "x", "next": url})
        assert cast.author.get("/sign-in", query_string={"next": url}).headers["Location"] == "/"
        assert browser.post("/language", {"language": "en", "next": url}).headers["Location"] == "/sign-in"
        if n == 1:
            assert sign_in(browser, config, "author@pomela.example", url).headers["Location"] == "/"


@pytest.mark.parametrize("row_id", IDS)
def test_only_canonical_ids_are_pages(cast, row_id):
    nothing = cast.administrator.get("/people/0190a1b2-0000-7000-8000-000000000000")
    for path in ("/people/", "/regions/", "/roles/"):
        response = cast.administrator.get(path + row_id)
        assert response.status_code == 404
        assert response.data == nothing.data


def test_the_same_id_in_capitals_is_another_page(cast):
    path = f"/people/{cast.people['author'].id}"
    assert cast.administrator.get(path).status_code == 200
    assert cast.administrator.get(path.replace("people", "PEOPLE")).status_code == 404
    assert cast.administrator.get("/people/" + str(cast.people["author"].id).upper()).status_code == 404


@pytest.mark.parametrize(
    "word", ["\0", "\ud800".encode("utf-8", "surrogatepass"), "%", "'; DROP TABLE people;--", "\u202e", "W" * 5000]
)
def test_any_search_is_answered(cast, word):
    assert cast.administrator.get("/people", query_string={"q": word, "after": word, "region": word}).status_code == 200


def test_without_a_demo_nobody_enters_by_a_tap(cast):
    author = str(cast.people["author"].id)
    assert cast.signed_out().post("/sign-in/demo", {"person": author}).status_code == 403
    assert "Or try the demo" not in cast.signed_out().get("/sign-in").get_data(as_text=True)


@pytest.fixture
def demo_cast(tmp_path, database_url):
    from tests.cast import enter

    made = enter(create_app(config_for(tmp_path, database_url, demo=True)))
    yield made
    db.dispose()


def test_the_demo_lets_in_its_own_people_and_nobody_else(demo_cast):
    author, stranger = (str(demo_cast.people[name].id) for name in ("author", "stranger"))
    organization_id = demo_cast.organization.id
    assert demo_cast.signed_out().post("/sign-in/demo", {"person": author}).status_code == 403
    db.session.execute(sa.update(Organization).where(Organization.id == organization_id).values(demo=True))
    db.commit()
    browser = demo_cast.signed_out()
    html = browser.get("/sign-in?next=/people").get_data(as_text=True)
    assert html.count('name="person"') == 8
    assert f'value="{author}"' in html
    assert stranger not in html
    assert browser.post("/sign-in/demo", {"person": stranger}).status_code == 403
    assert browser.post("/sign-in/demo", {"person": author, "next": "/people"}).headers["Location"] == "/people"
    assert browser.get("/people").status_code == 200


def test_a_flooded_form_is_refused_before_it_is_read(cast):
    response = cast.signed_out().post("/sign-in", {"email": "x" * 30_000_000})
    assert response.status_code == 413

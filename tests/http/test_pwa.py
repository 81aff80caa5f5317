"""What a launcher and the worker are given: the manifest by person, icons of the right size, whose each page is."""

import io
import json
import re

import brotli
import pytest
from PIL import Image

from webapp import db
from webapp.http import icons, pwa
from webapp.people.models import Person

NEVER_KEPT = ("/account", "/account/details", "/people", "/regions", "/roles", "/settings", "/activity", "/install")
KEPT = ("/", "/approvals", "/posts", "/posts/new", "/channels", "/more")


@pytest.fixture
def author(cast):
    return cast.author


def manifest(browser):
    answer = browser.get("/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    return json.loads(answer.data)


def change(cast, **values):
    person = db.session.get_one(Person, cast.actor("author").id)
    for name, value in values.items():
        setattr(person, name, value)
    db.commit()


def test_the_manifest_speaks_the_language_of_the_person(cast, author):
    change(cast, language="pl")
    assert manifest(author)["lang"] == "pl"
    assert [each["name"] for each in manifest(author)["shortcuts"]] == ["Akceptacje", "Skrzynka", "Nowy post"]
    change(cast, language="ar-XB")
    assert (manifest(author)["lang"], manifest(author)["dir"]) == ("ar-XB", "rtl")


def test_the_manifest_looks_as_the_person_chose(cast, author):
    assert manifest(author)["background_color"] == pwa.LIGHT
    change(cast, theme="dark")
    assert manifest(author)["background_color"] == manifest(author)["theme_color"] == pwa.DARK


def test_an_installed_app_stays_the_same_app(cast, author):
    for browser in (author, cast.signed_out()):
        found = manifest(browser)
        assert (found["id"], found["start_url"], found["scope"], found["display"]) == ("/", "/", "/", "standalone")


def test_the_manifest_is_asked_for_with_the_session(author):
    page = author.get("/").get_data(as_text=True)
    assert '<link rel="manifest" href="/manifest.webmanifest" crossorigin="use-credentials">' in page
    answer = author.get("/manifest.webmanifest")
    assert "Cookie" in answer.headers["Vary"]
    assert "public" not in answer.headers["Cache-Control"]
    assert author.get("/manifest.webmanifest", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_every_picture_of_the_manifest_is_there_in_its_size(cast):
    found = manifest(cast.signed_out())
    pictures = [*found["icons"], *found["screenshots"], *(i for s in found["shortcuts"] for i in s["icons"])]
    assert {each.get("purpose") for each in found["icons"]} == {"any", "maskable", "monochrome"}
    for each in pictures:
        answer = cast.signed_out().get(each["src"])
        assert answer.mimetype == "image/png"
        assert "{}x{}".format(*Image.open(io.BytesIO(answer.data)).size) == each["sizes"]


def test_what_must_be_opaque_is_and_what_must_show_through_does(cast):
    for name in icons.ICONS:
        image = Image.open(io.BytesIO(cast.signed_out().get(f"/icons/{name}.png").data)).convert("RGBA")
        corner = image.getpixel((0, 0))[3]
        assert corner == (255 if name.startswith(("maskable", "apple", "screen")) else 0), name


def test_the_face_of_a_maskable_icon_is_inside_the_safe_circle(cast):
    image = Image.open(io.BytesIO(cast.signed_out().get("/icons/maskable-512.png").data)).convert("RGB")
    ground = image.getpixel((0, 0))
    far = (
        (x - 256) ** 2 + (y - 256) ** 2
        for x in range(0, 512, 2)
        for y in range(0, 512, 2)
        if image.getpixel((x, y)) != ground
    )
    assert max(far) ** 0.5 <= 0.4 * 512


def test_nobody_draws_what_is_not_there(cast):
    for name in ("icon-193", "..%2Ficon-192", "screen-card.svg"):
        assert cast.signed_out().get(f"/icons/{name}.png").status_code == 404


def test_a_picture_is_drawn_once(app, cast, monkeypatch):
    first = cast.signed_out().get("/icons/icon-192.png").data
    monkeypatch.setattr(icons, "_drawn", None)
    assert cast.signed_out().get("/icons/icon-192.png").data == first


def test_the_worker_is_asked_for_again_each_time_and_small(app, cast):
    answer = cast.signed_out().get("/sw.js", headers={"Accept-Encoding": "br"})
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    text = brotli.decompress(answer.data).decode()
    for url in json.loads(re.search(r"const BUILD = (\{.*\});\n", text)[1])["precache"]:
        assert "immutable" in cast.signed_out().get(url).headers["Cache-Control"]


def test_a_new_release_is_a_new_worker(app):
    files = dict(app.extensions["assets"])
    before = pwa.worker(files, app.config["NOD"])
    files["app.css"] = files["htmx.js"]
    assert pwa.worker(files, app.config["NOD"]).bodies[""] != before.bodies[""]


def test_each_page_says_whose_it_is(cast, author):
    assert author.get("/").headers[pwa.OWNER] == cast.actor("author").owner
    assert author.post("/nowhere", {}).headers[pwa.OWNER] == cast.actor("author").owner
    assert cast.signed_out().get("/sign-in").headers[pwa.OWNER] == "-"
    assert cast.signed_out().get("/nowhere").headers[pwa.OWNER] == "-"
    assert f'data-person="{cast.actor("author").owner}"' in author.get("/").get_data(as_text=True)


def test_a_304_says_it_too(author):
    tag = author.get("/").headers["ETag"]
    answer = author.get("/", headers={"If-None-Match": tag})
    assert answer.status_code == 304
    assert answer.headers[pwa.KEEP] == "1"
    assert answer.headers[pwa.OWNER] != "-"


def test_only_what_may_lie_on_a_phone_is_kept(cast):
    for path in KEPT:
        assert cast.administrator.get(path).headers.get(pwa.KEEP) == "1", path
    for path in NEVER_KEPT:
        assert pwa.KEEP not in cast.administrator.get(path).headers, path
    assert pwa.KEEP not in cast.signed_out().get("/sign-in").headers


def test_a_public_page_is_nobodys(author):
    assert pwa.OWNER not in author.get("/robots.txt").headers


def test_the_page_without_network_needs_nobody(cast, author):
    page = cast.signed_out().get("/offline")
    assert page.status_code == 200
    assert "data-person" not in page.get_data(as_text=True)
    text = author.get("/offline").get_data(as_text=True)
    assert "You can go on." in text
    assert 'class="pip' not in text

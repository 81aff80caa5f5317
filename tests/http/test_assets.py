"""The files of the look are small, complete and kept for ever; layouts are whole and without inline code."""

import gzip
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Accept
from werkzeug.wrappers import Response

from tests.conftest import config_for
from tests.http.gallery import STATES, gallery
from webapp.config import ConfigError
from webapp.http import assets, compression, pwa, sprite

WEBAPP = Path(assets.ROOT)
PAGES = ("approvals", "review", "shapes", "compose", "gate")
CEILINGS = {"app.css": 20_000, "htmx.js": 13_000, "icons.svg": 6_000}
OWN_SCRIPTS = 15_000
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)[\w-]*"
    r"|left|right|top|bottom|(?:min-|max-)?(?:width|height)|(?:float|clear)(?!: inline-))\s*:"
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return gallery(tmp_path_factory.mktemp("data"))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


class Page(HTMLParser):
    """Every start tag of a page with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attrs for name, attrs in self.tags if name == tag)


def page(client: FlaskClient, path: str) -> Page:
    return Page(client.get(path).get_data(as_text=True))


@pytest.mark.parametrize(("name", "ceiling"), CEILINGS.items())
def test_stays_under_its_ceiling(app: Flask, name: str, ceiling: int) -> None:
    assert len(app.extensions["assets"][name].bodies["br"]) <= ceiling


def test_our_scripts_stay_under_their_ceiling_with_the_worker(app: Flask, tmp_path: Path) -> None:
    files = app.extensions["assets"]
    own = files["app.js"], files["device.js"], pwa.worker(files, config_for(tmp_path, "sqlite://"))
    assert sum(len(file.bodies["br"]) for file in own) <= OWN_SCRIPTS


def test_a_script_loses_nothing_but_what_its_readers_need(app: Flask) -> None:
    for path in assets.STATIC.glob("*/*.js"):
        for line in path.read_text().splitlines():
            assert line.count("`") % 2 == 0, f"{path.name} has a text over several lines: {line}"


def test_a_file_is_kept_for_ever_and_sent_small(app: Flask, client: FlaskClient) -> None:
    file = app.extensions["assets"]["app.css"]
    for accepted, encoding, unpack in (
        ("br, gzip", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("identity", None, bytes),
    ):
        answer = client.get(file.url, headers={"Accept-Encoding": accepted})
        assert unpack(answer.data) == file.bodies[""]
        assert answer.headers.get("Content-Encoding") == encoding
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.mimetype == "text/css"


def test_types_and_the_icon(app: Flask, client: FlaskClient) -> None:
    files = app.extensions["assets"]
    assert client.get(files["app.js"].url).mimetype == "text/javascript"
    assert client.get(files["icons.svg"].url).mimetype == "image/svg+xml"
    assert client.get("/favicon.ico").data == files["icon.svg"].bodies[""]


def test_a_page_of_another_release_is_served_but_not_kept(client: FlaskClient) -> None:
    answer = client.get("/static/app.000000000000.css")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"
    assert client.get("/static/other.000000000000.css").status_code == 404


def test_not_modified(app: Flask, client: FlaskClient) -> None:
    url = app.extensions["assets"]["app.js"].url
    tag = client.get(url).headers["ETag"]
    assert client.get(url, headers={"If-None-Match": tag}).status_code == 304


def test_the_next_start_compresses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = gallery(tmp_path).extensions["assets"]
    monkeypatch.setattr(assets, "_squeezed", None)
    monkeypatch.setattr(sprite, "used", None)
    assert gallery(tmp_path).extensions["assets"] == first


def test_a_missing_icon_stops_the_start(app: Flask) -> None:
    with pytest.raises(sprite.MissingIcon, match=r"page\.html uses the icon 'no-such-thing'"):
        sprite.build("<svg></svg>", {"no-such-thing": "page.html"})


def test_an_icon_that_was_not_named_is_noticed(app: Flask) -> None:
    with pytest.raises(sprite.MissingIcon):
        app.jinja_env.globals["icon_url"]("zap")  # type: ignore[operator]


def test_icons_named_in_templates_and_code_are_found(app: Flask, tmp_path: Path) -> None:
    code = tmp_path / "rooms.py"
    code.write_text('icon: str = "zap"\nTab(icon="star")\nother(name="not-one")\n')
    names = sprite.used(sprite.sources(app.jinja_env, [code]))
    assert {"zap", "star", "ellipsis", "lock", "x", "chevron-left"} <= set(names)
    assert "not-one" not in names


def test_without_htmx_the_start_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "HTMX", tmp_path / "htmx.min.js")
    with pytest.raises(ConfigError, match="run `make`"):
        gallery(tmp_path)


def test_every_source_is_joined() -> None:
    for name, kind in (("css", "css"), ("js", "js"), ("shared", "js"), ("worker", "js")):
        folder = assets.STATIC / name
        listed = (folder / "order.txt").read_text().split()
        assert sorted(listed) == sorted(path.stem for path in folder.glob(f"*.{kind}"))


def test_style_knows_no_left_and_right() -> None:
    for path in (assets.STATIC / "css").glob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
        text = re.sub(r"@media[^{]*", "@media", text)
        for selector, declarations in re.findall(r"([^{};]*)\{([^{}]*)\}", text):
            assert not PHYSICAL.search(declarations), f"{path.name}: {declarations.strip()}"
            if not selector.lstrip().startswith("html[dir="):
                assert not re.search(r"text-align:\s*(?:left|right)", declarations), f"{path.name}: {selector}"


def test_templates_have_no_inline_code() -> None:
    for path in (WEBAPP / "templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"""\sstyle=|\son[a-z]+=["']|javascript:|hx-on|["']js:""", text), path
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style", text), path
        assert not re.search(r"\s[\w-]+=\{\{", text), f"{path}: an attribute without quotes"


@pytest.mark.parametrize("name", PAGES)
def test_pages_have_no_inline_code(client: FlaskClient, name: str) -> None:
    for tag, attrs in page(client, f"/{name}?toast=1&pause=1").tags:
        assert tag != "style"
        assert tag != "script" or attrs["src"]
        assert not {a for a in attrs if a == "style" or a.startswith("on")}


@pytest.mark.parametrize("name", PAGES)
def test_words_do_not_wait_for_what_makes_them_answer(app: Flask, client: FlaskClient, name: str) -> None:
    """One small script that does not block; the rest, and the manifest, lie in a template until the page is painted."""
    files = app.extensions["assets"]
    now, later = page_parts(client.get(f"/{name}").get_data(as_text=True))
    assert [each["src"] for each in now.all("script")] == [files["device.js"].url]
    assert all("defer" in each for each in now.all("script"))
    assert [each["src"] for each in later.all("script")] == [files["htmx.js"].url, files["app.js"].url]
    assert [each["rel"] for each in later.all("link")] == ["manifest"]
    assert [each["href"] for each in now.all("link") if each["rel"] == "stylesheet"] == [files["app.css"].url]


def page_parts(text: str) -> tuple[Page, Page]:
    """What a page asks for at once, and what its template keeps for later."""
    before, _, rest = text.partition('<template id="later">')
    later, _, after = rest.partition("</template>")
    return Page(before + after), Page(later)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("lang", "direction"), [("en", "ltr"), ("pl", "ltr"), ("ar-XB", "rtl")])
def test_a_page_is_whole(app: Flask, client: FlaskClient, name: str, lang: str, direction: str) -> None:
    found = page(client, f"/{name}?lang={lang}&toast=1")
    root = next(found.all("html"))
    assert (root["lang"], root["dir"]) == (lang, direction)
    assert len(list(found.all("h1"))) == 1
    assert len(list(found.all("main"))) == 1
    assert next(found.all("a"))["href"] == "#main"
    symbols = sprite.names(app.extensions["assets"]["icons.svg"].bodies[""].decode())
    used = {str(use["href"]).partition("#")[2] for use in found.all("use")}
    assert used <= symbols
    ids = [attrs["id"] for _, attrs in found.tags if attrs.get("id")]
    assert len(ids) == len(set(ids))
    assert {"polite", "urgent", "toasts"} <= set(ids)


def test_the_theme_a_person_chose(client: FlaskClient) -> None:
    assert "data-theme" not in next(page(client, "/approvals").all("html"))
    assert next(page(client, "/approvals?theme=dark").all("html"))["data-theme"] == "dark"


def test_the_current_tab_and_its_count(client: FlaskClient) -> None:
    current = [a for a in page(client, "/approvals").all("a") if a.get("aria-current") == "page"]
    assert [a["href"] for a in current] == ["/approvals"]
    assert 'id="count-approvals">7</span>' in client.get("/approvals").get_data(as_text=True)


def test_band_and_toast_only_when_there_are_any(client: FlaskClient) -> None:
    quiet, loud = (client.get(f"/approvals{q}").get_data(as_text=True) for q in ("", "?pause=1&toast=1"))
    assert 'class="band"' not in quiet
    assert "data-toast" not in quiet
    assert "<b>Posting paused in Poland</b>13:04, by Brand" in loud
    assert 'action="/decisions/1/undo"' in loud
    assert 'name="_token" value="token-of-the-session"' in loud


def test_every_state_has_its_shape(app: Flask) -> None:
    own = sprite.names((assets.STATIC / "img" / "own.svg").read_text())
    assert {shape for shape, _, _ in STATES.values()} | {"s-ok", "s-warn", "mark", "face"} <= own


def test_a_form_comes_back_with_errors_beside_fields_and_all_that_was_typed(client: FlaskClient) -> None:
    typed = {
        "name": "",
        "email": "<b>no",
        "text": 'He said "yes"\n2nd line',
        "region": "ae",
        "look": "dark",
        "quick": "y",
    }
    typed |= {"scope": "3", "on": "2026-13-40", "at": "25:00", "password": "secret"}
    answer = client.post("/compose", data={**typed, "channels": ["b", "s"]})
    text = answer.get_data(as_text=True)
    found = Page(text)
    inputs = {str(a.get("id")): a for a in found.all("input")}
    assert answer.status_code == 422
    assert inputs["name"]["aria-invalid"] == "true"
    assert inputs["name"]["aria-describedby"] == "name-error"
    assert 'id="name-error"' in text
    assert inputs["email"]["value"] == "<b>no"
    assert inputs["email"]["aria-describedby"] == "email-hint"
    assert "He said &#34;yes&#34;" in text
    assert "secret" not in text
    assert {a["value"] for a in found.all("input") if "checked" in a} == {"dark", "y", "3", "b", "s"}
    assert inputs["on"]["value"] == "2026-13-40"
    assert '<option selected value="ae">' in text
    assert [a["href"] for a in found.all("a") if a.get("href") in ("#name", "#on", "#at")] == ["#name", "#on", "#at"]


def test_every_field_has_a_label(client: FlaskClient) -> None:
    found = page(client, "/compose")
    labelled = {a.get("for") for a in found.all("label")}
    for kind in ("select", "textarea"):
        assert all(a["id"] in labelled for a in found.all(kind))
    for a in found.all("input"):
        wrapped = a.get("type") in ("hidden", "radio", "checkbox") or a.get("name") == "picture"
        assert wrapped or a["id"] in labelled, a


def _answer(body: bytes, **more: str) -> Response:
    return Response(body, mimetype=more.get("mimetype", "text/html"))


def test_answers_get_smaller() -> None:
    body = b"<p>Nod</p>" * 200
    for accepted, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        response = _answer(body)
        response.set_etag("x")
        compression.compress(response, Accept([(accepted, 1)]))
        assert response.headers["Content-Encoding"] == accepted
        assert unpack(response.get_data()) == body
        assert int(response.headers["Content-Length"]) == len(response.get_data()) < len(body)
        assert response.headers["Vary"] == "Accept-Encoding"
        assert response.get_etag() == ("x", True)


@pytest.mark.parametrize(
    ("response", "accept"),
    [
        (_answer(b"short"), [("br", 1)]),
        (_answer(b"x" * 2000, mimetype="image/webp"), [("br", 1)]),
        (_answer(b"x" * 2000), []),
        (_answer(b"x" * 2000), [("br", 0), ("gzip", 0)]),
        (Response(iter([b"x" * 2000]), mimetype="text/html"), [("br", 1)]),
    ],
    ids=["short", "picture", "not asked", "refused", "stream"],
)
def test_answers_that_stay_as_they_are(response: Response, accept: list[tuple[str, float]]) -> None:
    assert "Content-Encoding" not in compression.compress(response, Accept(accept)).headers


def test_brotli_wins_a_tie_and_loses_a_preference() -> None:
    assert compression.encoding(Accept([("gzip", 1), ("br", 1)])) == "br"
    assert compression.encoding(Accept([("gzip", 1), ("br", 0.5)])) == "gzip"


def test_what_takes_the_focus_can():
    """A script moves the focus to `data-focus` and gives it nothing else: the element brings its tabindex."""
    sources = "".join(each.read_text() for each in (WEBAPP / "templates").rglob("*.html"))
    tags = re.findall(r"<[^<>]*\bdata-focus\b[^<>]*>", sources)
    assert tags
    assert not [tag for tag in tags if "tabindex" not in tag and not tag.startswith(("<input", "<button", "<a "))]

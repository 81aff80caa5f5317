"""Hostile files, as a form brings them: each is refused with a sentence, or taken as pixels and nothing else."""

import base64
import io
import zipfile
import zlib

import pytest
from PIL import Image

from tests.approvals import house
from tests.hostile.inputs import of_family
from tests.posts import make
from webapp import db
from webapp.assets import store
from webapp.assets.models import Asset

pytestmark = pytest.mark.one_database

SECRET = b"secret caption"


def _zip_bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("0", b"\0" * 20_000_000)
    return out.getvalue()


def _gif_of_many_frames():
    frames = [Image.new("P", (8, 8), n % 250) for n in range(600)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


def _png(*chunks):
    plain = make.png()
    head, tail = plain[:33], plain[33:]
    made = b"".join(
        len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big") for kind, body in chunks
    )
    return head + made + tail


def _jpeg(**more):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "JPEG", **more)
    return out.getvalue()


def _decoded(family):
    return base64.b64decode(of_family(family)[0])


HTML = b"<!doctype html><script>alert(1)</script>"
REFUSED = {
    "a zip bomb named .png": ("bomb.png", _zip_bomb(), "image/png"),
    "65535x65535 in the header": ("giant.gif", _decoded("giant_gif"), "image/gif"),
    "an SVG": ("one.svg", of_family("svg_script")[0].encode(), "image/svg+xml"),
    "an SVG sent as a PNG": ("one.png", of_family("svg_script")[0].encode(), "image/png"),
    "an SVG with a file in it": ("one.png", of_family("svg_script")[1].encode(), "image/png"),
    "a page": ("one.png", HTML, "image/png"),
    "a page behind the mark of a GIF": ("one.gif", b"GIF89a/*" + HTML, "image/gif"),
    "a PDF": ("one.jpg", b"%PDF-1.7\n" + HTML, "image/jpeg"),
    "HEIC": ("one.heic", b"\0\0\0\x18ftypheic" + b"\0" * 64, "image/heic"),
    "nothing": ("one.png", b"", "image/png"),
    "a PNG whose text is a bomb": (
        "one.png",
        _png((b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 90_000_000))),
        "image/png",
    ),
}
TAKEN = {
    "a JPEG with a page behind it": _decoded("polyglot_jpeg_html"),
    "a JPEG with GPS": _decoded("exif_gps"),
    "a JPEG with comments": _jpeg(comment=SECRET, xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"),
    "a PNG with PHP": _png((b"tEXt", b"Comment\0<?php " + SECRET)),
    "a PNG with a zip behind it": make.png() + _zip_bomb()[:500] + SECRET,
    "a GIF of 600 frames": _gif_of_many_frames(),
}


@pytest.fixture
def draft(app, cast):
    store.configure(app.config["NOD"])
    post = make.post(cast, [make.channel(cast)])
    db.commit()
    return post.id


def send(cast, draft, name, data, kind):
    upload = {"file": (io.BytesIO(data), name, kind)}
    return cast.author.post(f"/posts/{draft}/media", upload, content_type="multipart/form-data")


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_with_a_sentence_and_nothing_stays(cast, draft, what):
    answer = send(cast, draft, *REFUSED[what])
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="file-error"' in page
    assert not house.rows(Asset)
    assert not [p for p in store.folder().rglob("*") if p.is_file()]


@pytest.mark.parametrize("what", TAKEN)
def test_only_the_pixels_are_kept(cast, draft, what):
    assert send(cast, draft, "one.png", TAKEN[what], "image/png").status_code == 303
    (asset,) = house.rows(Asset)
    for rendition in asset.renditions:
        data = store.read(rendition)
        assert not [part for part in (SECRET, b"<?php", b"script", b"PK\x03\x04", b"GPS") if part in data]
        image = Image.open(io.BytesIO(data))
        assert not image.getexif()
        assert getattr(image, "n_frames", 1) == 1
        served = cast.author.get(store.url_of(rendition))
        assert served.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in served.headers["Content-Security-Policy"]
        assert served.mimetype in ("image/jpeg", "image/webp")


@pytest.mark.parametrize("name", [*of_family("path_traversal_name"), *of_family("rtl_file_name")])
def test_a_name_names_nothing(cast, draft, name):
    answer = send(cast, draft, name, make.png(), "image/png")
    assert answer.status_code in (303, 400, 422)
    outside = [p for p in store.folder().rglob("*") if p.is_file() and p.suffix not in (".jpg", ".webp")]
    assert not outside
    for asset in house.rows(Asset):
        assert not {"/", "\\", "\0", "\r", "\n", "\u202e"} & set(asset.name)
        assert all(name not in rendition.key for rendition in asset.renditions)

"""What is taken, what is refused from the header alone, and what is left of a picture's secrets."""

import base64
import io
import struct
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from tests.cast import Cast
from tests.posts import make
from webapp import db
from webapp.assets import pictures, press, store
from webapp.assets.models import Asset
from webapp.errors import Invalid

SECRET = b"secret caption"
AIMS = {"card": 45_000, "small": 14_000, "thumb": 4_000}


def take(cast: Cast, data: bytes, name: str = "one.jpg") -> Asset:
    db.commit()
    return store.take(data, name, region=cast.warsaw, by=cast.actor("author"))


def jpeg(width: int = 80, height: int = 40, **more: Any) -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", (width, height), "navy")
    image.paste("gold", (0, 0, width // 2, height))
    image.save(out, "JPEG", **more)
    return out.getvalue()


def with_secrets() -> bytes:
    """A JPEG on its side, with GPS, a comment, XMP, and a page of HTML behind it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[2] = (52.0, 13.0, 47.0)
    data = jpeg(exif=exif, comment=SECRET, xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>")
    return data + b"<script>alert(1)</script>" + SECRET


def opened(key: str) -> Image.Image:
    return Image.open(io.BytesIO(store.read_key(key)))


def test_every_size_and_no_secret(cast: Cast) -> None:
    asset = take(cast, with_secrets())
    assert (asset.width, asset.height) == (40, 80)
    assert {r.kind for r in asset.renditions} == {"thumb", "small", "card", "full"}
    for rendition in asset.renditions:
        data = store.read(rendition)
        assert SECRET not in data
        assert b"script" not in data
        image = opened(rendition.key)
        assert not image.getexif()
        assert not {"comment", "xmp", "exif", "icc_profile"} & set(image.info)
        assert image.format == {"image/jpeg": "JPEG", "image/webp": "WEBP"}[rendition.mime]
        assert (image.width, image.height) == (rendition.width, rendition.height)
        assert store.digest(rendition.key) == rendition.sha256


def test_orientation_is_applied_before_it_is_dropped(cast: Cast) -> None:
    image = opened(take(cast, with_secrets()).rendition("full").key).convert("RGB")
    top, bottom = image.getpixel((20, 5)), image.getpixel((20, 75))
    assert top[0] > 200 > bottom[0]


def test_sizes_are_the_designs(cast: Cast) -> None:
    asset = take(cast, jpeg(3000, 1500))
    sizes = {r.kind: (r.width, r.height) for r in asset.renditions}
    assert sizes == {"thumb": (144, 144), "small": (360, 180), "card": (720, 360), "full": (2048, 1024)}
    assert all(r.size <= pictures.FULL_BYTES for r in asset.renditions)


@pytest.mark.parametrize(("grains", "fits"), [(85, True), (1000, False)])
def test_bytes_are_the_designs_and_a_picture_that_is_full_of_detail_stays_large(
    cast: Cast, grains: int, fits: bool
) -> None:
    out = io.BytesIO()
    grain = Image.effect_noise((grains, grains), 40).convert("RGB")
    grain.resize((1440, 1440), Image.Resampling.BICUBIC).save(out, "JPEG", quality=95)
    made = {r.kind: r for r in take(cast, out.getvalue()).renditions}
    assert {kind: made[kind].width for kind in AIMS} == {"card": 720, "small": 360, "thumb": 144}
    assert (made["card"].size <= AIMS["card"]) is fits


def drawn() -> Image.Image:
    """Discs with sharp edges, as posters have them: what AVIF is better at."""
    image = Image.new("RGB", (1440, 1440), "#1f6b54")
    pen = ImageDraw.Draw(image)
    for n, (x, y) in enumerate([(300, 300), (1000, 350), (700, 900), (250, 1150), (1200, 1150)]):
        pen.ellipse((x - 240, y - 240, x + 240, y + 240), fill="#f7896b", outline="#fdeedd", width=20 + 4 * n)
        pen.line((x - 240, y, x + 240, y), fill="#fdeedd", width=12)
    return image


def test_a_browser_that_shows_avif_gets_the_lighter_picture(cast: Cast) -> None:
    out = io.BytesIO()
    drawn().save(out, "PNG")
    made = {r.kind: r for r in take(cast, out.getvalue()).renditions}
    for kind in AIMS:
        address = f"/media/{made[kind].key}"
        plain, light = (
            cast.author.get(address, headers={"Accept": accept})
            for accept in ("image/webp,*/*", "image/avif,image/webp,*/*")
        )
        assert (plain.mimetype, light.mimetype) == ("image/webp", "image/avif"), kind
        assert len(light.data) < len(plain.data)
        assert plain.headers["ETag"] != light.headers["ETag"]
        assert plain.headers["Vary"] == light.headers["Vary"] == "Accept"
        seen = Image.open(io.BytesIO(light.data))
        assert seen.size == (made[kind].width, made[kind].height)
        assert not seen.getexif()
        again = cast.author.get(address, headers={"Accept": "image/avif", "If-None-Match": light.headers["ETag"]})
        assert again.status_code == 304
    assert cast.author.get(f"/media/{made['card'].key.replace('.webp', '.avif')}").status_code == 404
    networks = cast.author.get(f"/media/{made['full'].key}", headers={"Accept": "image/avif"})
    assert networks.mimetype == "image/jpeg"


def test_the_lighter_picture_is_as_true() -> None:
    image = press.shaped(drawn(), 720, square=False)
    plain, _same = press.encoded(image, "WEBP", 36_000, 400_000)
    light = press.lighter(image, plain)
    assert light
    assert press.astray(image, light) <= press.astray(image, plain) * 1.06
    nothing_lost = io.BytesIO()
    image.save(nothing_lost, "WEBP", lossless=True)
    assert press.lighter(image, nothing_lost.getvalue()) is None


def test_without_avif_there_is_only_the_plain_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press.features, "check", lambda name: False)
    assert press.lighter(Image.new("RGB", (100, 100)), b"x" * 10_000) is None


def test_where_the_encoder_fails_there_is_only_the_plain_one() -> None:
    too_wide = Image.new("RGB", (65_537, 1))  # AVIF writes sizes in 16 bits
    plain = io.BytesIO()
    too_wide.save(plain, "BMP")
    assert press.lighter(too_wide, plain.getvalue()) is None


def test_what_is_transparent_lies_on_white_and_an_animation_is_its_first_frame(cast: Cast) -> None:
    clear = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(clear, "PNG")
    shown = opened(take(cast, clear.getvalue()).rendition("full").key).convert("RGB").getpixel((10, 10))
    assert min(shown) > 250
    moving = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), c) for c in ("red", "blue")]
    frames[0].save(moving, "GIF", save_all=True, append_images=frames[1:])
    first = opened(take(cast, moving.getvalue()).rendition("full").key).convert("RGB").getpixel((10, 10))
    assert first[0] > 200


def png_header(width: int, height: int) -> bytes:
    """A PNG that says it is large and has next to nothing in it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    )


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
REFUSED: dict[str, tuple[bytes, str]] = {
    "an SVG": (SVG, "JPEG, PNG"),
    "an SVG named .png": (SVG, "JPEG, PNG"),
    "a TIFF": (b"II*\0" + b"\0" * 100, "JPEG, PNG"),
    "a zip": (b"PK\x03\x04" + b"\0" * 100, "JPEG, PNG"),
    "nothing": (b"", "JPEG, PNG"),
    "51 megapixels": (png_header(8_000, 6_400), "megapixels"),
    "a giant GIF": (base64.b64decode("R0lGODlh/////4AAAAAAAP///ywAAAAA/////wACAkQBADs="), "megapixels"),
    "half a JPEG": (jpeg()[:200], "damaged"),
    "a JPEG in name": (b"\xff\xd8\xff" + b"x" * 100, "damaged"),
    "over 20 MB": (b"\xff\xd8\xff" + b"\0" * 20_000_001, "20 MB"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused(cast: Cast, what: str) -> None:
    data, words = REFUSED[what]
    with pytest.raises(Invalid) as refused:
        take(cast, data)
    assert words in refused.value.fields["file"]
    assert not [p for p in store.folder().rglob("*") if p.is_file()]


def test_a_bomb_inside_the_ceiling_is_stopped_by_the_limits(cast: Cast) -> None:
    began = time.monotonic()
    with pytest.raises(Invalid):
        take(cast, png_header(7_000, 7_000))
    assert time.monotonic() - began < 60


def test_the_press_keeps_to_its_memory(tmp_path: Path) -> None:
    source = tmp_path / "source"
    Image.new("RGB", (5_000, 5_000)).save(source, "PNG")
    order = {
        "source": str(source),
        "out": str(tmp_path),
        "make": [{"kind": "full", "form": "JPEG", "box": 2048, "most": 10**6, "name": "0"}],
        "pixels": 50_000_000,
        "seconds": 20,
    }
    command = pictures.command({**order, "memory": 200_000_000})
    assert "refused" in pictures.run(command)
    assert "made" in pictures.run(pictures.command({**order, "memory": 1_500_000_000}))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../../../etc/passwd", "passwd"),
        ("C:\\photos\\can.png", "can.png"),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("a\r\nb.png", "ab.png"),
        ("x" * 10_000, "x" * 120),
    ],
)
def test_a_name_is_only_shown(cast: Cast, given: str, shown: str) -> None:
    asset = take(cast, make.png(), given)
    assert asset.name == shown
    assert all(str(store.path_of(r.key)).startswith(str(store.folder())) for r in asset.renditions)
    assert not any(given[:10] in r.key for r in asset.renditions)

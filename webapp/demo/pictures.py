"""Pictures of the demo posts, drawn here from circles and rectangles: nothing in them is anybody else's."""

import io
import math
from collections.abc import Callable

from PIL import Image, ImageDraw

SIZE = 1080
_TWICE = SIZE * 2
_PEEL, _FLESH, _PITH, _LEAF = "#f0683f", "#f7886b", "#ffe9d6", "#2f7d57"


def _slice(draw: ImageDraw.ImageDraw, x: float, y: float, r: float, turn: float = 0) -> None:
    """Half an inch of grapefruit seen from above."""
    for colour, size in ((_PEEL, 1.0), (_PITH, 0.92), (_FLESH, 0.84)):
        draw.ellipse((x - r * size, y - r * size, x + r * size, y + r * size), fill=colour)
    for n in range(10):
        angle = turn + n * math.pi / 5
        end = (x + math.cos(angle) * r * 0.86, y + math.sin(angle) * r * 0.86)
        draw.line((x, y, *end), fill=_PITH, width=max(4, int(r * 0.05)))
    draw.ellipse((x - r * 0.1, y - r * 0.1, x + r * 0.1, y + r * 0.1), fill=_PITH)


def _can(draw: ImageDraw.ImageDraw, x: float, y: float, w: float, h: float) -> None:
    """A can with a slice on it."""
    draw.rounded_rectangle((x, y, x + w, y + h), w * 0.16, fill="#d8432f")
    draw.rectangle((x + w * 0.08, y + h * 0.02, x + w * 0.16, y + h * 0.98), fill="#e9674f")
    for edge in (y, y + h - h * 0.06):
        draw.rounded_rectangle((x + w * 0.06, edge, x + w * 0.94, edge + h * 0.06), h * 0.03, fill="#e6e8e6")
    _slice(draw, x + w / 2, y + h * 0.46, w * 0.33)
    for n, wide in enumerate((0.5, 0.34)):
        top = y + h * (0.75 + n * 0.06)
        draw.rounded_rectangle(
            (x + w * (0.5 - wide / 2), top, x + w * (0.5 + wide / 2), top + h * 0.03), 12, fill="#fff3e4"
        )


def _sunset(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((0, 0, _TWICE, _TWICE), fill="#f9c9a0")
    draw.ellipse((900, 240, 1900, 1240), fill="#fbe3bf")
    draw.rectangle((0, 1560, _TWICE, _TWICE), fill="#f2a67c")
    _can(draw, 700, 520, 560, 1180)
    _slice(draw, 1500, 1620, 260, 0.2)
    draw.polygon([(320, 1700), (560, 1560), (660, 1700), (480, 1790)], fill=_LEAF)


def _halves(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((0, 0, _TWICE, _TWICE), fill="#1f6a55")
    for n, (x, y, r) in enumerate(
        ((520, 560, 430), (1520, 420, 360), (1180, 1300, 520), (320, 1620, 330), (1850, 1780, 380))
    ):
        _slice(draw, x, y, r, n * 0.4)


def _night(draw: ImageDraw.ImageDraw) -> None:
    for n in range(0, _TWICE, 8):
        shade = n / _TWICE
        draw.rectangle((0, n, _TWICE, n + 8), fill=(int(38 + 70 * shade), int(28 + 40 * shade), int(84 + 50 * shade)))
    draw.ellipse((1380, 260, 1680, 560), fill="#ffd9a0")
    for n, (wide, tall) in enumerate(
        ((240, 700), (180, 1000), (300, 560), (150, 1360), (260, 820), (220, 640), (300, 920))
    ):
        left = 60 + n * 290
        draw.rectangle((left, _TWICE - tall, left + wide, _TWICE), fill="#171331")
        for row in range(int(tall / 130)):
            for column in range(int(wide / 80)):
                if (row * 7 + column * 3 + n) % 4:
                    x, y = left + 26 + column * 78, _TWICE - tall + 50 + row * 125
                    draw.rectangle((x, y, x + 34, y + 54), fill="#f6b756")


def _picnic(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((0, 0, _TWICE, _TWICE), fill="#f4f7fb")
    for n in range(0, _TWICE, 360):
        draw.rectangle((n, 0, n + 180, _TWICE), fill="#b9cff0")
    for n in range(0, _TWICE, 360):
        for m in range(0, _TWICE, 360):
            draw.rectangle((m, n, m + 180, n + 180), fill="#7ea4e0")
            draw.rectangle((m + 180, n, m + 360, n + 180), fill="#b9cff0")
    draw.ellipse((460, 460, 1700, 1700), fill="#ffffff")
    draw.ellipse((560, 560, 1600, 1600), fill="#f3efe6")
    for x, y, r in ((900, 930, 250), (1260, 1120, 260), (900, 1310, 210)):
        _slice(draw, x, y, r, x / 300)


def _morning(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((0, 0, _TWICE, _TWICE), fill="#fdf1d8")
    draw.polygon(
        [(0, 1300), (640, 700), (1180, 1240), (1640, 820), (_TWICE, 1240), (_TWICE, _TWICE), (0, _TWICE)],
        fill="#9fc7c0",
    )
    draw.polygon([(0, 1620), (820, 1180), (1500, 1660), (_TWICE, 1380), (_TWICE, _TWICE), (0, _TWICE)], fill="#4f9488")
    draw.ellipse((1240, 240, 1640, 640), fill="#f6a15f")
    draw.rounded_rectangle((620, 980, 1080, 1800), 70, fill="#fffaf0")
    draw.rounded_rectangle((660, 1160, 1040, 1760), 50, fill="#f2795c")
    _slice(draw, 1090, 1010, 210, 0.3)


PICTURES: dict[str, Callable[[ImageDraw.ImageDraw], None]] = {
    "sunset": _sunset,
    "halves": _halves,
    "night": _night,
    "picnic": _picnic,
    "morning": _morning,
}


def draw(name: str) -> bytes:
    """A picture as PNG bytes, 1080 pixels square: drawn twice as large, so that its edges are smooth."""
    image = Image.new("RGB", (_TWICE, _TWICE))
    PICTURES[name](ImageDraw.Draw(image))
    out = io.BytesIO()
    image.resize((SIZE, SIZE), Image.Resampling.BOX).save(out, "PNG", compress_level=1)
    return out.getvalue()

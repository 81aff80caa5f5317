"""What a picture may be, and having its renditions made by the press (a process of its own with limits).

Ceilings: 20 MB, 50 megapixels, JPEG, PNG, WebP and the first frame of a GIF. The kinds are the design's sizes: `thumb`
(144, square), `small` (360), `card` (720) as WebP, and `full` (at most 2048, JPEG): the master, and what networks get.
`aim`: the bytes of design E7, for which quality goes down where the eye does not see it; a card's are fewer (36 of the
45 KB it may have), since that spares a slow line one round trip. `light`: an AVIF is made beside the WebP where that is
smaller and as true, for who can show one.
"""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from webapp.errors import Invalid
from webapp.i18n import N_, _

MOST_BYTES = 20_000_000
MOST_PIXELS = 50_000_000
FULL_BYTES = 1_900_000
_MEMORY, _SECONDS = 1_500_000_000, 20
_PRESS = Path(__file__).with_name("press.py")
_turn = threading.BoundedSemaphore(2)

_ALL = (
    {"kind": "full", "form": "JPEG", "box": 2048, "most": FULL_BYTES},
    {"kind": "card", "form": "WEBP", "box": 720, "aim": 36_000, "light": True, "most": 400_000},
    {"kind": "small", "form": "WEBP", "box": 360, "aim": 14_000, "light": True, "most": 150_000},
    {"kind": "thumb", "form": "WEBP", "box": 144, "aim": 4_000, "light": True, "most": 40_000, "square": True},
)
_MARKS = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"GIF87a", "GIF"), (b"GIF89a", "GIF"))
MIMES = {".jpg": "image/jpeg", ".webp": "image/webp", ".avif": "image/avif"}

REASONS = {
    "kind": N_("This is not a picture Nod can use. Choose a JPEG, PNG, WebP or GIF."),
    "bytes": N_("This picture is over 20 MB. Make it smaller and try again."),
    "pixels": N_("This picture has over 50 megapixels. Make it smaller and try again."),
    "broken": N_("This picture is damaged or not finished. Export it again and try once more."),
}


@dataclass(frozen=True)
class Made:
    """One rendition on disk, not yet in its place. Sizes in pixels."""

    kind: str
    path: Path
    width: int
    height: int


def refuse(code: str) -> Invalid:
    """The sentence for a refused picture."""
    return Invalid(fields={"file": _(REASONS.get(code, REASONS["broken"]))})


def sniff(head: bytes) -> str:
    """The format by the first bytes; empty when it is none we take."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    return next((name for mark, name in _MARKS if head.startswith(mark)), "")


def renditions(source: Path, out: Path) -> tuple[int, int, list[Made]]:
    """Width and height of a picture as it is seen, and its renditions in `out`. Invalid("file") when it is refused."""
    return _press(source, out, _ALL)


def within(source: Path, out: Path, kind: str, most: int) -> Made:
    """One JPEG of a picture in at most `most` bytes."""
    order = ({"kind": kind, "form": "JPEG", "box": 2048, "most": most},)
    return _press(source, out, order)[2][0]


def one(source: Path, out: Path, kind: str) -> Made:
    """One rendition of a picture that is shown and not kept. Invalid("file") when it is refused."""
    wanted = next(each for each in _ALL if each["kind"] == kind)
    return _press(source, out, ({name: value for name, value in wanted.items() if name != "light"},))[2][0]


def _press(source: Path, out: Path, make: tuple[dict[str, Any], ...]) -> tuple[int, int, list[Made]]:
    order = {
        "source": str(source),
        "out": str(out),
        "make": [{**want, "name": f"{n}"} for n, want in enumerate(make)],
        "pixels": MOST_PIXELS,
        "memory": _MEMORY,
        "seconds": _SECONDS,
    }
    answer = run(command(order))
    if "made" not in answer:
        raise refuse(str(answer.get("refused", "broken")))
    made = [Made(m["kind"], Path(m["path"]), m["width"], m["height"]) for m in answer["made"]]
    return answer["width"], answer["height"], made


def command(order: dict[str, Any]) -> list[str]:
    """How the press is started for an order."""
    return [sys.executable, "-I", str(_PRESS), json.dumps(order)]


def run(command: list[str]) -> dict[str, Any]:
    """What the press answers: {"made": …} or {"refused": code}. At most two presses run at once in a process."""
    with _turn:
        try:
            done = subprocess.run(command, capture_output=True, timeout=_SECONDS * 2, check=False)
        except subprocess.TimeoutExpired:
            return {"refused": "pixels"}
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return {"refused": "broken"}
    return answer

"""PNG pictures of the installed app, drawn from our own shapes: what launchers, notifications and stores want.

Each is rendered the first time somebody asks for it and kept under `<data>/cache` for the next start.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from . import assets

IMAGES = assets.STATIC / "img"


@dataclass(frozen=True)
class Icon:
    """One picture: its drawing, its size in pixels, and what a manifest calls its purpose ("" for none)."""

    drawing: str
    width: int
    height: int
    purpose: str = ""

    @property
    def sizes(self) -> str:
        """As a manifest writes it."""
        return f"{self.width}x{self.height}"


def _square(drawing: str, side: int, purpose: str = "") -> Icon:
    return Icon(drawing, side, side, purpose)


ICONS: dict[str, Icon] = {
    "icon-192": _square("icon", 192, "any"),
    "icon-512": _square("icon", 512, "any"),
    "maskable-192": _square("icon-maskable", 192, "maskable"),
    "maskable-512": _square("icon-maskable", 512, "maskable"),
    "mono-192": _square("icon-mono", 192, "monochrome"),
    "apple-180": _square("icon-maskable", 180),
    "badge-96": _square("badge-mono", 96),
    "approvals-96": _square("shortcut-approvals", 96),
    "write-96": _square("shortcut-write", 96),
    "inbox-96": _square("shortcut-inbox", 96),
    "screen-card": Icon("screen-card", 780, 1688, "narrow"),
    "screen-queue": Icon("screen-queue", 780, 1688, "narrow"),
    "screen-desk": Icon("screen-desk", 1280, 800, "wide"),
}
"""Everything there is, by the name in its address."""


@cache
def _drawn(svg: str, width: int, height: int) -> bytes:
    from resvg_py import svg_to_bytes  # only where a picture is made: it is large

    return bytes(svg_to_bytes(svg_string=svg, width=width, height=height, skip_system_fonts=True))


def png(icon: Icon, folder: Path) -> assets.File:
    """The picture, ready to be served; `folder` is where rendered ones are kept."""
    svg = (IMAGES / f"{icon.drawing}.svg").read_text()
    name = assets.digest(f"{svg}{icon.sizes}".encode())
    body = assets.kept(folder / f"{name}.png", lambda: _drawn(svg, icon.width, icon.height))
    return assets.File(f"{icon.drawing}.png", name[:12], {"": body})

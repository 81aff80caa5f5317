"""Fetching a stranger's picture through the one door, once, and keeping a small copy that we made ourselves.

Whoever reads a comment is not seen by whoever wrote it: no address, no time, no cookie reaches them. Bytes, time and
pixels are capped; the decoding happens in the press. Copies lie in a cache that may be emptied at any time.
"""

import hashlib
import tempfile
import threading
import time
from pathlib import Path

from webapp import outbound
from webapp.assets import pictures, store
from webapp.errors import Invalid

BYTES, SECONDS = 5_000_000, 6.0
AGE, AGAIN = 30 * 86_400, 3_600
"""Seconds a copy is kept, and after which what could not be had is tried again."""
_turn = threading.BoundedSemaphore(2)


def copy_of(url: str, kind: str) -> Path | None:
    """Our copy of a picture as "thumb" or "card"; None when there is none to be had. No transaction may be open."""
    if outbound.safe_link(url) is None:
        return None
    place = _place(url, kind)
    if place.is_file():
        return place
    missing = place.with_suffix(".none")
    if missing.exists() and time.time() - missing.stat().st_mtime < AGAIN:
        return None
    if not _turn.acquire(timeout=1.0):
        return None
    try:
        made = _make(url, kind, place)
    finally:
        _turn.release()
    if not made:
        missing.touch()
    return place if made else None


def _place(url: str, kind: str) -> Path:
    name = hashlib.sha256(f"{kind} {url}".encode()).hexdigest()
    folder = store.folder() / ".strangers" / name[:2]
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.webp"


def _make(url: str, kind: str, place: Path) -> bool:
    try:
        answer = outbound.request("GET", url, timeout=SECONDS, max_bytes=BYTES, redirects=3)
    except outbound.OutboundError:
        return False
    if answer.status != 200 or not pictures.sniff(answer.body[:16]):
        return False
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".press-") as bench:
        source = Path(bench) / "source"
        source.write_bytes(answer.body)
        try:
            pictures.one(source, Path(bench), kind).path.replace(place)
        except Invalid:
            return False
    return True


def forget() -> int:
    """Drop old copies; answers how many."""
    old = [path for path in (store.folder() / ".strangers").glob("*/*") if time.time() - path.stat().st_mtime > AGE]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)

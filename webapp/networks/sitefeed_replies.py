"""Saying something back on a Site feed: a page of ours, and a word to the site that asked (W3C Webmention).

The page is public as soon as the reply is on its way, so that whoever is told of it finds it. Telling is a courtesy:
what we said stands on our own site whether or not the other one listens.
"""

from datetime import datetime
from urllib.parse import urljoin

import regex

from .. import outbound
from . import fit
from .answering import Handle
from .base import Absent, Account, Limits, Measure, Receipt, Unknown

_TAG = regex.compile(r"<(?:link|a)\b[^>]*>", regex.I)
_REL = regex.compile(r"\brel\s*=\s*[\"']?[^\"'>]*\bwebmention\b", regex.I)
_HREF = regex.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", regex.I)
_HEADER = regex.compile(r"<([^>]*)>\s*;[^,]*\brel=\"?[^\",;]*\bwebmention\b", regex.I)
LONGEST = 500_000


class Replies:
    """The part of a Site feed that satisfies Answering and Removable. `handle["here"]`: the address of our feed."""

    limits: Limits

    def measure(self, text: str, limits: Limits) -> Measure:
        """As its network says."""
        raise NotImplementedError

    def as_sent(self, handle: Handle, text: str) -> str:
        """As it was written."""
        return text

    def reply(self, account: Account, handle: Handle, text: str, key: str, at: datetime) -> Receipt:
        """Its page is there; whoever asked is told where."""
        fit.require_text(self.measure(text, self.limits))
        made = self._receipt(handle, key)
        target = outbound.safe_link(str(handle.get("url") or ""))
        if target and made.url:
            tell(made.url, target)
        return made

    def probe_reply(
        self, account: Account, handle: Handle, text: str, key: str, at: datetime, since: datetime
    ) -> Receipt | Absent | Unknown:
        """It is our own page: it is there."""
        return self._receipt(handle, key)

    def answered(self, account: Account, handle: Handle) -> list[str]:
        """Nobody writes on our site but by us."""
        return []

    def remove(self, account: Account, handle: Handle, remote_id: str) -> None:
        """The page goes with its message; there is nothing else to remove."""

    def _receipt(self, handle: Handle, key: str) -> Receipt:
        here = str(handle.get("here") or "")
        return Receipt(f"answer:{key}", f"{here}/answers/{key}" if here else "")


def tell(source: str, target: str) -> bool:
    """Send a Webmention, when the other page says where to. Whatever goes wrong is theirs."""
    try:
        page = outbound.request("GET", target, redirects=3)
        where = endpoint(page.headers.get("link", ""), page.body[:LONGEST].decode("utf-8", "replace"))
        url = outbound.safe_link(urljoin(target, where)) if where is not None and page.status == 200 else ""
        if not url:
            return False
        return outbound.request("POST", url, form={"source": source, "target": target}).status < 300
    except outbound.OutboundError:
        return False


def endpoint(header: str, html: str) -> str | None:
    """Where a page takes Webmentions: by its Link header, else the first element that says so. None: nowhere."""
    named = _HEADER.search(header)
    if named:
        return named.group(1)
    for tag in _TAG.findall(html):
        found = _HREF.search(tag)
        if found and _REL.search(tag):
            return next((each for each in found.groups() if each is not None), "")
    return None

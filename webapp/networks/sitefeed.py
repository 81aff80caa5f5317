"""The Site feed: an Atom feed that Nod serves itself, the channel that needs no account anywhere.

Publishing stores nothing here: a delivery marked published *is* the entry, and a higher room serves the feed
and its permalinks from deliveries. So the same key always gives the same receipt, and nothing can be unknown.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from ..i18n import N_
from . import counting, cropping, fit, sitefeed_replies
from .base import (
    Absent,
    Account,
    Draft,
    Field,
    Limits,
    Measure,
    NetworkError,
    Profile,
    Receipt,
    Remedy,
    Unknown,
)


class SiteFeed(sitefeed_replies.Replies):
    """Satisfies Network, Password, Editable and Deletable; Answering and Removable."""

    key = "site"
    label = N_("Site feed")
    glyph = "n-feed"
    limits = Limits(text=20_000, unit=counting.CHARACTERS, images=10, image_bytes=20_000_000)
    crops: cropping.Crops = {}
    """Our own pages show every picture whole."""
    card = N_("Its link is a plain link, without a preview card.")
    fields = (Field("name", N_("Name of the feed"), hint=N_("Readers see it as the title.")),)

    def limits_for(self, account: Account) -> Limits:
        """The same for every feed."""
        return self.limits

    def measure(self, text: str, limits: Limits) -> Measure:
        """Plain characters."""
        return counting.plain(text, limits)

    def connect(self, values: Mapping[str, str]) -> Profile:
        """A new feed with a name; nothing is asked of anybody."""
        name = " ".join(values.get("name", "").split())
        if not name or len(name) > 100:
            raise NetworkError(N_("Give the feed a name of at most 100 characters."), Remedy.GIVE_UP, code="name")
        return Profile(remote_id=uuid4().hex, handle=name, name=name, server="", secrets={})

    def check(self, account: Account) -> Profile:
        """Always well: it is ours."""
        return Profile(account.remote_id, account.handle, account.handle, "", {})

    def publish(self, account: Account, draft: Draft) -> Receipt:
        """The receipt of an entry: its permalink is `link_base/key`."""
        fit.require(draft, self.limits, self.measure(draft.text, self.limits))
        return Receipt(remote_id=draft.key, url=f"{draft.link_base}/{draft.key}")

    def probe(self, account: Account, draft: Draft, since: datetime) -> Receipt | Absent | Unknown:
        """As `publish`: the entry is public as soon as its delivery is settled."""
        return self.publish(account, draft)

    def edit(self, account: Account, remote_id: str, draft: Draft) -> Receipt:
        """The entry follows its delivery; the address stays."""
        fit.require(draft, self.limits, self.measure(draft.text, self.limits))
        return Receipt(remote_id=remote_id, url=f"{draft.link_base}/{remote_id}")

    def delete(self, account: Account, remote_id: str) -> None:
        """The entry disappears with its delivery's state; there is nothing else to remove."""


NETWORK = SiteFeed()

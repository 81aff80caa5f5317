"""What a network answered when the pictures of a delivery were handed over ahead of its time, kept until the send.

It is sealed to its delivery and revision and names the part it is for, so that it serves no other. It is a help only:
what is missing, old or does not open is simply handed over again at the send.
"""

import json
from datetime import datetime, timedelta

from webapp import times
from webapp.networks import network
from webapp.networks.base import Draft, Staging
from webapp.vault import Sealed, vault

from .models import Delivery

MOST = 8192
"""Characters of a sealed answer; a longer one is not kept."""


def _place(delivery: Delivery) -> str:
    return f"delivery:{delivery.organization_id}:{delivery.id}:{delivery.revision_id}"


def put(delivery: Delivery, draft: Draft, media: tuple[str, ...], at: datetime) -> None:
    """Keep what the network gave for a draft; `at` is the instant before the first picture left."""
    kept = {"at": times.iso(at), "key": draft.key, "media": media}
    sealed = vault().seal(json.dumps(kept), _place(delivery))
    delivery.staged = sealed if len(sealed) <= MOST else ""


def ready(delivery: Delivery, draft: Draft | None, now: datetime) -> tuple[str, ...]:
    """What was handed over for these very pictures, if the network still has it; else nothing."""
    connector = network(delivery.channel.network)
    if not delivery.staged or draft is None or not isinstance(connector, Staging):
        return ()
    try:
        kept = json.loads(vault().open(delivery.staged, _place(delivery)))
    except Sealed:
        return ()
    media = tuple(str(each) for each in kept["media"])
    young = timedelta(0) <= now - datetime.fromisoformat(kept["at"]) < connector.keeps
    ours = kept.get("key") == draft.key and len(media) == len(draft.pictures)
    return media if young and ours else ()

"""A post in several parts on its way: one delivery, its parts one after the other, each once.

`Delivery.part` says how many parts are out, and so which one comes next. Each part is claimed, tried, looked up and
settled like a post of its own: under its own key, answering the part before it. Only when the network has a part, and
that is committed, does the next one begin; so a crash anywhere resumes at the part that is missing. The first part is
the post itself.
"""

from datetime import timedelta
from typing import Any

from webapp.db import session
from webapp.networks.base import Draft, Receipt
from webapp.posts import revisions

from .lifecycle import UNSENT, State
from .models import Delivery


def further(delivery: Delivery) -> list[dict[str, Any]]:
    """What was approved to follow the post there."""
    entry = revisions.entry_for(delivery.revision.content, delivery.channel_id)
    return revisions.further_of(entry) if entry else []


def total(delivery: Delivery) -> int:
    """How many parts there are; 1 for a post without further ones."""
    return 1 + len(further(delivery))


def pictures(entry: dict[str, Any], part: int) -> list[dict[str, Any]]:
    """The pictures that were approved for one of its parts; 0 is the post itself."""
    return revisions.rows_of(entry)[part]


def draft(delivery: Delivery, first: Draft) -> Draft:
    """What goes out next: the first part, or one that answers the part before it. It has its pictures already."""
    if not delivery.part:
        return first
    text = further(delivery)[delivery.part - 1]["text"]
    assert first.planned_at
    return Draft(
        key=f"{first.key}.{delivery.part}",
        text=text,
        pictures=first.pictures,
        lang=first.lang,
        planned_at=first.planned_at + timedelta(milliseconds=delivery.part),
        above=(_receipt(delivery.out[0]), _receipt(delivery.out[delivery.part - 1])),
    )


def _receipt(kept: dict[str, Any]) -> Receipt:
    return Receipt(kept["id"], kept["url"], kept["details"])


def arrived(delivery: Delivery, receipt: Receipt) -> bool:
    """The network has the part that was sent; whether that was the last one. The first names the delivery."""
    if not delivery.part:
        delivery.remote_id = receipt.remote_id or delivery.remote_id
        delivery.url = receipt.url or delivery.url
    many = total(delivery)
    if many > 1:
        kept = {"id": receipt.remote_id, "url": receipt.url, "details": dict(receipt.details)}
        delivery.out = [*delivery.out, kept]
        delivery.part += 1
    return many == 1 or delivery.part == many


def removed(delivery: Delivery) -> bool:
    """The network has removed the last part that was out; whether nothing of the post is left there."""
    delivery.out = delivery.out[:-1]
    delivery.part = len(delivery.out)
    return not delivery.out


def meant(delivery: Delivery, kind: str) -> tuple[int, str]:
    """Of which part a call speaks, and its id there: what is removed goes last first; an edit follows what is out."""
    if kind == "delete" and delivery.out:
        return len(delivery.out) - 1, delivery.out[-1]["id"]
    if kind == "edit" and delivery.part:
        before = session.get_one(Delivery, delivery.edits_id)
        return delivery.part, next((part["id"] for part in before.out[delivery.part :]), "")
    return delivery.part, delivery.remote_id


def partly(delivery: Delivery) -> bool:
    """Whether some parts are out and others are not: until a person has decided, nothing new may go there."""
    under_way = bool(delivery.part and delivery.state in UNSENT and not delivery.edits_id)
    return under_way or left(delivery)


def left(row: Any) -> bool:
    """Whether a delivery (or a row of one) was given up with some of its parts out. An edit leaves what it edits."""
    return bool(row.state == State.DROPPED and row.part and not row.deleted_at and not row.edits_id)


def whole(delivery: Delivery) -> bool:
    """Whether every part is out and known there by its id."""
    known = all(part["id"] for part in delivery.out)
    return delivery.part in (0, total(delivery)) and known


def removable(delivery: Delivery) -> bool:
    """Whether the network can be asked to remove all that is out: every part is known there by its id."""
    out = delivery.state == State.PUBLISHED or left(delivery)
    return out and not delivery.deleted_at and bool(delivery.remote_id) and all(part["id"] for part in delivery.out)

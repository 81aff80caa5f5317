"""How well a device is reached: what was sent to it in a month, what it confirmed, and what is wrong."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from webapp import times
from webapp.db import session
from webapp.i18n import _
from webapp.people import devices as browsers

from . import devices
from .models import Push, Subscription

MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Health:
    """`sent`, `shown`: messages of the last 30 days. `silent`: nothing was confirmed for a day, mail goes out too."""

    row: Subscription
    name: str
    system: str
    here: bool
    sent: int
    shown: int
    silent: bool

    @property
    def problem(self) -> str:
        """What is wrong, in words."""
        return _(self.row.problem) if self.row.problem else ""

    @property
    def seconds(self) -> float:
        """How long the last one took: one decimal under ten seconds."""
        taken = self.row.lag_ms / 1000
        return round(taken, 1) if taken < 10 else round(taken)


def of_devices(rows: Collection[Subscription], here: uuid.UUID | None) -> list[Health]:
    """The health of each, in one query; `here`: the session that asks."""
    counts = _counts([row.id for row in rows])
    now = times.now()
    return [
        Health(
            row=row,
            name=devices.label(row),
            system=browsers.parts(row.sign_in.device)[1],
            here=row.session_id == here,
            sent=counts.get(row.id, (0, 0))[0],
            shown=counts.get(row.id, (0, 0))[1],
            silent=row.silent_since is not None and now - row.silent_since >= devices.SILENT,
        )
        for row in rows
    ]


def _counts(ids: list[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int]]:
    query = (
        sa.select(Push.subscription_id, sa.func.count(Push.sent_at), sa.func.count(Push.shown_at))
        .where(Push.subscription_id.in_(ids), Push.created_at > times.now() - MONTH)
        .group_by(Push.subscription_id)
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(query)}

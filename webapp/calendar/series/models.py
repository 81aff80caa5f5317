"""A post that repeats, and the days on which it does."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp import times
from webapp.db import Base, pk, ref
from webapp.people.models import Region
from webapp.posts.models import Post

from . import rule


class Series(Base):
    """`template_id`: the post that the next ones are made like. `wall` (`HH:MM`) is an hour on the region's clocks,
    whatever they do. `first`, `kind`, `every`, `weekdays`, `until` and `most` are its rule (`rule.py`).

    Up to `made_until` the days have their posts. `stopped_at`: since when no more are made.
    """

    __tablename__ = "series"

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    region_id: Mapped[uuid.UUID] = ref("regions.id")
    person_id: Mapped[uuid.UUID] = ref("people.id")
    template_id: Mapped[uuid.UUID] = ref("posts.id")
    kind: Mapped[str]
    every: Mapped[int]
    weekdays: Mapped[list[int]] = mapped_column(sa.JSON)
    first: Mapped[date]
    wall: Mapped[str] = mapped_column(sa.String(5))
    until: Mapped[date | None]
    most: Mapped[int | None]
    made_until: Mapped[date] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    stopped_at: Mapped[datetime | None]

    region: Mapped[Region] = relationship(lazy="joined", innerjoin=True)
    template: Mapped[Post] = relationship()

    @property
    def rule(self) -> rule.Rule:
        """When it repeats."""
        return rule.Rule(self.kind, self.first, self.every, tuple(self.weekdays), self.until, self.most)


class Occurrence(Base):
    """A day of a series, once: what was made for it is never made again, whatever became of it.

    `version`: that of the post as it was made, so that one nobody has touched is known. `clock`: what the clocks do to
    its hour that day (skipped, doubled, or nothing). `skipped_at`: somebody said not on this day.
    """

    __tablename__ = "occurrences"
    __table_args__ = (sa.UniqueConstraint("series_id", "day"), sa.UniqueConstraint("post_id"))

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    region_id: Mapped[uuid.UUID] = ref("regions.id")
    series_id: Mapped[uuid.UUID] = ref("series.id", cascade=True, index=False)
    day: Mapped[date]
    post_id: Mapped[uuid.UUID | None] = ref("posts.id", index=False)
    version: Mapped[int] = mapped_column(default=0)
    clock: Mapped[str] = mapped_column(default="")
    skipped_at: Mapped[datetime | None]

    series: Mapped[Series] = relationship()
    post: Mapped[Post | None] = relationship()

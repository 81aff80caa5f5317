"""Too much in a short time: posts of one channel that come closer together than its pace allows."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from webapp.i18n import ngettext, number

from .posts import Item, Where


@dataclass(frozen=True)
class Crowd:
    """Posts on one channel, in order. `most`: how many of them fall within its hours."""

    channel: Where
    items: Sequence[Item]
    most: int

    @property
    def words(self) -> str:
        """The sentence that the checks say as well."""
        words = {"hours": number(self.channel.pace_hours), "limit": number(self.channel.pace_posts)}
        return ngettext(
            "%(n)s post within %(hours)s h on %(handle)s, the limit is %(limit)s",
            "%(n)s posts within %(hours)s h on %(handle)s, the limit is %(limit)s",
            self.most,
            handle=self.channel.handle,
            **words,
        )


def crowds(items: Iterable[Item]) -> list[Crowd]:
    """Every stretch that is too full, by channel; stretches that touch are one."""
    on: dict[uuid.UUID, tuple[Where, list[Item]]] = {}
    for each in items:
        for channel in each.channels if each.goes else ():
            on.setdefault(channel.id, (channel, []))[1].append(each)
    return [crowd for channel, found in on.values() for crowd in _on(channel, sorted(found, key=lambda i: i.at))]


def _on(channel: Where, items: list[Item]) -> list[Crowd]:
    if not channel.pace_posts:
        return []
    span, found, end = timedelta(hours=channel.pace_hours), [], 0
    stretch: list[Item] = []
    most = 0
    for n, first in enumerate(items):
        while end < len(items) and items[end].at - first.at < span:
            end += 1
        if end - n > channel.pace_posts:
            if stretch and items[n] not in stretch:
                found.append(Crowd(channel, stretch, most))
                stretch, most = [], 0
            stretch += [each for each in items[n:end] if each not in stretch]
            most = max(most, end - n)
    return [*found, Crowd(channel, stretch, most)] if stretch else found

"""Hashtags: that each becomes the link it is meant to be, that none stands twice, and that they are not too many."""

from webapp import networks
from webapp.i18n import _, ngettext
from webapp.networks import tags
from webapp.networks.mentions import Mentioning
from webapp.people.permissions import Actor

from .shape import Check, Level, Subject

MANY = 8


def hashtags(subject: Subject, _by: Actor | None) -> list[Check]:
    """Every hashtag in every text that goes where hashtags are links."""
    found: list[Check] = []
    for channel, text in subject.words:
        there = networks.network(channel.network)
        if "#" in text and isinstance(there, Mentioning):
            field = subject.field_of(channel)
            found += [
                Check("hashtag", level, title, detail, field, _("Go to it")) for level, title, detail in _in(text)
            ]
    return found


def _in(text: str) -> list[tuple[Level, str, str]]:
    every = list(tags.tags(text))
    found = [said for tag in dict.fromkeys(every) if (said := _one(tag))]
    twice = next((tag for n, tag in enumerate(every) if tag.casefold() in {t.casefold() for t in every[:n]}), "")
    if twice:
        found.append((Level.INFO, _("#%(tag)s is there twice", tag=twice), _("Once is enough.")))
    if len(every) > MANY:
        title = ngettext("%(n)s hashtag", "%(n)s hashtags", len(every))
        found.append((Level.INFO, title, _("Many readers, and screen readers, stumble over so many.")))
    return found


def _one(tag: str) -> tuple[Level, str, str] | None:
    linked = tags.linked(tag)
    if not linked:
        return Level.WARN, _("#%(tag)s is no hashtag", tag=tag), _("Digits alone are none. Add a letter.")
    if linked != tag:
        better = tag.replace("-", "_")[: tags.LONGEST]
        title = _("#%(tag)s becomes #%(linked)s", tag=tag, linked=linked)
        return Level.WARN, title, _("A hashtag ends there. Write #%(better)s.", better=better)
    return None

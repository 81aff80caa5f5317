"""A rule in words that a manager reads at a glance: when, then what, and what of it leads nowhere any more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.i18n import _

from .actions import ACTIONS
from .conditions import CONDITIONS
from .models import InboxRule
from .offers import Offer

Row = Mapping[str, Any]
TYPED = ("words",)
"""What is typed and not chosen."""


@dataclass(frozen=True)
class Said:
    """`when`: empty when it acts on everything; `gone`: what it cannot do any more."""

    when: list[str]
    then: list[str]
    gone: list[str]


def rule(row: InboxRule, offer: Offer) -> Said:
    """The words of a rule."""
    when = [_words(CONDITIONS[each["key"]].said, each, offer) for each in row.conditions]
    then = [_words(ACTIONS[each["key"]].said, each, offer) for each in row.actions]
    every = [_("it is any message, not only the first of a conversation")] if row.every else []
    return Said([*when, *every], [words for words in then if words], _gone(row, offer))


def _words(pattern: str, row: Row, offer: Offer) -> str:
    of = list(row.get("of") or ())
    if not of:
        return _(pattern)
    named = {} if row["key"] in TYPED else dict(offer.of(row["key"]))
    return _(pattern, of=", ".join(named.get(each, each if row["key"] in TYPED else _("gone")) for each in of))


def _gone(row: InboxRule, offer: Offer) -> list[str]:
    """Somebody who may not answer there any more, a label or canned reply that was removed."""
    wrong = {
        "assign": _("Whoever it gives conversations to may not answer here any more."),
        "label": _("A label was removed."),
        "suggest": _("The canned reply was removed."),
        "notify": _("Somebody it tells does not see this region any more."),
        "channel": _("A channel was removed."),
    }
    both: Iterable[Row] = (*row.conditions, *row.actions)
    return [wrong[each["key"]] for each in both if each["key"] in wrong and _lacks(each, offer)]


def _lacks(row: Row, offer: Offer) -> bool:
    offered = {key for key, _name in offer.of(row["key"])}
    return any(each not in offered for each in row.get("of") or ())

"""Fields of a choice, given as (value, label) pairs: the one place that knows how the form library wants them."""

from collections.abc import Iterable
from typing import Any

from wtforms import RadioField as _Radio
from wtforms import SelectField as _Select
from wtforms import SelectMultipleField as _SelectMultiple
from wtforms.fields import SelectChoice

Pairs = Iterable[tuple[str, str]]


def _options(pairs: Any) -> list[SelectChoice] | None:
    if pairs is None:
        return None
    return [each if isinstance(each, SelectChoice) else SelectChoice(*each) for each in pairs]


class _Chosen:
    """Mixed in before a field of a choice. `choices` takes pairs, and answers objects with `value` and `label`."""

    def __init__(self, *args: Any, choices: Pairs | None = None, **more: Any) -> None:
        super().__init__(*args, choices=_options(choices), **more)  # type: ignore[call-arg]

    @property
    def choices(self) -> Any:
        return super().choices  # type: ignore[misc]

    @choices.setter
    def choices(self, pairs: Pairs | None) -> None:
        _Select.choices.fset(self, _options(pairs))

    @property
    def pairs(self) -> dict[str, str]:
        """Value to label."""
        return {each.value: each.label for each in self.choices or ()}


class SelectField(_Chosen, _Select):
    """One from a list."""


class RadioField(_Chosen, _Radio):
    """One of a few."""


class SelectMultipleField(_Chosen, _SelectMultiple):
    """Several."""

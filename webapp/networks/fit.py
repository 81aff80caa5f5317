"""The last check before anything is sent: whether a draft fits what the network takes.

The composer shows the same numbers while typing; this stands for what changed since: a server that lowered
its limit, a picture rendered larger than thought.
"""

from collections.abc import Mapping
from dataclasses import replace

from ..i18n import N_
from .base import Draft, Limits, Measure, NetworkError, Picture, Remedy

_BOUNDS = {
    "text": (1, 1_000_000),
    "images": (0, 100),
    "image_bytes": (1, 100_000_000),
    "alt": (0, 100_000),
    "url_length": (1, 4096),
}


def declared(limits: Limits, said: Mapping[str, int]) -> Limits:
    """The network's limits with a server's own numbers, as far as they are within reason."""
    kept = {name: said[name] for name, (low, high) in _BOUNDS.items() if low <= said.get(name, -1) <= high}
    return replace(limits, **kept)  # type: ignore[arg-type]


def refuse(message: str, code: str, **params: object) -> NetworkError:
    """A permanent refusal that the author can mend."""
    return NetworkError(message, Remedy.GIVE_UP, code=code, params={k: str(v) for k, v in params.items()})


def require(draft: Draft, limits: Limits, measure: Measure) -> None:
    """Raise NetworkError(GIVE_UP) for the first thing that does not fit."""
    if any("\ud800" <= c <= "\udfff" or c == "\0" for c in draft.text):
        raise refuse(N_("The text has characters that cannot be sent."), "characters")
    if not draft.text.strip() and not draft.pictures:
        raise refuse(N_("There is neither text nor a picture to publish."), "empty")
    require_text(measure)
    if len(draft.pictures) > limits.images:
        raise refuse(N_("Too many pictures: at most %(limit)s are allowed."), "pictures", limit=limits.images)
    for number, picture in enumerate(draft.pictures, start=1):
        _picture(picture, number, limits)


def require_text(measure: Measure) -> None:
    """Raise NetworkError(GIVE_UP) for a text that is too long."""
    if measure.over:
        raise refuse(
            N_("The text is too long: %(used)s of %(limit)s."),
            "too_long",
            used=measure.used,
            limit=measure.limit,
        )


def _picture(picture: Picture, number: int, limits: Limits) -> None:
    if picture.mime not in limits.image_types:
        raise refuse(N_("Picture %(number)s is of a kind that is not taken here."), "picture_type", number=number)
    if len(picture.alt) > limits.alt:
        raise refuse(
            N_("The description of picture %(number)s is longer than %(limit)s characters."),
            "alt_too_long",
            number=number,
            limit=limits.alt,
        )


def content(picture: Picture, number: int, limits: Limits) -> bytes:
    """The bytes of a picture, read once. NetworkError(GIVE_UP) when they are more than the network takes."""
    data = picture.read()
    if len(data) > limits.image_bytes:
        raise refuse(N_("Picture %(number)s is too large for this network."), "picture_size", number=number)
    return data

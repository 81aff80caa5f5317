"""What can go wrong in the domain. `http/errors.py` turns each into one status, and nowhere else does.

Messages are translated sentences for the person who reads them.
"""

from collections.abc import Mapping


class DomainError(Exception):
    """Base of all. `message` is for the person."""

    status = 400

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class NotFound(DomainError):
    """It does not exist, or not for this person: the two look the same."""

    status = 404


class Forbidden(DomainError):
    """The person sees it but may not do this; the message says who can, or why not."""

    status = 403


class Conflict(DomainError):
    """Something changed since it was read. `template` and `context` render what the person needs to go on."""

    status = 409

    def __init__(self, message: str, template: str = "", **context: object) -> None:
        super().__init__(message)
        self.template, self.context = template, context


class Gone(DomainError):
    """It was there and is over: an expired slot, a used code."""

    status = 410


class TooLarge(DomainError):
    """More bytes than are taken."""

    status = 413


class Invalid(DomainError):
    """What was typed cannot be taken. `fields`: field name -> sentence."""

    status = 422

    def __init__(self, message: str = "", fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message or next(iter((fields or {}).values()), ""))
        self.fields = dict(fields or {})


class TooMany(DomainError):
    """Too often. `after` is in seconds."""

    status = 429

    def __init__(self, message: str, after: int = 60) -> None:
        super().__init__(message)
        self.after = after


class Stale(DomainError):
    """The session is signed in but its proof of identity is old: sign in again for this."""

    status = 401

"""What follows from a push service's answer (RFC 8030, 8292): sent, gone, later, or never."""

from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime

from webapp import times
from webapp.i18n import N_
from webapp.outbound import Answer, OutboundError, Refused

TRIES = 8
FIRST, LONGEST = timedelta(seconds=5), timedelta(hours=1)

GONE = N_("Its browser takes no more messages. Turn notifications on again there.")
REFUSED = N_("The push service does not take messages from this installation. Turn notifications on again there.")
AWAY = N_("The push service cannot be reached.")
BUSY = N_("The push service asks for patience.")
TOO_LONG = N_("The push service found the message too long.")


@dataclass(frozen=True)
class Verdict:
    """`how`: sent, gone (the device is no more), later (after `wait`), failed. `rest`: the whole service is to rest."""

    how: str
    wait: timedelta = timedelta()
    rest: bool = False
    problem: str = ""


def judge(found: Answer | OutboundError, tries: int) -> Verdict:
    """The verdict on the `tries`-th try."""
    if isinstance(found, Refused):
        return Verdict("failed", problem=REFUSED)
    if isinstance(found, OutboundError):
        return _later(tries, AWAY, rest=True)
    if found.status in (404, 410):
        return Verdict("gone", problem=GONE)
    if 200 <= found.status < 300:
        return Verdict("sent")
    if found.status == 429 or found.status >= 500:
        asked = retry_after(found.headers.get("retry-after", ""))
        return _later(tries, BUSY, asked, rest=asked is not None)
    return Verdict("failed", problem=TOO_LONG if found.status == 413 else REFUSED)


def _later(tries: int, problem: str, asked: timedelta | None = None, rest: bool = False) -> Verdict:
    if tries >= TRIES:
        return Verdict("failed", problem=problem)
    wait = min(LONGEST, max(asked or timedelta(), FIRST * 2 ** min(tries - 1, 10) if asked is None else timedelta()))
    return Verdict("later", wait, rest, problem)


def retry_after(text: str) -> timedelta | None:
    """What a Retry-After header asks for, in seconds or as a date, between a second and an hour; None without one."""
    text = text.strip()
    try:
        asked = timedelta(seconds=int(text)) if text.isdigit() else parsedate_to_datetime(text) - times.now()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(LONGEST, max(asked, timedelta(seconds=1)))

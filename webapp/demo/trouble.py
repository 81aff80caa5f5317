"""What trouble looks like: a post that was refused, and one of which nobody knows whether it is out.

No network is asked. The sender's own steps are taken, claim and settling, with an outcome of the story in between; so
attempts, events and advice are those of a real one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from webapp import db
from webapp.i18n import N_
from webapp.networks.base import NetworkError, Remedy, Unknown
from webapp.publishing import retry, sending, settle
from webapp.publishing.flight import Outcome

Step = tuple[datetime, Callable[[], object]]
HOST = "site.pomela.example"
REFUSED = N_("%(host)s refused it: %(reason)s")
NO_ANSWER = N_("%(host)s gave no clear answer. Whether the post is out is not known yet.")


def steps(at: datetime, *, unclear: bool) -> list[Step]:
    """What happens at the slot; `unclear`: and whenever it was looked up afterwards, until a person has to."""
    if not unclear:
        reason = {"host": HOST, "reason": "Insufficient Storage"}
        return [(at, lambda: _settled(NetworkError(REFUSED, Remedy.GIVE_UP, code="refused", params=reason)))]
    lost = NetworkError(NO_ANSWER, Remedy.UNKNOWN, params={"host": HOST})
    found: list[Step] = [(at, lambda: _settled(lost))]
    for wait in retry.PROBES:
        at += timedelta(seconds=wait + 1)
        found.append((at, lambda: _settled(Unknown())))
    return found


def _settled(outcome: Outcome) -> None:
    """Claim what is due, and write down this outcome as if the network had been called."""
    for ticket in sending.take(10):
        settle.settle(ticket, outcome)
        db.commit()

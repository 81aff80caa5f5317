"""The inbox: what people wrote there, and what is nearly late."""

from webapp.inbox import recount, warning
from webapp.inbox.fetching import polling
from webapp.inbox.hints import opening
from webapp.inbox.pictures import proxy
from webapp.inbox.webmention import looking

from . import job


@job
def fetch_inbox() -> int:
    """Ask the networks whose turn has come; answers how many channels were looked at."""
    return polling.fetch_due()


@job
def listen_due() -> int:
    """Ask servers to tell us of news by themselves; answers how many were asked."""
    return opening.listen_due()


@job
def warn_late() -> int:
    """Tell of answers that are due soon, each once; answers how many."""
    return warning.warn_due()


@job
def deadlines_due() -> int:
    """Count deadlines again where hours or reply times changed; answers how many moved."""
    return recount.due()


@job
def forget_pictures() -> int:
    """Drop old copies of strangers' pictures; answers how many."""
    return proxy.forget()


@job
def look_at_mentions() -> int:
    """Go to the pages that say they link to us; answers how many."""
    return looking.look_due()

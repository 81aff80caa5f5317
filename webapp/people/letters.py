"""Mail of people and sign-in: codes, invitations, a changed address.

It leaves after the commit, beside the request, so that an answer takes as long for an address we know as for one we
do not. A mail that cannot be sent is noted; the person asks again.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

from webapp import db, logs, mail


@dataclass(frozen=True)
class Letter:
    """One mail, ready to go."""

    to: str
    subject: str
    text: str
    html: str | None = None


@cache
def _crew() -> ThreadPoolExecutor:
    """Made at the first letter, so that no thread exists before the processes fork."""
    return ThreadPoolExecutor(4, thread_name_prefix="letters")


def post(letter: Letter) -> None:
    """Send a letter once this request is committed."""
    db.after_commit(lambda: _hand_over(letter))


def _hand_over(letter: Letter) -> None:
    _crew().submit(_send, letter)


def _send(letter: Letter) -> None:
    try:
        mail.send(letter.to, letter.subject, letter.text, letter.html)
    except mail.MailError as error:
        logs.error("letter_not_sent", error, permanent=error.permanent)
    except Exception as error:
        logs.error("letter_not_sent", error)

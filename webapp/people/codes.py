"""Six digits by mail: ten minutes, five tries, one use, and only the newest counts.

Unknown addresses get a row like known ones, so that answers and times are alike; nobody is ever sent theirs. A try is
counted before the code is compared, in a transaction of its own, so that parallel guesses and a refusal that rolls
back cannot win more than five.
"""

import hmac
import secrets
from datetime import timedelta

import sqlalchemy as sa

from webapp import db, times
from webapp.db import session
from webapp.vault import fingerprint

from . import tries
from .models import SignInCode

LIFE = timedelta(minutes=10)
TRIES = 5
AGAIN = timedelta(seconds=60)
SIGN_IN = "sign-in"
INSTALL = "install"
"""Shown on a device that is signed in, to be typed in the app just installed beside it."""
LIMITS: tuple[tries.Limit, ...] = ((10, timedelta(hours=1)), (30, timedelta(days=1)))


def address(text: str) -> str:
    """An e-mail address as we compare and store it."""
    return text.strip().lower()


def issue(email: str, purpose: str = SIGN_IN) -> str:
    """A fresh code for an address; the ones before end. The caller commits and sends it."""
    email, now = address(email), times.now()
    code = f"{secrets.randbelow(1_000_000):06d}"
    row = SignInCode(id=db.new_id(), email=email, purpose=purpose, code_hash="", created_at=now, expires_at=now + LIFE)
    row.code_hash = _hash(row, code)
    session.add(row)
    return code


def ask(email: str, purpose: str = SIGN_IN) -> str | None:
    """A code somebody asked for, or None within a minute of the last one. Raises TooMany."""
    if wait(email, purpose):
        return None
    for limit in LIMITS:
        tries.spend(f"code:{limit[1].days}:{purpose}:{address(email)}", limit)
    return issue(email, purpose)


def wait(email: str, purpose: str = SIGN_IN) -> int:
    """Seconds until another code may be asked for; 0 when it may be now."""
    last = session.scalar(
        sa.select(sa.func.max(SignInCode.created_at)).where(
            SignInCode.email == address(email), SignInCode.purpose == purpose
        )
    )
    left = last + AGAIN - times.now() if last else timedelta(0)
    return max(0, int(left.total_seconds() + 0.999))


def spend(email: str, code: str, purpose: str = SIGN_IN) -> int | None:
    """Use up a code: None when it was right, else how many tries are left (0: ask for a new one)."""
    row = _counted(address(email), purpose)
    if row is None:
        return 0
    if not hmac.compare_digest(row.code_hash, _hash(row, code)):
        return TRIES - row.tries
    spent = session.scalar(
        sa.update(SignInCode)
        .where(SignInCode.id == row.id, SignInCode.used_at.is_(None))
        .values(used_at=times.now())
        .returning(SignInCode.id)
        .execution_options(synchronize_session=False)
    )
    return None if spent else 0


def enter(email: str, code: str) -> int | None:
    """Use up the code somebody signs in with, mailed or shown on another device of theirs; answers like `spend`."""
    left = spend(email, code)
    return None if left is None or spend(email, code, INSTALL) is None else left


def _counted(email: str, purpose: str) -> SignInCode | None:
    """Take one of the newest code's tries; None when it has none, is over or was used."""
    newest = (
        sa.select(SignInCode.id)
        .where(SignInCode.email == email, SignInCode.purpose == purpose)
        .order_by(SignInCode.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    with db.keep() as own:
        return own.scalars(
            sa.update(SignInCode)
            .where(
                SignInCode.id == newest,
                SignInCode.tries < TRIES,
                SignInCode.used_at.is_(None),
                SignInCode.expires_at > times.now(),
            )
            .values(tries=SignInCode.tries + 1)
            .returning(SignInCode)
            .execution_options(synchronize_session=False)
        ).first()


def _hash(row: SignInCode, code: str) -> str:
    """Bound to its row, so that equal codes look different."""
    return fingerprint(f"{row.id}:{code.strip()}", "code")

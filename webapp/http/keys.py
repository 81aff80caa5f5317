"""A request with a key counts once: sent twice, late, or from a queue, it gets the first answer again.

The key comes in the `Idempotency-Key` header (JavaScript, at the tap) or a hidden `key` field. The row is made in the
transaction of the change, so that of sixteen at once one acts and fifteen wait and repeat. A refusal (409, 410, 403)
is remembered too; a form that needs mending (422) is not, since it will be sent again with other words. A request that
ended its transaction early (to talk to a network) leaves a row without an answer: while it is fresh the work is still
under way, later the one that did it is taken for dead and the next may begin.
"""

import hashlib
import json
from datetime import timedelta
from functools import cache
from typing import cast

import sqlalchemy as sa
from flask import g, request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from webapp import db, times
from webapp.db import session
from webapp.errors import Conflict, Invalid
from webapp.i18n import _

from .actor import actor_or_none
from .models import Answer

_KEPT = ("Location", "Content-Type", "HX-Redirect", "HX-Push-Url", "HX-Replace-Url", "Set-Cookie")
_REFUSED = frozenset({403, 404, 409, 410})
_UNDER_WAY = timedelta(seconds=60)


def _key() -> str:
    raw = request.headers.get("Idempotency-Key") or request.form.get("key", "")
    if raw and not (8 <= len(raw) <= 80 and raw.isascii() and raw.isprintable()):
        raise Invalid(_("This form is damaged. Reload the page and try again."))
    return raw


def _body_hash() -> str:
    digest = hashlib.sha256(f"{request.method} {request.path}".encode())
    for name, value in sorted(request.form.items(multi=True)):
        if name not in ("key", "_token"):
            digest.update(f"\0{name}\0{value}".encode("utf-8", "surrogatepass"))
    for name, upload in sorted(request.files.items(multi=True), key=lambda pair: pair[0]):
        digest.update(f"\0{name}\0".encode() + _digest(upload))
    return digest.hexdigest()


def _digest(upload: FileStorage) -> bytes:
    content = hashlib.sha256(upload.stream.read()).digest()
    upload.stream.seek(0)
    return content


def begin() -> Response | None:
    """Claim the key of this request; the earlier answer when it already has one. 422 for another body under it."""
    person, key = actor_or_none(), _key()
    if person is None or not key:
        return None
    body_hash = _body_hash()
    made = db.new_id()
    claimed = db.add_once(
        Answer,
        id=made,
        organization_id=person.organization_id,
        person_id=person.id,
        key=key,
        body_hash=body_hash,
        created_at=times.now(),
    )
    if claimed:
        g.answer_id, g.answer_key, g.answer_hash = made, key, body_hash
        return None
    found = _find(key)
    if found.status is None and _take_over(found, body_hash):
        g.answer_id, g.answer_key, g.answer_hash = found.id, key, body_hash
        return None
    return _repeat(found, body_hash)


def _take_over(answer: Answer, body_hash: str) -> bool:
    """Whether a request that never answered is dead, and this one goes on in its place."""
    now = times.now()
    taken = session.execute(
        sa.update(Answer)
        .where(Answer.id == answer.id, Answer.status.is_(None), Answer.created_at < now - _UNDER_WAY)
        .values(created_at=now, body_hash=body_hash)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def _find(key: str) -> Answer:
    person = actor_or_none()
    assert person
    return session.scalars(
        sa.select(Answer).where(
            Answer.organization_id == person.organization_id, Answer.person_id == person.id, Answer.key == key
        )
    ).one()


def _repeat(answer: Answer, body_hash: str) -> Response:
    if answer.body_hash != body_hash:
        raise Invalid(_("This form was already sent with other words. Reload the page and try again."))
    if answer.status is None:
        raise Conflict(_("This is still being carried out. Look again in a moment."))
    response = Response(answer.body, status=answer.status)
    response.headers.clear()
    for name, value in json.loads(answer.headers):
        response.headers.add(name, value)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _values(response: Response) -> dict[str, object]:
    kept = [(k, v) for k, v in response.headers.items() if k in _KEPT]
    return {
        "status": response.status_code,
        "headers": json.dumps(kept),
        "body": response.get_data(as_text=True),
    }


def settle(response: Response) -> None:
    """Remember the answer, in the transaction of the change."""
    if "answer_id" in g:
        session.connection().execute(_settled(), {"answer": g.answer_id, **_values(response)})


@cache
def _settled() -> sa.Update:
    table = cast("sa.Table", Answer.__table__)
    given: dict[str, sa.BindParameter[object]] = {name: sa.bindparam(name) for name in ("status", "headers", "body")}
    return sa.update(table).where(table.c.id == sa.bindparam("answer")).values(given)


def drop() -> None:
    """Give the key back: its request came to nothing, and may have ended its transaction before that."""
    if "answer_id" in g:
        answer_id = g.pop("answer_id")
        with db.keep() as own:
            own.execute(sa.delete(Answer).where(Answer.id == answer_id, Answer.status.is_(None)))


def settle_refusal(response: Response) -> None:
    """Remember a refusal after its change was rolled back."""
    person = actor_or_none()
    drop()
    if "answer_key" not in g or person is None or response.status_code not in _REFUSED:
        return
    with db.keep() as own:
        own.execute(
            db.insert_ignoring(
                Answer,
                id=db.new_id(),
                organization_id=person.organization_id,
                person_id=person.id,
                key=g.answer_key,
                body_hash=g.answer_hash,
                created_at=times.now(),
                **_values(response),
            )
        )

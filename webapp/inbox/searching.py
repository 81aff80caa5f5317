"""Full-text search over messages, the same words on both databases.

Texts are folded by us (case, width and accents go, Chinese and Japanese become pairs of characters), so that the
database only splits at spaces. PostgreSQL has a GIN index over them, SQLite an FTS5 table that triggers keep equal.
"""

import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import regex
import sqlalchemy as sa

from webapp import db
from webapp.db import Instant, session
from webapp.people.permissions import Actor, Permission, scope_by_name, scope_values

from .models import Message

_WORD = regex.compile(r"[\p{L}\p{N}]+")
_DENSE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}ー]+")
_LONGEST, _MOST, _ASKED = 40, 800, 12
"""Characters of a word, words of a message, words of a question."""
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"})


def fold(text: str) -> list[str]:
    """The words of a text as they are compared."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_PLAIN)
    if not plain.isascii():
        apart = unicodedata.normalize("NFKD", plain)
        plain = "".join(c for c in apart if not unicodedata.combining(c) or c in "\u3099\u309a")
        plain = unicodedata.normalize("NFC", plain)
    return [part[:_LONGEST] for word in _WORD.findall(plain) for part in _parts(word)]


def _parts(word: str) -> list[str]:
    if word.isascii():
        return [word]
    found, rest = [], 0
    for dense in _DENSE.finditer(word):
        found += [word[rest : dense.start()], *_pairs(dense[0])]
        rest = dense.end()
    return [part for part in (*found, word[rest:]) if part]


def _pairs(dense: str) -> list[str]:
    """`大阪店` as 大阪, 阪店 and 店, so that any run of its characters is found."""
    return [dense[n : n + 2] for n in range(len(dense))]


def words(text: str, *names: str) -> str:
    """What is kept for search: each word of a message and of its author's names once."""
    return " ".join(list(dict.fromkeys(fold(" ".join((text, *names)))))[:_MOST])


def asked(text: str) -> list[str]:
    """The words of a question. The last may be a beginning; a lone end of a run of pairs is inside the pairs before."""
    found = fold(text)
    single = [len(w) == 1 and n > 0 and bool(_DENSE.fullmatch(w)) for n, w in enumerate(found)]
    return [word for word, drop in zip(found, single, strict=True) if not drop][:_ASKED]


@dataclass(frozen=True)
class Hit:
    """A message that was found, in its conversation."""

    conversation_id: uuid.UUID
    message_id: uuid.UUID
    at: datetime


def find(actor: Actor, text: str, before: datetime | None = None, limit: int = 50) -> list[Hit]:
    """Messages with all the words (the last one may be a beginning), the newest first, where the person may look."""
    wanted = asked(text)
    if not wanted:
        return []
    everywhere = actor.everywhere(Permission.VIEW)
    db.plan_afresh()
    values = {**scope_values(actor), "wanted": _query(wanted), "before": before, "most": limit}
    query = _search(everywhere, before is not None, db.is_sqlite())
    return [Hit(row.conversation_id, row.id, row.at) for row in session.execute(query.params(values))]


def _query(wanted: list[str]) -> str:
    """In the database's own words; every word is letters and digits only."""
    if db.is_sqlite():
        return "words : (" + " AND ".join(f'"{w}"' for w in wanted) + " *)"
    return " & ".join(wanted) + ":*"


@cache
def _search(everywhere: bool, later: bool, sqlite: bool) -> sa.Select[Any]:
    columns: list[Any] = [Message.conversation_id, Message.id, Message.at]
    query: sa.Select[Any] = sa.select(*columns)
    query = query.where(*scope_by_name(Message, everywhere=everywhere))
    if later:
        query = query.where(Message.at < sa.bindparam("before", type_=Instant()))
    if sqlite:
        index = sa.table("message_index", sa.column("message", sa.Uuid()))
        match = sa.text("message_index MATCH :wanted")
        query = query.join(index, index.c.message == Message.id).where(match)
    else:
        query = query.where(sa.text("to_tsvector('simple', messages.words) @@ to_tsquery('simple', :wanted)"))
    return query.order_by(Message.at.desc(), Message.id.desc()).limit(sa.bindparam("most", type_=sa.Integer))

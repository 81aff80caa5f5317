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
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from webapp import db
from webapp.db import Instant, session
from webapp.people.permissions import Actor, Permission, scope_by_name, scope_values

from .models import Message

_WORD = regex.compile(r"[\p{L}\p{N}]+")
_DENSE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}ー]+")
_LONGEST, _MOST, _ASKED = 40, 800, 12
"""Characters of a word, words of a message, words of a question."""
NEWEST, MANY = 20_000, 8_000
"""So many of the newest messages are read for the words first; so many are found by the index and sorted at most."""
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


def place(region_id: uuid.UUID) -> str:
    """The word that says where a message belongs, so that the index itself keeps to what a person sees."""
    return f"r{region_id.hex}"


def words(text: str, *names: str, region_id: uuid.UUID) -> str:
    """What is kept for search: its place, then each word of a message and of its author's names once."""
    return " ".join([place(region_id), *list(dict.fromkeys(fold(" ".join((text, *names)))))[:_MOST]])


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
    everywhere, sqlite = actor.everywhere(Permission.VIEW), db.is_sqlite()
    places = [] if everywhere else [place(region) for region in sorted(actor.regions(Permission.VIEW))]
    if not everywhere and not places:
        return []
    values = {**scope_values(actor), "wanted": _query(wanted, places), "before": before, "patterns": _patterns(wanted)}
    query = _search(everywhere, before is not None, sqlite)
    rows = _rows(query, values, limit) if sqlite else _by_index(query, values, limit)
    return [Hit(row.conversation_id, row.id, row.at) for row in rows]


def _columns(model: Any) -> tuple[Any, ...]:
    return (model.conversation_id, model.id, model.at)


def _before() -> sa.ColumnElement[bool]:
    return Message.at < sa.bindparam("before", type_=Instant())


def _rows(query: sa.Select[Any], values: dict[str, Any], limit: int) -> list[Any]:
    newest = query.order_by(Message.at.desc(), Message.id.desc()).limit(limit)
    return list(session.execute(newest, values))


def _by_index(query: sa.Select[Any], values: dict[str, Any], limit: int) -> list[Any]:
    """PostgreSQL cannot tell a rare beginning of a word from a common one, so it is told what to do.

    A common word stands often enough in the newest messages. What does not is found by the words' index and sorted;
    if even that is very much, the messages are read from the newest down.
    """
    everywhere, later = not values["scope_regions"], values["before"] is not None
    found = list(session.execute(_newest(everywhere, later, NEWEST).limit(limit), values))
    if len(found) == limit:
        return found
    _plan(seqscan=False, indexscan=False, bitmapscan=True)
    found = list(session.execute(query.limit(MANY), values))
    _plan(seqscan=True, indexscan=True, bitmapscan=True)
    if len(found) == MANY:
        return list(session.execute(_newest(everywhere, later, None).limit(limit), values))
    return sorted(found, key=lambda row: (row.at, row.id), reverse=True)[:limit]


@cache
def _newest(everywhere: bool, later: bool, most: int | None) -> sa.Select[Any]:
    """Of the newest `most` messages those with all the `patterns`: a look at plain text, for the index has no order."""
    newest = sa.select(Message.organization_id, Message.region_id, Message.words, *_columns(Message)).where(
        *scope_by_name(Message, everywhere=True)
    )
    if later:
        newest = newest.where(_before())
    order = (Message.at.desc(), Message.id.desc())
    read = aliased(Message, newest.order_by(*order).limit(most).subquery())
    patterns = sa.bindparam("patterns", type_=ARRAY(sa.Text()))
    every = sa.literal(" ").concat(read.words).concat(" ").like(sa.all_(patterns))
    query: sa.Select[Any] = sa.select(*_columns(read)).where(*scope_by_name(read, everywhere=everywhere), every)
    return query.order_by(read.at.desc(), read.id.desc())


def _plan(**ways: bool) -> None:
    """What the planner may use for the next statement of this transaction."""
    for way, allowed in ways.items():
        session.execute(sa.text(f"SET LOCAL enable_{way} = {'on' if allowed else 'off'}"))


def _query(wanted: list[str], places: list[str]) -> str:
    """In the database's own words; every word is letters and digits only."""
    if db.is_sqlite():
        where = " AND (" + " OR ".join(f'"{each}"' for each in places) + ")" if places else ""
        return "words : ((" + " AND ".join(f'"{w}"' for w in wanted) + f" *){where})"
    return " & ".join(wanted) + ":*" + (f" & ({' | '.join(places)})" if places else "")


def _patterns(wanted: list[str]) -> list[str]:
    """For LIKE; a word holds none of its signs."""
    return [f"% {word} %" for word in wanted[:-1]] + [f"% {wanted[-1]}%"]


@cache
def _search(everywhere: bool, later: bool, sqlite: bool) -> sa.Select[Any]:
    query: sa.Select[Any] = sa.select(*_columns(Message))
    query = query.where(*scope_by_name(Message, everywhere=everywhere))
    if later:
        query = query.where(_before())
    if not sqlite:
        return query.where(sa.text("to_tsvector('simple', messages.words) @@ to_tsquery('simple', :wanted)"))
    index = sa.table("message_index", sa.column("message", sa.Uuid()))
    return query.join(index, index.c.message == Message.id).where(sa.text("message_index MATCH :wanted"))

"""What a network declares and what it can do: the seam between Nod and everybody else's API.

A connector is one module that builds one object satisfying `Network`, and those of the other protocols it
can. It knows nothing of the database: it gets plain values and answers with plain values, or raises
`NetworkError`, which carries its own remedy so that one place (publishing) decides what happens next.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable


class Remedy(StrEnum):
    """What to do about an error. UNKNOWN means the effect may have happened: probe, never repeat."""

    RETRY = "retry"
    GIVE_UP = "give_up"
    RECONNECT = "reconnect"
    ASK = "ask"
    UNKNOWN = "unknown"


class NetworkError(Exception):
    """A refusal or a fault.

    `message` is a translatable sentence in the user's words, without secrets: show it by
    `_(e.message, **e.params)`. `code` names the kind for machines; `retry_at` is the instant (UTC)
    before which the network wants peace.
    """

    def __init__(
        self,
        message: str,
        remedy: Remedy,
        *,
        retry_at: datetime | None = None,
        code: str = "",
        params: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message, self.remedy, self.retry_at, self.code = message, remedy, retry_at, code
        self.params = dict(params or {})


@dataclass(frozen=True)
class Limits:
    """What one post may carry. `text` counts in the network's own unit; 0 images means none are taken.

    `parts`: further parts that may follow a post as answers to it (a thread, a first comment); 0 means none.
    `fold`: lines that its app shows before "more", and about how many characters a line has (`folding.at`).
    `ratio`: the narrowest and the widest picture (width by height) that its app shows whole.
    """

    text: int
    unit: str
    bytes: int | None = None
    images: int = 4
    image_bytes: int = 8_000_000
    image_types: tuple[str, ...] = ("image/jpeg", "image/webp", "image/png")
    alt: int = 1500
    url_length: int | None = None
    fold: tuple[int, int] | None = None
    ratio: tuple[float, float] | None = None
    parts: int = 0


@dataclass(frozen=True)
class Field:
    """One field of the connect form; the form draws itself from these. `kind`: text, password or url."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    autocomplete: str = "off"


@dataclass(frozen=True)
class Measure:
    """How a text counts there: `used` of `limit` in `unit` (a marked word).

    `over_at` is the index (code points) where the excess starts. `note` explains the rule where it matters:
    show `_(m.note, **m.note_params)`.
    """

    used: int
    limit: int
    unit: str
    over_at: int | None = None
    note: str = ""
    note_params: Mapping[str, int] = field(default_factory=dict)

    @property
    def over(self) -> int:
        """How many units too many; 0 when it fits."""
        return max(0, self.used - self.limit)


@dataclass(frozen=True)
class Picture:
    """One image as it will be sent: final bytes (already the rendition for this network) and alt text."""

    mime: str
    width: int
    height: int
    alt: str
    sha256: str
    read: Callable[[], bytes] = field(repr=False, compare=False, default=lambda: b"")
    url: str = ""


@dataclass(frozen=True)
class Draft:
    """Exactly what goes out on one channel.

    `key` and `planned_at` (an instant) are the same over all attempts of one delivery: networks where we
    choose the record derive its name and time from them. `staged` holds what `stage` gave for these pictures.
    `above`: for a further part of a post, the first part and the one that this answers, as the network has them.
    """

    key: str
    text: str
    pictures: tuple[Picture, ...] = ()
    lang: str = ""
    planned_at: datetime | None = None
    link_base: str = ""
    staged: tuple[str, ...] = ()
    above: "tuple[Receipt, Receipt] | None" = None


@dataclass(frozen=True)
class Account:
    """A connected profile: `remote_id` there, `handle` shown, `server` base URL, `secrets` decrypted tokens.

    `limits` is what the server declared (see `Profile`). `store` persists refreshed secrets at once (merges,
    never overwrites a token with an empty value). Refreshing happens inside `alone` (a lease on the channel,
    over all processes) after `latest` was read: another process may have refreshed already.
    """

    id: str
    remote_id: str
    handle: str
    server: str = ""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    limits: Mapping[str, int] = field(default_factory=dict)
    store: Callable[[Mapping[str, str]], None] = field(repr=False, compare=False, default=lambda _: None)
    latest: Callable[[], Mapping[str, str]] = field(repr=False, compare=False, default=dict)
    alone: Callable[[], AbstractContextManager[None]] = field(repr=False, compare=False, default=nullcontext)


@dataclass(frozen=True)
class Receipt:
    """The network has it: its id there and where people can see it. `details`: what answering it needs besides."""

    remote_id: str
    url: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


class Absent:
    """The probe looked and the post is certainly not there: it may be sent."""


class Unknown:
    """The probe could not tell. A person looks."""


@dataclass(frozen=True)
class Profile:
    """What `connect`, `finish` and `check` learn about the account behind the credentials.

    `limits` are the server's own numbers, kept with the channel and given back in `Account.limits`. Keys are
    those of `Limits`, and `keyed`: 1 when the server honours an Idempotency-Key.
    """

    remote_id: str
    handle: str
    name: str
    server: str
    secrets: Mapping[str, str] = field(repr=False)
    limits: Mapping[str, int] = field(default_factory=dict)
    expires_at: datetime | None = None
    avatar_url: str = ""


@runtime_checkable
class Network(Protocol):
    """Every network. `glyph` is a sprite id.

    `publish`: a Receipt means it is there; NetworkError otherwise. `probe` answers after an unknown outcome:
    `since` is when the first attempt began; NetworkError means that it could not look. `check` is a harmless
    look at the account (health, fresh limits).
    """

    key: str
    label: str
    glyph: str
    limits: Limits
    fields: tuple[Field, ...]

    def limits_for(self, account: Account) -> Limits: ...
    def measure(self, text: str, limits: Limits) -> Measure: ...
    def publish(self, account: Account, draft: Draft) -> Receipt: ...
    def probe(self, account: Account, draft: Draft, since: datetime) -> "Receipt | Absent | Unknown": ...
    def check(self, account: Account) -> Profile: ...


@runtime_checkable
class Password(Protocol):
    """Networks that connect with what a person types (handle and app password, or nothing at all)."""

    def connect(self, values: Mapping[str, str]) -> Profile: ...


@dataclass(frozen=True)
class Journey:
    """A consent under way: where to send the browser, and what must be kept (server side) until the return.

    `reusable` may be stored by the caller for the same server and return address, and merged into `values` of
    later journeys there, so that the app is not registered again.
    """

    url: str
    kept: Mapping[str, str] = field(repr=False)
    reusable: Mapping[str, str] = field(repr=False, default_factory=dict)


@runtime_checkable
class Consent(Protocol):
    """Networks with OAuth. `begin` may register the app there; `finish` verifies and fetches tokens."""

    def begin(self, values: Mapping[str, str], redirect_uri: str, state: str) -> Journey: ...
    def finish(self, kept: Mapping[str, str], answer: Mapping[str, str], redirect_uri: str) -> Profile: ...
    def revoke(self, account: Account) -> None: ...


@runtime_checkable
class Staging(Protocol):
    """Networks whose pictures can be handed over before the post; nobody sees them until then.

    `keeps`: how long what was handed over may be relied on.
    """

    keeps: timedelta

    def stage(self, account: Account, draft: Draft) -> tuple[str, ...]: ...


def by_consent(network: Network, values: Mapping[str, str]) -> bool:
    """Whether what was typed leads to the network's own page.

    Always, where that is the only way; where a password may be typed instead, when none was.
    """
    if not isinstance(network, Consent):
        return False
    secret = [field.name for field in network.fields if field.kind == "password"]
    return not isinstance(network, Password) or not any(values.get(name, "").strip() for name in secret)


@runtime_checkable
class Editable(Protocol):
    """Networks where a published post can be changed."""

    def edit(self, account: Account, remote_id: str, draft: Draft) -> Receipt: ...


@runtime_checkable
class Deletable(Protocol):
    """Networks where a published post can be removed. Removing what is gone is not an error."""

    def delete(self, account: Account, remote_id: str) -> None: ...


@dataclass(frozen=True)
class Who:
    """Somebody there, as the network describes them now. `remote_id` is the same wherever they are met."""

    remote_id: str
    handle: str = ""
    name: str = ""
    avatar_url: str = ""
    url: str = ""


@dataclass(frozen=True)
class Attachment:
    """Something that hangs on a message. `kind`: image, video, audio or file; shown through our own proxy only."""

    kind: str
    url: str
    alt: str = ""
    mime: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Item:
    """One message as it is there now. `side`: "in", or "out" when our account wrote it.

    `root_id` is the post at the top of the whole thread ("" when unknown), `ours` whether our account wrote that post:
    what answers it directly begins a conversation. `parent_id` is what it answers ("" when nothing). `kind`: comment,
    mention, review or direct. `handle` is what an answer to it needs, such as ids and checksums. `likes`: how many
    people like it now, where the network says so with it. A deleted item may have nothing but its id and `deleted`.
    """

    remote_id: str
    author: Who
    text: str
    at: datetime
    root_id: str = ""
    parent_id: str = ""
    ours: bool = False
    kind: str = "comment"
    side: str = "in"
    language: str = ""
    url: str = ""
    edited_at: datetime | None = None
    deleted: bool = False
    handle: Mapping[str, Any] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    likes: int | None = None


@dataclass(frozen=True)
class Batch:
    """What one look brought, newest or oldest first. `cursor` is given back at the next look; `more`: look at once."""

    items: tuple[Item, ...] = ()
    cursor: Mapping[str, Any] = field(default_factory=dict)
    more: bool = False


@runtime_checkable
class Conversations(Protocol):
    """Networks where people write to us.

    `fetch`: what is new since the cursor (None at first), with an overlap, so that what was lost comes again; also the
    threads under `posts` (ids there of recent posts of ours). How it is answered: `answering.py`.
    """

    every: timedelta
    """How often the network may be asked while it is quiet."""

    def fetch(self, account: Account, cursor: Mapping[str, Any] | None, posts: Sequence[str]) -> Batch: ...


@runtime_checkable
class Watchful(Protocol):
    """Networks that say how messages are now, for those that were edited or deleted without anybody telling us.

    A message that is gone comes as an item with nothing but its id and `deleted`; one that could not be looked at does
    not come.
    """

    def look(self, account: Account, remote_ids: Sequence[str]) -> tuple[Item, ...]: ...

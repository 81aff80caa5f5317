"""A network of the tests: it does what it is told, remembers what it was asked, and has what was really posted."""

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from webapp.networks import base, counting
from webapp.networks.base import Absent, NetworkError, Profile, Receipt, Remedy


def error(remedy: Remedy, message: str = "The sink said no.", **more: Any) -> NetworkError:
    return NetworkError(message, remedy, **more)


@dataclass
class Sink:
    """Satisfies Network, Password, Staging, Editable and Deletable.

    `script` holds what the next calls do: an exception is raised, "effect" posts it and then gives no clear answer, a
    callable is called before the post is made. When it is empty, every call works.
    """

    key: str = "sink"
    label: str = "Sink"
    glyph: str = "n-feed"
    limits: base.Limits = field(default_factory=lambda: base.Limits(500, counting.CHARACTERS))
    fields: tuple[base.Field, ...] = ()
    script: deque[Any] = field(default_factory=deque)
    probes: deque[Any] = field(default_factory=deque)
    calls: list[tuple[str, str]] = field(default_factory=list)
    posts: dict[str, base.Draft] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    healthy: bool = True
    keeps: timedelta = timedelta(minutes=30)
    stages: deque[Any] = field(default_factory=deque)

    def limits_for(self, account: base.Account) -> base.Limits:
        return self.limits

    def measure(self, text: str, limits: base.Limits) -> base.Measure:
        return counting.plain(text, limits)

    def connect(self, values: Any) -> Profile:
        return Profile("me", "@sink", "Sink", "", {"token": "t"})

    def check(self, account: base.Account) -> Profile:
        self.calls.append(("check", account.id))
        if not self.healthy:
            raise error(Remedy.RECONNECT, "The sink does not know you.")
        return Profile(account.remote_id, account.handle, account.handle, "", {})

    def stage(self, account: base.Account, draft: base.Draft) -> tuple[str, ...]:
        self.calls.append(("stage", draft.key))
        step = self.stages.popleft() if self.stages else None
        if isinstance(step, BaseException):
            raise step
        if callable(step):
            step()
        return tuple(picture.sha256 for picture in draft.pictures if picture.read())

    def publish(self, account: base.Account, draft: base.Draft) -> Receipt:
        self.calls.append(("publish", draft.key))
        step = self.script.popleft() if self.script else None
        if isinstance(step, BaseException):
            raise step
        if callable(step):
            step()
        self.posts[draft.key] = draft
        self.sent.append(draft.key)
        if step == "effect":
            raise error(Remedy.UNKNOWN, "No clear answer.")
        if step == "bug":
            raise ZeroDivisionError
        return Receipt(draft.key, f"https://sink.example/{draft.key}")

    def probe(self, account: base.Account, draft: base.Draft, since: Any) -> Any:
        self.calls.append(("probe", draft.key))
        step = self.probes.popleft() if self.probes else None
        if isinstance(step, BaseException):
            raise step
        if step is not None:
            return step
        return Receipt(draft.key, f"https://sink.example/{draft.key}") if draft.key in self.posts else Absent()

    def edit(self, account: base.Account, remote_id: str, draft: base.Draft) -> Receipt:
        self.calls.append(("edit", remote_id))
        self.posts[remote_id] = draft
        return Receipt(remote_id, f"https://sink.example/{remote_id}")

    def delete(self, account: base.Account, remote_id: str) -> None:
        self.calls.append(("delete", remote_id))
        step = self.script.popleft() if self.script else None
        if isinstance(step, BaseException):
            raise step
        self.posts.pop(remote_id, None)

    def asked(self, kind: str) -> int:
        return sum(1 for call, _key in self.calls if call == kind)

"""A network of the tests where people can be answered: it does what it is told and remembers what really happened."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from tests.publishing.sink import Sink, error
from webapp.networks.base import Absent, Receipt, Remedy

__all__ = ["Shower", "Talker", "error"]


@dataclass
class Talker(Sink):
    """Satisfies Answering, Likeable, Hideable and Removable.

    `script`: an exception is raised, "effect" does it and gives no clear answer, a callable is called before.
    """

    said: dict[str, str] = field(default_factory=dict)
    times: int = 0
    natives: list[str] = field(default_factory=list)
    acts: list[tuple[str, str]] = field(default_factory=list)
    looks: deque[Any] = field(default_factory=deque)

    def as_sent(self, handle: Any, text: str) -> str:
        return text

    def reply(self, account: Any, handle: Any, text: str, key: str, at: Any) -> Receipt:
        self.calls.append(("reply", text))
        step = self._step()
        if key not in self.said:
            self.times += 1
        self.said[key] = text
        if step == "effect":
            raise error(Remedy.UNKNOWN, "No clear answer.")
        if step == "bug":
            raise ZeroDivisionError
        return Receipt(f"r-{key}", f"https://sink.example/{key}")

    def probe_reply(self, account: Any, handle: Any, text: str, key: str, at: Any, since: Any) -> Any:
        self.calls.append(("probe_reply", text))
        step = self.probes.popleft() if self.probes else None
        if isinstance(step, BaseException):
            raise step
        return step or (Receipt(f"r-{key}", f"https://sink.example/{key}") if key in self.said else Absent())

    def answered(self, account: Any, handle: Any) -> list[str]:
        step = self.looks.popleft() if self.looks else None
        if isinstance(step, BaseException):
            raise step
        return [*self.natives, *(f"r-{key}" for key in self.said)]

    def like(self, account: Any, handle: Any) -> None:
        self._act("like", handle)

    def unlike(self, account: Any, handle: Any) -> None:
        self._act("unlike", handle)

    def may_hide(self, account: Any, handle: Any) -> bool:
        return bool(handle.get("ours"))

    def hide(self, account: Any, handle: Any) -> None:
        self._act("hide", handle)

    def unhide(self, account: Any, handle: Any) -> None:
        self._act("unhide", handle)

    def remove(self, account: Any, handle: Any, remote_id: str) -> None:
        self._step()
        self.acts.append(("remove", remote_id))

    def _act(self, kind: str, handle: Any) -> None:
        self._step()
        self.acts.append((kind, handle.get("id", "")))

    def _step(self) -> Any:
        step = self.script.popleft() if self.script else None
        if isinstance(step, BaseException):
            raise step
        if callable(step):
            step()
        return step


@dataclass
class Shower(Talker):
    """Takes pictures in answers too (Picturing). `shown`: key -> what really stands there, bytes by their hash."""

    shown: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def reply_with(self, account: Any, handle: Any, draft: Any) -> Receipt:
        assert draft.staged == tuple(picture.sha256 for picture in draft.pictures)
        self.calls.append(("reply_with", draft.text))
        before = self.times

        def note() -> None:
            if draft.key not in self.shown:
                self.shown[draft.key] = [(picture.sha256, picture.alt) for picture in draft.pictures]

        try:
            return self.reply(account, handle, draft.text, draft.key, draft.planned_at)
        finally:
            if self.times > before:
                note()

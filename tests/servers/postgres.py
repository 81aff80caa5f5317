"""A PostgreSQL cluster of the test run's own: found on the machine, on loopback, gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob
from pathlib import Path


def _bin() -> Path:
    places = sorted(glob("/usr/lib/postgresql/*/bin"), reverse=True)
    found = [Path(p) for p in places if (Path(p) / "initdb").exists()]
    on_path = shutil.which("initdb")
    if found:
        return found[0]
    if on_path:
        return Path(on_path).resolve().parent
    raise RuntimeError("PostgreSQL was not found; run `make test`, which installs it.")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _as_postgres(folder: str) -> dict[str, object]:
    """PostgreSQL refuses to run as root: use its own account then."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "cwd": folder}


@contextmanager
def cluster(*settings: str) -> Iterator[str]:
    """Start a cluster; yields a URL without a database name, such as `postgresql://postgres@127.0.0.1:4321`."""
    folder, port, place = tempfile.mkdtemp(prefix="nod-pg-"), free_port(), _bin()
    who = _as_postgres(folder)
    data = f"{folder}/data"
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **who}
    subprocess.run(
        [
            place / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-N",
        ],
        **quiet,
    )
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off "
        "-c full_page_writes=off -c synchronous_commit=off -c max_connections=200 -c shared_buffers=64MB"
    )
    options += "".join(f" -c {each}" for each in settings)
    subprocess.run([place / "pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start"], **quiet)
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}"
    finally:
        subprocess.run([place / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **quiet)
        shutil.rmtree(folder, ignore_errors=True)

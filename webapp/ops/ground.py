"""What must hold before anything starts: a folder to write to, nobody else on it, a free port.

Each refusal is one sentence for the person at the terminal.
"""

import errno
import fcntl
import os
import socket
import time
from pathlib import Path

from webapp.config import Config


class Refusal(Exception):
    """Nod cannot start or go on like this; the message is one sentence that says what to do."""


def folder(config: Config) -> None:
    """Make the data folder and write in it once. Raises Refusal."""
    probe = config.data / f".write-{os.getpid()}"
    try:
        config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe.write_bytes(b"nod")
        probe.unlink()
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else "unknown reason"
        raise Refusal(
            f"Nod cannot write to {config.data} ({why.lower()}): choose another folder with NOD_DATA, "
            "or let this user write there."
        ) from None


def only_one(config: Config, patience: float = 3.0) -> int:
    """Lock the data folder for this installation and answer the lock's descriptor. Raises Refusal.

    Children inherit it, also the embedded Redis: the folder is free again when the last of them is gone, which
    after a kill takes a moment, hence `patience` in seconds.
    """
    lock = os.open(config.data / "nod.lock", os.O_RDWR | os.O_CREAT, 0o600)
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except OSError:
            if time.monotonic() > until:
                raise Refusal(_taken_by(config.data, lock)) from None
            time.sleep(0.1)
    os.ftruncate(lock, 0)
    os.write(lock, f"{os.getpid()}\n".encode())
    os.set_inheritable(lock, True)
    return lock


def _taken_by(data: Path, lock: int) -> str:
    pid = os.pread(lock, 20, 0).decode(errors="replace").strip()
    who = f"process {pid}" if pid.isdigit() else "another process"
    return f"Nod already runs on {data} ({who}): stop it first, or choose another folder with NOD_DATA."


def running(config: Config) -> bool:
    """Whether an installation is up on this data folder."""
    try:
        os.close(only_one(config, patience=0))
    except Refusal:
        return True
    return False


def listen(hosts: tuple[str, ...], port: int) -> list[socket.socket]:
    """Listening sockets on every host that this machine has; the first one must work. Raises Refusal."""
    sockets: list[socket.socket] = []
    for host in hosts:
        try:
            sockets.append(_bound(host, port))
        except OSError as error:
            missing = error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
            if not (missing and sockets):
                raise Refusal(_why_not(error, host, port)) from None
    return sockets


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    one = socket.socket(family, socket.SOCK_STREAM)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    try:
        one.bind((host, port))
        one.listen(512)
    except OSError:
        one.close()
        raise
    return one


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program: stop it, or choose another port with PORT."
    if error.errno == errno.EACCES:
        return f"This user may not listen on port {port}: choose one from 1024 on with PORT."
    return f"Nod cannot listen on {host}, port {port} ({(error.strerror or 'unknown reason').lower()})."

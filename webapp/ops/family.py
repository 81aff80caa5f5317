"""Forking children that end with their parent, whatever ends it.

On Linux the kernel kills a child whose parent died (PR_SET_PDEATHSIG). Elsewhere a thread asks every half second
who the parent is; that path was never run on such a system. A child gets a process group of its own, so that
Ctrl-C reaches the supervisor alone and it can stop the others in order.
"""

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

from webapp import logs

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def fork(name: str, body: Callable[[], object]) -> int:
    """Run `body` in a child that dies with this process; answers its process id.

    The child's exit code is 0 when `body` returns, 1 when it raises, else what it exits with.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        newborn(parent)
        body()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException as error:
        logs.error("crash", error, what=name)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def newborn(parent: int, at_death: signal.Signals = signal.SIGKILL) -> None:
    """What a fresh child does first: its own group, plain signals, and an end when `parent` ends."""
    os.setpgid(0, 0)
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    die_with(parent, at_death)


def die_with(parent: int, at_death: signal.Signals = signal.SIGKILL) -> None:
    """End this process when `parent` ends. Survives `exec` on Linux."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(at_death), 0, 0, 0)
    else:
        threading.Thread(target=_watch, args=(parent,), name="parent", daemon=True).start()
    if os.getppid() != parent:
        os._exit(1)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)

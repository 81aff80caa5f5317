"""Our scripts with short names for what only they know, so that a phone loads fewer bytes.

Done once for each state of the sources, by a library in a process of its own: it brings threads that must not be there
when the web workers fork. Where it has no build (macOS) scripts stay as they were joined: longer, otherwise the same.
"""

import subprocess
import sys
from functools import cache
from importlib.util import find_spec

from webapp import logs

_CODE = "import sys, minify; sys.stdout.write(minify.string('text/javascript', sys.stdin.read()))"
_SECONDS = 30


@cache
def shrunk(script: str) -> bytes:
    """The same script, shorter."""
    if find_spec("minify") is None:
        return script.encode()
    done = subprocess.run(
        [sys.executable, "-c", _CODE], input=script.encode(), capture_output=True, timeout=_SECONDS, check=False
    )
    if done.returncode or not done.stdout:
        logs.event("shrink_failed", level="warning", code=done.returncode)
        return script.encode()
    return done.stdout

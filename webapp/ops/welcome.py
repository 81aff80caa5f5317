"""What the terminal says once Nod answers: the address, and what to press."""

import http.client
import ssl
import time

from webapp.config import Config
from webapp.people import setup

from .prepare import First
from .supervisor import Supervisor
from .web import Certificate


def when_ready(
    house: Supervisor,
    config: Config,
    tls: Certificate | None,
    said: str,
    patience: float,
) -> None:
    """Print what is to be said as soon as the first page is served; after `patience` seconds say where to look."""
    until = time.monotonic() + patience
    while not house.asked and not _alive(config.port, tls):
        if time.monotonic() > until:
            print(f"Nod does not answer yet. {_where_to_look(config)}", flush=True)
            until = float("inf")
        house.wait(0.05)
    if not house.asked:
        print(said, flush=True)


def _alive(port: int, tls: Certificate | None) -> bool:
    connection = _connection(port, tls)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _connection(port: int, tls: Certificate | None) -> http.client.HTTPConnection:
    if tls is None:
        return http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    context = ssl.create_default_context(cafile=str(tls.certificate))
    context.check_hostname = False
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=5, context=context)


def greeting(config: Config, first: First) -> str:
    """The address and the next step, for the person who started Nod."""
    lines = ["", f"  Nod is ready: {config.base_url}", ""]
    lines += [f"  {line}" for line in next_step(config, first)]
    return "\n".join([*lines, "", f"  {_where_to_look(config)}", "  Stop with Ctrl-C.", ""])


def next_step(config: Config, first: First) -> list[str]:
    """What to press first: a name of the demo company, or the set-up token, which goes nowhere but here."""
    if first is First.DEMO:
        return ["Open the address and tap a name: you are in the demo company."]
    if first is First.SIGN_IN:
        return ["Open the address and sign in."]
    return [
        "Open the address and set up your organization with this token (it works once):",
        f"  {setup.token(config)}",
        f"It is also in {config.data / 'setup-token'}.",
    ]


def _where_to_look(config: Config) -> str:
    log = config.data / "log" / "nod.log"
    return f"Messages: {log}" if log.exists() else "Messages are the lines on standard error."

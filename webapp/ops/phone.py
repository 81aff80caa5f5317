"""`nod phone`: hold it in the hand. Serves over https on the local network and helps a phone to trust it.

A phone keeps a sign-in and installs an app only over https it trusts. So a plain page beside it hands out the
authority's certificate and says how to trust it; the code in the terminal leads to that page.
"""

import ipaddress
import socket
import ssl
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import segno
from jinja2 import Environment, FileSystemLoader

from webapp import i18n
from webapp.config import Config

from . import authority, ground, welcome
from .launcher import Plan, up
from .prepare import First
from .supervisor import Child

CERTIFICATE = "/nod-authority.crt"
TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


def serve(config: Config, address: str = "") -> int:
    """Serve on the local network until stopped. `address` is that of this machine, found when empty."""
    address = address or local_address()
    config = replace(config, base_url=f"https://{address}:{config.port}")
    ground.folder(config)
    folder = config.data / "phone"
    tls = authority.certificate(folder, address)
    helper_port = config.port + 1
    plain = ground.listen((address,), helper_port)[0]
    page = Child("trust page", partial(_serve_page, plain, config, authority.authority_file(folder).read_text()))
    greet = partial(greeting, page=f"http://{address}:{helper_port}/")
    hosts = ("127.0.0.1", address) if address != "127.0.0.1" else ("127.0.0.1",)
    return up(config, Plan(hosts=hosts, tls=tls, greet=greet, others=(page,)))


def local_address() -> str:
    """This machine's address on the local network: the one it would use, found without sending anything."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            found = probe.getsockname()[0]
        except OSError:
            found = "127.0.0.1"
    if not ipaddress.ip_address(found).is_private:
        raise ground.Refusal(f"{found} is not an address of a local network: say which to use with --address.")
    return str(found)


def greeting(config: Config, first: First, page: str) -> str:
    """The code to scan and the two addresses."""
    code = segno.make(page, error="m")
    lines = ["", *_drawn(code), "", f"  Scan it with the phone, or open {page} on it:"]
    lines += ["  the page helps the phone to trust this machine, then opens Nod.", ""]
    lines += [f"  Nod itself: {config.base_url}", "", *(f"  {line}" for line in welcome.next_step(config, first))]
    return "\n".join([*lines, "  Stop with Ctrl-C.", ""])


def _drawn(code: segno.QRCode) -> list[str]:
    """Two rows of modules in one line of half blocks, light on dark and dark on light alike."""
    rows = [list(row) for row in code.matrix_iter(border=2)]
    rows += [[0] * len(rows[0])] * (len(rows) % 2)
    halves = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    return [
        "  " + "".join(halves[int(bool(a)), int(bool(b))] for a, b in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    ]


def _serve_page(listening: socket.socket, config: Config, pem: str) -> None:
    class Page(_Page):
        target = config.base_url
        certificate = ssl.PEM_cert_to_DER_cert(pem)

    server = ThreadingHTTPServer(listening.getsockname()[:2], Page, bind_and_activate=False)
    server.socket.close()
    server.socket = listening
    server.serve_forever()


class _Page(BaseHTTPRequestHandler):
    """Two things: the page and the certificate."""

    target = ""
    certificate = b""
    server_version, sys_version = "Nod", ""

    def do_GET(self) -> None:
        """The page in the phone's language, or the certificate."""
        if self.path == CERTIFICATE:
            self._answer("application/x-x509-ca-cert", self.certificate)
        elif self.path.split("?")[0] == "/":
            self._answer("text/html; charset=utf-8", self._page().encode())
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _page(self) -> str:
        wanted = self.headers.get("Accept-Language", "")[:2]
        with i18n.speaking(wanted if wanted in i18n.OFFERED else "en"):
            environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
            template = environment.get_template("ops/trust.html")
            language = i18n.language()
            return template.render(_=i18n.gettext, language=language, target=self.target, certificate=CERTIFICATE)

    def _answer(self, kind: str, body: bytes) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", "default-src 'none'")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: it would tell addresses of the network."""

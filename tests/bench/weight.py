"""What a first visit costs on the wire."""

import re

from .client import Connection
from .company import Company
from .table import Table

_WANTED = re.compile(r'(?:href|src)="(/[^"]+\.(?:css|js|svg)[^"#]*)(?:#[^"]*)?"')


def measure(base: str, company: Company, table: Table) -> None:
    """Cold load of the queue before pictures."""
    wire = Connection(base)
    status, page, _ = wire.ask("GET", "/approvals", company.approver_token)
    _, plain, _ = _plain(base, company.approver_token)
    files = sorted(set(_WANTED.findall(plain.decode())))
    sizes = {path: len(wire.ask("GET", path, company.approver_token)[1]) for path in files}
    total = len(page) + sum(sizes.values())
    table.row("cold load of the queue", f"{total:,} B in {len(files) + 1} requests (status {status})", "60,000 B, 8")
    for path, size in sizes.items():
        table.row(f"   {re.sub(r'[.][0-9a-f]{8,}', '', path)}", f"{size:,} B")


def _plain(base: str, token: str) -> tuple[int, bytes, float]:
    """The same page without compression, to read it."""
    import http.client
    import urllib.parse

    from webapp.http.actor import COOKIE

    parts = urllib.parse.urlsplit(base)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port or 80)
    connection.request("GET", "/approvals", headers={"Host": parts.netloc, "Cookie": f"{COOKIE}={token}"})
    answer = connection.getresponse()
    return answer.status, answer.read(), 0.0

"""For processes that a test starts with this folder on their path: names of push services lead to this machine.

NOD_TEST_PLACES says which port of this machine each name means (`push.example=4433`). No line to anywhere else can be
opened.
"""

import os
import socket
from ipaddress import ip_address
from typing import Any

_ports = dict(each.split("=") for each in os.environ.get("NOD_TEST_PLACES", "").split())
_addresses = {f"127.80.0.{number}": int(port) for number, port in enumerate(_ports.values(), 1)}
_names = dict(zip(_ports, _addresses, strict=True))
_resolve, _connect, _connect_ex = socket.getaddrinfo, socket.socket.connect, socket.socket.connect_ex


def _getaddrinfo(host: Any, *more: Any, **rest: Any) -> Any:
    return _resolve(_names.get(host, host), *more, **rest)


def _place(address: Any) -> Any:
    if not isinstance(address, tuple):
        return address
    if address[0] in _addresses:
        return ("127.0.0.1", _addresses[address[0]])
    if address[0] != "localhost" and not ip_address(address[0]).is_loopback:
        raise OSError(f"a test may not speak to {address[0]}")
    return address


socket.getaddrinfo = _getaddrinfo
socket.socket.connect = lambda self, address: _connect(self, _place(address))  # type: ignore[method-assign]
socket.socket.connect_ex = lambda self, address: _connect_ex(self, _place(address))  # type: ignore[method-assign]

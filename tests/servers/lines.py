"""Where the processes of a test are connected to, as the kernel tells: nothing but this machine is ever right."""

import os
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

NOBODY = ("0.0.0.0", "::")


def elsewhere(group: int) -> set[str]:
    """Addresses outside this machine that processes of a group have a TCP or UDP line to."""
    found: set[str] = set()
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            if entry.name.isdigit() and os.getpgid(int(entry.name)) == group:
                found |= _of(entry)
    return found


def _of(process: Path) -> set[str]:
    own = set()
    for each in (process / "fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            own.add(os.readlink(each))
    found = set()
    for kind in ("tcp", "tcp6", "udp", "udp6"):
        for row in (process / "net" / kind).read_text().splitlines()[1:]:
            parts = row.split()
            address = _address(parts[2].split(":")[0])
            if f"socket:[{parts[9]}]" in own and not (address.is_loopback or str(address) in NOBODY):
                found.add(str(address))
    return found


def _address(text: str) -> IPv4Address | IPv6Address:
    """The kernel writes words of four bytes in the machine's own order."""
    raw = b"".join(bytes.fromhex(text[n : n + 8])[::-1] for n in range(0, len(text), 8))
    address = ip_address(raw)
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address

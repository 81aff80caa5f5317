"""A push service at the end of the wire: TLS, three ports for three services, notes when each message came.

Run as a process of its own (`python -m tests.bench.push_sink PAIR LOG PORT…`), so that its work is not counted with
ours. Each connection's messages are answered at once.
"""

import asyncio
import os
import signal
import ssl
import sys
import time
from typing import Any

ANSWER = b"HTTP/1.1 201 Created\r\nLocation: /message/1\r\nContent-Length: 0\r\n\r\n"


class Wire(asyncio.Protocol):
    """One connection: requests are cut out of the stream by their length."""

    arrivals: list[tuple[float, bytes, int]] = []

    def connection_made(self, transport: Any) -> None:
        self.transport, self.buffer = transport, bytearray()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = bytes(self.buffer[:end])
            at = head.find(b"content-length: ") + 16
            length = int(head[at : head.find(b"\r\n", at)])
            if len(self.buffer) < end + 4 + length:
                return
            self.arrivals.append((time.time(), head.split(b" ", 2)[1], length))
            del self.buffer[: end + 4 + length]
            self.transport.write(ANSWER)


async def main(pair: str, log: str, ports: list[int]) -> None:
    """Serve until told to end; what came since the last time is logged when a signal asks for it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def write() -> None:
        with open(f"{log}.part", "w") as out:
            out.writelines(f"{at} {path.decode()} {size}\n" for at, path, size in Wire.arrivals)
        Wire.arrivals.clear()
        os.replace(f"{log}.part", log)

    loop.add_signal_handler(signal.SIGUSR1, write)
    loop.add_signal_handler(signal.SIGTERM, done.set)
    servers = [await loop.create_server(Wire, "127.0.0.1", port, ssl=context, backlog=512) for port in ports]
    open(f"{log}.ready", "w").close()
    await done.wait()
    for server in servers:
        server.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], [int(port) for port in sys.argv[3:]]))

"""A stand-in for a network at the end of the wire: speaks the one call that publishes, answers in 100 ms, notes when.

Run as a process of its own (`python -m tests.bench.sink PORT FILE`), so that its work is not counted with ours.
"""

import asyncio
import json
import sys
import time
from typing import Any

DELAY = 0.1


class Sink:
    """Remembers each key once and every arrival."""

    def __init__(self, log: str) -> None:
        self.log = open(log, "a", buffering=1)  # noqa: SIM115 - open as long as the process
        self.seen: dict[str, int] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await self.answer(head.decode("latin-1"), reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *lines = head.split("\r\n")
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines) if k}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        arrived = time.time()
        key = headers.get("idempotency-key", "")
        number = self.seen.setdefault(key, len(self.seen) + 1)
        self.log.write(json.dumps({"at": arrived, "key": key, "path": first, "bytes": len(body)}) + "\n")
        await asyncio.sleep(DELAY)
        reply = self.status(number)
        writer.write(
            f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(reply)}\r\n\r\n".encode()
            + reply
        )
        await writer.drain()

    def status(self, number: int) -> bytes:
        made: dict[str, Any] = {
            "id": str(number),
            "url": f"https://sink.example/{number}",
            "uri": f"https://sink.example/{number}",
        }
        return json.dumps(made).encode()


async def main(port: int, log: str) -> None:
    """Serve until killed."""
    sink = Sink(log)
    server = await asyncio.start_server(sink.serve, "127.0.0.1", port, backlog=512)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))

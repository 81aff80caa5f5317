"""A push service as Firefox knows one, on loopback: Mozilla's protocol over a WebSocket, RFC 8030 for who sends.

It hands on what it is given, refuses what a real one refuses, and forgets a device when a test says so.
"""

import asyncio
import base64
import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

MOST = 4096
"""Bytes of an encrypted message (RFC 8030, 7.2)."""
PROOF = re.compile(r"vapid t=[\w-]+\.[\w-]+\.[\w-]+, ?k=([\w-]+)")


@dataclass
class Received:
    """A message that was taken: what was said with it, and its encrypted body."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Autopush:
    """The service. `channels`: where each subscription is reached, and the key that may send there.

    `known`: the browsers it gave a name to; `lines`: those that are connected.
    """

    loop: asyncio.AbstractEventLoop
    port: int = 0
    channels: dict[str, tuple[web.WebSocketResponse, str]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    lines: set[web.WebSocketResponse] = field(default_factory=set)
    taken: list[Received] = field(default_factory=list)

    @property
    def host(self) -> str:
        """Host and port, as settings name it."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Where browsers connect to."""
        return f"ws://{self.host}/"

    def forget(self) -> None:
        """Every device has gone: who sends there is told so."""
        self.channels.clear()

    def restart(self) -> None:
        """As after a loss of everything: browsers have to connect again and get other names."""
        self.known.clear()
        self.channels.clear()
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result(10)

    async def _hang_up(self) -> None:
        for line in list(self.lines):
            await line.close()

    async def connected(self, request: web.Request) -> web.WebSocketResponse:
        """A browser, for as long as it stays."""
        line = web.WebSocketResponse(protocols=("push-notification",))
        await line.prepare(request)
        self.lines.add(line)
        async for message in line:
            if message.type is WSMsgType.TEXT:
                await self._answer(line, message.json())
        self.lines.discard(line)
        return line

    async def _answer(self, line: web.WebSocketResponse, said: dict[str, Any]) -> None:
        kind, channel = said.get("messageType"), said.get("channelID", "")
        if kind == "hello":
            name = said["uaid"] if said.get("uaid") in self.known else uuid.uuid4().hex
            self.known.add(name)
            await line.send_json(
                {"messageType": "hello", "uaid": name, "status": 200, "use_webpush": True, "broadcasts": {}}
            )
        elif kind == "register":
            self.channels[channel] = (line, said.get("key", ""))
            place = f"http://{self.host}/wpush/v2/{channel}"
            await line.send_json({"messageType": kind, "channelID": channel, "status": 200, "pushEndpoint": place})
        elif kind == "unregister":
            self.channels.pop(channel, None)
            await line.send_json({"messageType": kind, "channelID": channel, "status": 200})
        elif kind in (None, "ping"):
            await line.send_str("{}")

    async def posted(self, request: web.Request) -> web.Response:
        """A message for a device."""
        channel, body = request.match_info["channel"], await request.read()
        if channel not in self.channels:
            return web.Response(status=410)
        line, key = self.channels[channel]
        proof = PROOF.fullmatch(request.headers.get("Authorization", ""))
        if not proof or proof[1] != key.rstrip("="):
            return web.Response(status=401)
        if not request.headers.get("TTL", "").isdigit() or request.headers.get("Content-Encoding") != "aes128gcm":
            return web.Response(status=400)
        if len(body) > MOST:
            return web.Response(status=413)
        self.taken.append(Received({name.lower(): value for name, value in request.headers.items()}, body))
        data = base64.urlsafe_b64encode(body).rstrip(b"=").decode()
        await line.send_json(
            {
                "messageType": "notification",
                "channelID": channel,
                "version": uuid.uuid4().hex,
                "ttl": int(request.headers["TTL"]),
                "data": data,
                "headers": {"encoding": "aes128gcm"},
            }
        )
        return web.Response(status=201, headers={"Location": f"http://{self.host}/m/{uuid.uuid4().hex}"})


async def _serve(service: Autopush, ready: threading.Event, end: asyncio.Event) -> None:
    app = web.Application()
    app.add_routes([web.get("/", service.connected), web.post("/wpush/v2/{channel}", service.posted)])
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    service.port = runner.addresses[0][1]
    ready.set()
    await end.wait()
    await runner.cleanup()


@contextmanager
def autopush() -> Iterator[Autopush]:
    """The service, running until the end."""
    loop, ready, end = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    service = Autopush(loop)
    thread = threading.Thread(target=lambda: loop.run_until_complete(_serve(service, ready, end)), daemon=True)
    thread.start()
    try:
        assert ready.wait(10), "the push service does not start"
        yield service
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(10)
        loop.close()

"""Many subscribers in one process that cost little: frames are looked through, never decoded.

A listener knows an event by bytes that it holds. Of graphql-transport-ws it speaks what a follower
needs: greeting, subscription, answers to pings.
"""

import asyncio
import json
import struct
import time
from dataclasses import dataclass, field
from typing import Any

from benchmarks.harness.servers import Contestant
from tests.system import TOKEN

AT_ONCE = 50
PATIENCE_SECONDS = 120.0
TEXT, PING, PONG = 0x1, 0x9, 0xA
HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dW5kZXJzdHVkeSBiZW5jaA==\r\n{protocol}\r\n"
)


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """A client's frame, masked with zeros, which leave the payload as it is."""
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
    else:
        head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
    return head + b"\0\0\0\0" + payload


@dataclass
class Crowd:
    """The listeners of one run; `gather` waits until all have heard certain bytes."""

    listeners: list["Listener"] = field(default_factory=list)
    needle: bytes = b"\0"
    turn: int = 0
    missing: int = 0
    last_heard: float = 0.0
    all_heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def join(self, asked: Contestant, size: int, question: dict[str, Any] | None) -> None:
        """Connect so many more and wait until each is let in."""
        made = [Listener(self, asked, question) for _ in range(size)]
        for start in range(0, size, AT_ONCE):
            some = made[start : start + AT_ONCE]
            async with asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.gather(*(listener.connect() for listener in some))
        self.listeners += made

    def expect(self, needle: bytes) -> None:
        self.needle = needle
        self.turn += 1
        self.missing = len(self.listeners)
        self.all_heard.clear()

    def heard(self) -> None:
        self.missing -= 1
        if self.missing == 0:
            self.last_heard = time.perf_counter()
            self.all_heard.set()

    async def gather(self) -> float:
        """When the last one heard it."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self.all_heard.wait()
        except TimeoutError:
            raise TimeoutError(f"{self.missing} of {len(self.listeners)} heard nothing") from None
        return self.last_heard

    def leave(self) -> None:
        for listener in self.listeners:
            listener.leave()


class Listener(asyncio.Protocol):
    """One socket."""

    def __init__(self, crowd: Crowd, asked: Contestant, question: dict[str, Any] | None) -> None:
        self._crowd = crowd
        self._asked = asked
        self._question = question
        self._buffer = b""
        self._is_open = False
        self._turn = 0
        self._let_in: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None

    async def connect(self) -> None:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_connection(
            lambda: self, "127.0.0.1", self._asked.port
        )
        protocol = (
            "" if self._question is None else ("Sec-WebSocket-Protocol: graphql-transport-ws\r\n")
        )
        text = HANDSHAKE.format(path=self._asked.path, port=self._asked.port, protocol=protocol)
        self._transport.write(text.encode())
        await self._let_in

    def leave(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._let_in.done():
            self._let_in.set_exception(exc or ConnectionError(f"{self._asked.name} hung up"))

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if not self._is_open and not self._shake_hands():
            return
        start = 0
        while (found := _next_frame(self._buffer, start)) is not None:
            opcode, begin, start = found
            self._take(opcode, self._buffer[begin:start])
        self._buffer = self._buffer[start:]

    def _shake_hands(self) -> bool:
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end:
            return False
        if b" 101 " not in head.split(b"\r\n")[0]:
            self._let_in.set_exception(ConnectionError(head.decode(errors="replace")))
            return False
        self._is_open, self._buffer = True, rest
        if self._question is None:
            self._let_in.set_result(None)
        else:
            greeting = {"type": "connection_init", "payload": {"authorization": f"Bearer {TOKEN}"}}
            self._send(json.dumps(greeting).encode())
        return True

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == PING:
            self._send(payload, PONG)
        elif self._crowd.needle in payload:
            if self._turn != self._crowd.turn:
                self._turn = self._crowd.turn
                self._crowd.heard()
        elif not self._let_in.done() and b"connection_ack" in payload:
            asking = {"id": "1", "type": "subscribe", "payload": self._question}
            self._send(json.dumps(asking).encode())
            self._let_in.set_result(None)

    def _send(self, payload: bytes, opcode: int = TEXT) -> None:
        if self._transport is not None:
            self._transport.write(frame(payload, opcode))


def _next_frame(buffer: bytes, start: int) -> tuple[int, int, int] | None:
    """Opcode, begin and end of a server's frame that is there in full."""
    if len(buffer) < start + 2:
        return None
    size, begin = buffer[start + 1] & 0x7F, start + 2
    if size == 126:
        begin += 2
        size = int.from_bytes(buffer[start + 2 : begin])
    elif size == 127:
        begin += 8
        size = int.from_bytes(buffer[start + 2 : begin])
    if len(buffer) < begin or len(buffer) < begin + size:
        return None
    return buffer[start] & 0x0F, begin, begin + size

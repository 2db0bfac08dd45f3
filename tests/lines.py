"""Sockets of graphql-transport-ws laid bare: they hear every byte, stand still and break."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.system import DOCUMENTS, PATIENCE_SECONDS, TOKEN, Server

SMALL_WINDOW = 4096
CHANGES = DOCUMENTS["Changes"]


@dataclass(kw_only=True)
class Line:
    """One open socket; `texts` is everything that it was sent, as far as it was read."""

    connection: ClientConnection
    texts: list[str] = field(default_factory=list)

    async def send(self, kind: str, **more: Any) -> None:
        await self.connection.send(json.dumps({"type": kind, **more}))

    async def hear(self) -> dict[str, Any]:
        """The next message; raises ConnectionClosed when there will be none."""
        text = await self.connection.recv()
        assert isinstance(text, str)
        self.texts.append(text)
        return json.loads(text)

    async def follow(self, restaurant: str, document: str = CHANGES, **place: Any) -> None:
        """Begin to follow, by the contract's `Changes` or a document like it."""
        variables = {"restaurantId": restaurant, **place}
        payload = {"query": document, "variables": variables}
        await self.send("subscribe", id="changes", payload=payload)

    async def event(self) -> dict[str, Any]:
        """The next event that is no heartbeat; an error or an end fails the test."""
        while True:
            message = await self.hear()
            assert message["type"] == "next", message
            event = message["payload"]["data"]["changes"]
            if event["__typename"] != "Heartbeat":
                return event

    async def closed(self) -> int:
        """The code with which the other side closes, whatever is said before."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            try:
                while True:
                    await self.hear()
            except ConnectionClosed as end:
                return 1006 if end.rcvd is None else end.rcvd.code

    def take_texts(self) -> list[str]:
        """What was heard since this was asked last."""
        taken, self.texts = self.texts, []
        return taken

    def cut(self) -> None:
        """Break it without a word."""
        self.connection.transport.abort()


async def open_line(server: Server, token: str = TOKEN, window: int | None = None) -> Line:
    """An acknowledged line; with a `window` it takes few bytes that nobody has read yet."""
    plug = socket.socket()
    if window is not None:
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    plug.setblocking(False)
    await asyncio.get_running_loop().sock_connect(plug, ("127.0.0.1", server.port))
    connection = await connect(
        f"ws://127.0.0.1:{server.port}/graphql",
        sock=plug,
        subprotocols=["graphql-transport-ws"],
        ping_interval=None,
        compression=None,
        max_size=None,
        max_queue=1,
        close_timeout=1,
    )
    line = Line(connection=connection)
    await line.send("connection_init", payload={"authorization": f"Bearer {token}"})
    assert (await line.hear())["type"] == "connection_ack"
    return line


@asynccontextmanager
async def lines(server: Server, count: int, window: int | None = None) -> AsyncIterator[list[Line]]:
    async with AsyncExitStack() as stack:
        opened = []
        for _ in range(count):
            line = await open_line(server, window=window)
            stack.callback(line.cut)
            opened.append(line)
        yield opened


async def heard_up_to(
    line: Line, revision: int, patience_seconds: float = PATIENCE_SECONDS
) -> list[int]:
    """The revisions of the change sets that are told up to that one."""
    told: list[int] = []
    async with asyncio.timeout(patience_seconds):
        while not told or told[-1] < revision:
            event = await line.event()
            if event["__typename"] == "ChangeSet":
                assert event["previousRevision"] == event["revision"] - 1
                told.append(event["revision"])
    return told


@asynccontextmanager
async def overheard(line: Line) -> AsyncIterator[list[int]]:
    """A list that grows by itself with the revisions of the change sets that are told."""
    told: list[int] = []

    async def listen() -> None:
        while True:
            event = await line.event()
            if event["__typename"] == "ChangeSet":
                told.append(event["revision"])

    listening = asyncio.create_task(listen())
    try:
        yield told
    finally:
        listening.cancel()
        await asyncio.wait({listening})


def resident_kilobytes(process_id: int) -> int:
    """What a process holds in memory just now."""
    status = Path(f"/proc/{process_id}/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1])

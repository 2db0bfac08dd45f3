"""One kept connection on the event loop, by hand: a client library would be measured too."""

import asyncio
from typing import Self

from benchmarks.harness.load import HEADERS
from benchmarks.harness.servers import Contestant


class Poster:
    """Posts bodies and reads answers to their end, one at a time."""

    def __init__(
        self, asked: Contestant, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._reader, self._writer = reader, writer
        lines = [f"POST {asked.path} HTTP/1.1", f"Host: 127.0.0.1:{asked.port}"]
        lines += [f"{name}: {value}" for name, value in HEADERS.items()]
        self._head = "\r\n".join(lines)

    @classmethod
    async def connect(cls, asked: Contestant) -> Self:
        return cls(asked, *await asyncio.open_connection("127.0.0.1", asked.port))

    async def post(self, body: bytes) -> bytes:
        self._writer.write(f"{self._head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        if " 200 " not in head.split("\r\n")[0]:
            raise RuntimeError(f"the answer was {head!r}")
        sizes = [line for line in head.split("\r\n") if line.startswith("content-length:")]
        if sizes:
            return await self._reader.readexactly(int(sizes[0].partition(":")[2]))
        return await self._chunks()

    async def _chunks(self) -> bytes:
        whole = b""
        while size := int(await self._reader.readline(), 16):
            whole += (await self._reader.readexactly(size + 2))[:-2]
        await self._reader.readline()
        return whole

    def close(self) -> None:
        self._writer.close()

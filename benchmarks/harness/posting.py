"""One kept connection on the event loop, by hand: a client library would be measured too."""

import asyncio
import time

from benchmarks.harness.load import HEADERS
from benchmarks.harness.servers import Contestant

LONGEST_REST = 1.0


class Poster:
    """Posts bodies and reads answers to their end, one at a time."""

    def __init__(self, asked: Contestant) -> None:
        self._port = asked.port
        lines = [f"POST {asked.path} HTTP/1.1", f"Host: 127.0.0.1:{asked.port}"]
        lines += [f"{name}: {value}" for name, value in HEADERS.items()]
        self._head = "\r\n".join(lines)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._rests_since = 0.0

    async def wake(self) -> None:
        """Connect anew after a rest: servers hang up on connections that are idle for seconds."""
        if time.monotonic() - self._rests_since > LONGEST_REST:
            self.close()
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)

    async def post(self, body: bytes) -> bytes:
        if self._streams is None:
            raise RuntimeError("nothing can be posted before wake()")
        reader, writer = self._streams
        writer.write(f"{self._head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        answer = await _body(reader, head)
        self._rests_since = time.monotonic()
        if " 200 " not in head.split("\r\n")[0]:
            raise RuntimeError(f"the answer was {head!r} {answer[:300]!r}")
        return answer

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()


async def _body(reader: asyncio.StreamReader, head: str) -> bytes:
    sizes = [line for line in head.split("\r\n") if line.startswith("content-length:")]
    if sizes:
        return await reader.readexactly(int(sizes[0].partition(":")[2]))
    whole = b""
    while size := int(await reader.readline(), 16):
        whole += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return whole

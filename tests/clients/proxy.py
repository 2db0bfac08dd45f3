"""A bad network: a TCP proxy that cuts, holds back, swallows and breaks what passes through it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from random import Random
from typing import Final

CHUNK: Final = 65536
# No UTF-8 text holds this byte, no frame begins with it and no number is written with it. Any
# other change could leave valid JSON of another meaning, which only TLS would notice.
BROKEN: Final = 0xFF
SHARE: Final = 0.4


class Line:
    """One connection through the proxy, in both directions."""

    def __init__(self, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self._ends = (near, far)
        self.damage: Callable[[bytes], bytes] | None = None
        self.is_swallowed = False
        self.is_open = asyncio.Event()
        self.is_open.set()

    def cut(self) -> None:
        """Reset both ends, as a network does, without a word to either."""
        for end in self._ends:
            end.transport.abort()

    async def carry(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, down: bool
    ) -> None:
        with suppress(OSError):
            while chunk := await source.read(CHUNK):
                await self.is_open.wait()
                if self.is_swallowed:
                    continue
                if down and self.damage is not None:
                    damage, self.damage = self.damage, None
                    chunk = damage(chunk)
                target.write(chunk)
                await target.drain()
        target.close()


class Proxy:
    """Passes everything on to a port; what happened to it is counted in `done`."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._lines: set[Line] = set()
        self._server: asyncio.Server | None = None
        self.done: Counter[str] = Counter()
        self.port = 0

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        self.cut_all()
        await self._server.wait_closed()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        line = Line(writer, far_writer)
        self._lines.add(line)
        try:
            await asyncio.gather(
                line.carry(reader, far_writer, down=False),
                line.carry(far_reader, writer, down=True),
            )
        finally:
            line.cut()
            self._lines.discard(line)

    def cut_all(self) -> None:
        for line in list(self._lines):
            line.cut()

    def meet(self, text: bytes, damage: Callable[[bytes], bytes]) -> None:
        """Do this to the next bytes that hold the text: whole frames, on a quiet line."""

        def waiting(chunk: bytes, line: Line) -> bytes:
            if text in chunk:
                self.done["met"] += 1
                return damage(chunk)
            line.damage = partial(waiting, line=line)
            return chunk

        for line in self._lines:
            line.damage = partial(waiting, line=line)

    async def storm(self, seed: int, times: int) -> None:
        """Do every kind of harm so many times at least; the seed chooses when and to which line."""
        random = Random(seed)
        kinds = {
            "cut": self._cut,
            "cut within": self._cut_within,
            "hold": self._hold,
            "swallow": self._swallow,
            "break": self._break,
        }
        while lacking := [name for name in kinds if self.done[name] < times]:
            await asyncio.sleep(random.uniform(0.02, 0.12))
            harm = kinds[random.choice(lacking)]
            for line in [line for line in self._lines if random.random() < SHARE]:
                harm(line, random)
        for line in self._lines:
            line.damage = None

    def _cut(self, line: Line, _random: Random) -> None:
        line.cut()
        self.done["cut"] += 1

    def _cut_within(self, line: Line, random: Random) -> None:
        """Let a part of the next bytes through: it ends within a frame or a header."""

        def damage(chunk: bytes) -> bytes:
            asyncio.get_running_loop().call_soon(line.cut)
            self.done["cut within"] += 1
            return chunk[: random.randrange(len(chunk))]

        line.damage = damage

    def _hold(self, line: Line, random: Random) -> None:
        line.is_open.clear()
        asyncio.get_running_loop().call_later(random.uniform(0.05, 0.6), line.is_open.set)
        self.done["hold"] += 1

    def _swallow(self, line: Line, _random: Random) -> None:
        """Half open for good: both ends believe in a connection that carries nothing."""
        line.is_swallowed = True
        self.done["swallow"] += 1

    def _break(self, line: Line, random: Random) -> None:
        def damage(chunk: bytes) -> bytes:
            self.done["break"] += 1
            broken = bytearray(chunk)
            broken[random.randrange(len(broken))] = BROKEN
            return bytes(broken)

        line.damage = damage


@asynccontextmanager
async def proxy_to(port: int) -> AsyncIterator[Proxy]:
    proxy = Proxy(port)
    await proxy.open()
    try:
        yield proxy
    finally:
        await proxy.close()

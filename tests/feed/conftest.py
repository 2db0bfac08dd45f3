import asyncio
import contextlib

import pytest


class Wire:
    """A wire to Redis that can go dead while both ends believe in it."""

    def __init__(self, port):
        self._port = port
        self._silences = []
        self._tasks = set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"redis://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/0"
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def go_dead(self, connections=None):
        """Pass nothing on over the oldest (or all) connections; new ones work."""
        for silence in self._silences[:connections]:
            silence.set()

    async def _serve(self, reader, writer):
        self._tasks.add(asyncio.current_task())
        silence = asyncio.Event()
        self._silences.append(silence)
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            await asyncio.gather(
                self._carry(reader, up_writer, silence), self._carry(up_reader, writer, silence)
            )
        finally:
            for end in (writer, up_writer):
                end.close()
                with contextlib.suppress(OSError):
                    await end.wait_closed()

    async def _carry(self, reader, writer, silence):
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if not silence.is_set():
                    writer.write(data)
                    await writer.drain()
            writer.close()


@pytest.fixture
async def wire(redis_server):
    async with Wire(redis_server.port) as wire:
        yield wire

"""The doorbell: whoever changed something rings, whoever follows it looks into the log."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

from broadcaster import Broadcast

from feed.memory import MemoryBackend
from feed.redis_backend import RedisBackend

CONFIRMED_SECONDS = 1.0


class Watch:
    """One follower's place at the door: the newest number heard, and whether it was rung."""

    def __init__(self) -> None:
        self.newest = 0
        self._rung = asyncio.Event()

    def hear(self, number: int) -> None:
        self.newest = max(self.newest, number)
        self._rung.set()

    async def wait(self, timeout_seconds: float) -> bool:
        """Whether it was rung, or rings may have been missed, since the last wait.

        A false alarm is possible and `newest` is a hint; only the log says what has changed.
        """
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True


class _Ear:
    """The one subscriber of a channel in this process, and those it wakes."""

    def __init__(self, broadcast: Broadcast, channel: str) -> None:
        self.followers: set[Watch] = set()
        self.is_open = asyncio.Event()
        self._task = asyncio.create_task(self._listen(broadcast, channel))

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.wait({self._task})

    async def _listen(self, broadcast: Broadcast, channel: str) -> None:
        async with broadcast.subscribe(channel) as subscriber:
            self.is_open.set()
            while True:
                ring = await subscriber.get()
                for follower in self.followers:
                    follower.hear(int(ring.message))


class Doorbell:
    """Wakes followers of a channel; carries one integer per ring.

    However many followers a channel has, broadcaster sees one subscriber of it: the ear, which
    passes each ring on. Looking for an ear and putting one there is one step without an await,
    which no other task can enter; that is all the locking this needs.
    """

    def __init__(self, backend: MemoryBackend | RedisBackend) -> None:
        self._backend = backend
        self._broadcast = Broadcast(backend=backend)
        self._ears: dict[str, _Ear] = {}

    @classmethod
    def over(cls, redis_url: str | None) -> Self:
        """Ring through this Redis, or within this process when there is none."""
        return cls(MemoryBackend() if redis_url is None else RedisBackend(redis_url))

    async def __aenter__(self) -> Self:
        """Connect; an absent Redis delays this by a second at most and is no error."""
        await self._broadcast.connect()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for channel, ear in list(self._ears.items()):
            await self._close(channel, ear)
        await self._broadcast.disconnect()
        # Broadcast cancels its listener without awaiting it; this is the turn it needs to end.
        await asyncio.sleep(0)

    async def ring(self, channel: str, number: int) -> None:
        """Wake the followers of a channel; an absent Redis is logged once and never raised."""
        await self._broadcast.publish(channel, str(number))

    @contextlib.asynccontextmanager
    async def watch(self, channel: str) -> AsyncIterator[Watch]:
        """Follow a channel: whatever is rung while the body runs is heard.

        While Redis is absent the body runs after a second all the same, and the follower is
        woken when Redis comes back.
        """
        watch = Watch()
        ear = self._ear(channel)
        ear.followers.add(watch)
        try:
            await self._until_listening(ear, channel)
            yield watch
        finally:
            ear.followers.discard(watch)
            if not ear.followers:
                await self._close(channel, ear)

    async def ping(self) -> bool:
        """Whether rings reach other processes just now."""
        return await self._backend.ping()

    def _ear(self, channel: str) -> _Ear:
        if channel not in self._ears:
            self._ears[channel] = _Ear(self._broadcast, channel)
        return self._ears[channel]

    async def _until_listening(self, ear: _Ear, channel: str) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CONFIRMED_SECONDS):
                await ear.is_open.wait()
                await self._backend.until_listening(channel)

    async def _close(self, channel: str, ear: _Ear) -> None:
        if self._ears.get(channel) is ear:
            del self._ears[channel]
        await ear.close()

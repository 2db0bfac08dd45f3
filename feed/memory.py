"""The bell within one process."""

from broadcaster import BroadcastBackend, Event

from feed.unheard import Unheard


class MemoryBackend(BroadcastBackend):
    """Broadcaster's backend for one process: nothing leaves it and nothing can be lost.

    Broadcaster's own memory backend keeps every message of a flood; this one keeps the newest.
    """

    def __init__(self) -> None:
        self._unheard = Unheard()
        self._wanted: set[str] = set()

    async def connect(self) -> None:
        self._wanted.clear()

    async def disconnect(self) -> None:
        self._wanted.clear()

    async def subscribe(self, channel: str) -> None:
        self._wanted.add(channel)

    async def unsubscribe(self, channel: str) -> None:
        self._wanted.discard(channel)

    async def publish(self, channel: str, message: str) -> None:
        if channel in self._wanted:
            self._unheard.put(channel, int(message))

    async def next_published(self) -> Event:
        return await self._unheard.take()

    async def until_listening(self, channel: str) -> None:
        """Return at once: a subscription in memory takes effect when it is made."""

    async def ping(self) -> bool:
        return True

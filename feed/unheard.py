"""What has been rung and not yet been passed on: one integer per channel, however many rings."""

import asyncio

from broadcaster import Event


class Unheard:
    """Holds the highest unheard number of each channel, so a flood of rings needs no queue."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._arrived = asyncio.Event()

    def put(self, channel: str, number: int) -> None:
        self._numbers[channel] = max(number, self._numbers.get(channel, 0))
        self._arrived.set()

    async def take(self) -> Event:
        while not self._numbers:
            self._arrived.clear()
            await self._arrived.wait()
        channel = next(iter(self._numbers))
        return Event(channel, str(self._numbers.pop(channel)))

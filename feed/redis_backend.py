"""The bell between processes: Redis pub/sub that outlives Redis."""

import asyncio
import contextlib
import logging
import uuid
from typing import Any

from broadcaster import BroadcastBackend, Event
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from feed.unheard import Unheard

PULSE_SECONDS = 1.0
ECHO_SECONDS = 3.0
FIRST_DELAY_SECONDS = 0.05
LONGEST_DELAY_SECONDS = 2.0
REDIS_SECONDS = 1.0
AWAY_SECONDS = 0.05
CONNECTIONS = 8
GAP = 0

log = logging.getLogger(__name__)


class RedisBackend(BroadcastBackend):
    """Broadcaster's backend over Redis, which reconnects and never raises for an absent Redis.

    One task reads one pub/sub connection and is the only one to touch it. The others write down
    what they want and nudge it through Redis: its own pulse channel wakes the reader, and the
    same pulse, missing for three seconds, gives away a connection that is only half there.
    """

    def __init__(self, url: str) -> None:
        # Without retries: a connection that redis-py mends in silence hides the gap it leaves.
        # Without its socket timeout: that one swallows cancellations in Python 3.11.
        # Protocol 2: in protocol 3 messages may arrive outside of `get_message`.
        # A blocking pool: the plain one refuses the hundredth ring of a busy moment.
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            protocol=2,
            retry=Retry(NoBackoff(), 0),
            socket_timeout=None,
            socket_connect_timeout=REDIS_SECONDS,
        )
        self._redis = Redis.from_pool(pool)
        self._pulse_channel = f"understudy:pulse:{uuid.uuid4().hex}"
        self._unheard = Unheard()
        self._listening: dict[str, asyncio.Event] = {}
        self._joined: set[str] = set()
        self._missed: set[str] = set()
        self._nudge = asyncio.Event()
        self._tried = asyncio.Event()
        self._is_away = False
        self._delay_seconds = FIRST_DELAY_SECONDS
        self._echoed_at = 0.0
        self._reader: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Start listening; an absent Redis is waited for in the background."""
        self._reader = asyncio.create_task(self._stay_connected())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REDIS_SECONDS):
                await self._tried.wait()

    async def disconnect(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.wait({self._reader})
        await self._redis.aclose()

    async def subscribe(self, channel: str) -> None:
        # Only the wish, without waiting: Broadcast forgets subscribers if this gives way.
        listening = self._listening[channel] = asyncio.Event()
        if channel in self._joined:
            listening.set()
        self._nudge.set()

    async def unsubscribe(self, channel: str) -> None:
        self._listening.pop(channel, None)
        self._nudge.set()

    async def publish(self, channel: str, message: str) -> None:
        """Ring every process, or when Redis is absent at least the followers in this one."""
        # Writers wait for this: a Redis that is known to be away gets no second of each of them.
        patience = AWAY_SECONDS if self._is_away else REDIS_SECONDS
        try:
            await self._send(channel, message, patience)
        except (RedisError, OSError) as error:
            self._note_absence(error)
            self._unheard.put(channel, int(message))

    async def next_published(self) -> Event:
        return await self._unheard.take()

    async def until_listening(self, channel: str) -> None:
        """Return when Redis has confirmed the subscription, which it never does while absent."""
        if listening := self._listening.get(channel):
            await listening.wait()

    async def ping(self) -> bool:
        try:
            async with asyncio.timeout(REDIS_SECONDS):
                await self._redis.ping()
        except (RedisError, OSError) as error:
            self._note_absence(error)
            return False
        return True

    async def _send(self, channel: str, message: str, seconds: float = REDIS_SECONDS) -> None:
        async with asyncio.timeout(seconds):
            await self._redis.publish(channel, message)

    async def _stay_connected(self) -> None:
        while True:
            pubsub = self._redis.pubsub()
            try:
                await self._attend(pubsub)
            except* (RedisError, OSError) as lost:
                self._note_absence(lost.exceptions[0])
            finally:
                self._forget_connection()
                await pubsub.aclose()  # type: ignore[no-untyped-call]
            await asyncio.sleep(self._delay_seconds)
            self._delay_seconds = min(2 * self._delay_seconds, LONGEST_DELAY_SECONDS)

    async def _attend(self, pubsub: PubSub) -> None:
        """Read one connection until it breaks."""
        self._missed = set(self._listening)
        asked = {self._pulse_channel, *self._missed}
        async with asyncio.TaskGroup() as tasks:
            async with asyncio.timeout(REDIS_SECONDS):
                await pubsub.subscribe(*asked)
            self._echoed_at = asyncio.get_running_loop().time()
            tasks.create_task(self._pulse())
            tasks.create_task(self._read(pubsub, asked))

    async def _pulse(self) -> None:
        while True:
            # Not `wait_for`: in Python 3.11 it swallows a cancellation that meets a nudge.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PULSE_SECONDS):
                    await self._nudge.wait()
            self._nudge.clear()
            await self._send(self._pulse_channel, "")

    async def _read(self, pubsub: PubSub, asked: set[str]) -> None:
        while True:
            async with asyncio.timeout(PULSE_SECONDS + REDIS_SECONDS):
                await self._ask(pubsub, asked)
                message = await pubsub.get_message(timeout=PULSE_SECONDS)
            if message is not None:
                self._take(message)
            if asyncio.get_running_loop().time() - self._echoed_at > ECHO_SECONDS:
                raise ConnectionError(f"no echo within {ECHO_SECONDS:g} s")

    async def _ask(self, pubsub: PubSub, asked: set[str]) -> None:
        """Bring what Redis was asked for in line with what is wanted now."""
        wanted = {self._pulse_channel, *self._listening}
        if joining := wanted - asked:
            asked |= joining
            await pubsub.subscribe(*joining)
        if leaving := asked - wanted:
            asked -= leaving
            self._joined -= leaving
            await pubsub.unsubscribe(*leaving)

    def _take(self, message: dict[str, Any]) -> None:
        channel = message["channel"].decode()
        if message["type"] == "subscribe":
            self._confirm(channel)
        elif channel == self._pulse_channel:
            self._note_presence()
        elif message["type"] == "message":
            self._unheard.put(channel, _number(message["data"]))

    def _confirm(self, channel: str) -> None:
        if channel == self._pulse_channel:
            self._note_presence()
            return
        self._joined.add(channel)
        if channel in self._listening:
            self._listening[channel].set()
        if channel in self._missed:
            self._unheard.put(channel, GAP)

    def _forget_connection(self) -> None:
        self._joined.clear()
        for listening in self._listening.values():
            listening.clear()
        self._tried.set()

    def _note_absence(self, error: Exception) -> None:
        if not self._is_away:
            log.warning("Redis is away, followers look at the change log without it: %s", error)
        self._is_away = True

    def _note_presence(self) -> None:
        if self._is_away:
            log.info("Redis is back")
        self._is_away = False
        self._delay_seconds = FIRST_DELAY_SECONDS
        self._echoed_at = asyncio.get_running_loop().time()
        self._tried.set()


def _number(message: bytes) -> int:
    """Read a ring; what is no number wakes like any other ring and says nothing newer."""
    return int(message) if message.isdigit() and len(message) < 20 else GAP

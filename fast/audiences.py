"""One execution and one encoding of each event for all who follow through the same document."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from types import coroutine
from typing import Any

import orjson
from cachetools import LRUCache
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.schema.schema import StreamResult
from strawberry.types import ExecutionResult

from domain.access import Caller
from domain.changes import ChangeSet, EntityType
from fast.shareable import SharedKey
from resolvers.changes import CaughtUp, FeedItem, Heartbeat, SnapshotRequired
from schema.context import Notes

RECENT_EVENTS = 50
RECENT_CHARACTERS = 1_000_000
SENDS_AT_ONCE = 256
MOST_UNSHARED = 1000

Sending = Coroutine[Any, Any, None]
Performance = tuple[Notes, StreamResult]

_log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class Listener:
    """One follower who has caught up to the revision `last`; that number is all its state.

    `perform` executes the document after a revision with the follower's own rights.
    """

    caller: Caller
    last: int
    send: Callable[[str], Sending]
    perform: Callable[[int], AbstractAsyncContextManager[Performance]]
    outcome: asyncio.Future["Outcome"] = field(init=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Why a follower does not listen any more: the feed is over, or it goes on by itself.

    `unsent` is the rest of what was being sent when the follower did not take it.
    """

    is_over: bool
    unsent: Coroutine[Any, Any, None] | None = None


ALONE = Outcome(is_over=False)
OVER = Outcome(is_over=True)


class Audience:
    """The followers in this process of one feed through one document.

    Whoever does not take an event at once, or may have lost a right, is sent on alone: it reads
    the log from its own revision, at its own pace and with its own rights, and comes back.
    """

    def __init__(self, revision: int, forbid: Callable[[], None]) -> None:
        self._revision = revision
        self._forbid = forbid
        self._listeners: dict[Listener, None] = {}
        self._recent: deque[tuple[int, str]] = deque(maxlen=RECENT_EVENTS)
        self._playing: asyncio.Task[None] | None = None

    @property
    def is_empty(self) -> bool:
        return not self._listeners

    async def listen(self, listener: Listener) -> Outcome:
        """Send the listener what comes after its `last` until there is a reason not to."""
        await self._send_recent(listener)
        if listener.last < self._revision:
            return ALONE
        listener.outcome = asyncio.get_running_loop().create_future()
        self._listeners[listener] = None
        if self._playing is None:
            self._playing = asyncio.create_task(self._play())
            self._playing.add_done_callback(self._note_failure)
        try:
            return await listener.outcome
        finally:
            self._listeners.pop(listener, None)
            self._end_if_empty()

    def _end_if_empty(self) -> None:
        if self.is_empty and self._playing is not None:
            self._playing.cancel()

    async def _send_recent(self, listener: Listener) -> None:
        while missed := next((e for e in self._recent if e[0] == listener.last + 1), None):
            listener.last, payload = missed
            await listener.send(payload)

    async def _play(self) -> None:
        try:
            while self._listeners:
                voice = next(iter(self._listeners))
                async with voice.perform(self._revision) as (notes, results):
                    await self._tell(notes, results)
                # Its rights may have ended: it hears about that by itself, and another one speaks.
                self._dismiss(voice, ALONE)
        finally:
            self._playing = None
            for listener in tuple(self._listeners):
                self._dismiss(listener, ALONE)

    def _note_failure(self, playing: asyncio.Task[None]) -> None:
        failure = None if playing.cancelled() else playing.exception()
        if failure is not None:
            _log.error("A shared feed broke off; each follower goes on alone", exc_info=failure)
            self._forbid()

    async def _tell(self, notes: Notes, results: StreamResult) -> None:
        """Pass each event on, until the voice is refused."""
        async for result in results:
            told, notes.told = notes.told, None
            if told is None:
                return
            if notes.homes:
                # The document asks for what differs between readers.
                self._forbid()
                return
            if isinstance(result, ExecutionResult) and not isinstance(told, CaughtUp):
                await self._pass_on(told, encoded(result))

    async def _pass_on(self, told: FeedItem, payload: str) -> None:
        if isinstance(told, ChangeSet):
            self._revision = told.revision
            self._remember(told.revision, payload)
            self._dismiss_named(told)
        for number, listener in enumerate(tuple(self._listeners), 1):
            if listener in self._listeners:
                self._address(listener, told, payload)
            if number % SENDS_AT_ONCE == 0:
                await asyncio.sleep(0)

    def _address(self, listener: Listener, told: FeedItem, payload: str) -> None:
        if isinstance(told, ChangeSet):
            if listener.last >= told.revision:
                return
            if listener.last != told.previous_revision:
                self._dismiss(listener, ALONE)
                return
            listener.last = told.revision
        elif isinstance(told, Heartbeat) and listener.last != told.revision:
            return
        unsent = self._send(listener, payload)
        if isinstance(told, SnapshotRequired):
            self._dismiss(listener, Outcome(is_over=True, unsent=unsent))
        elif unsent is not None:
            self._dismiss(listener, Outcome(is_over=False, unsent=unsent))

    def _send(self, listener: Listener, payload: str) -> Sending | None:
        """Send without waiting: what a slow follower does not take is answered back."""
        sending = listener.send(payload)
        try:
            waiting = sending.send(None)
        except StopIteration:
            return None
        except WebSocketDisconnected:
            # The socket's own task sees that too and ends the follower, which waits for it.
            self._listeners.pop(listener, None)
            return None
        return _rest(sending, waiting)

    def _dismiss_named(self, told: ChangeSet) -> None:
        """Let those whose membership a change set is about be looked at anew."""
        named = {c.entity_key for c in told.changes if c.entity_type is EntityType.MEMBERSHIP}
        if not named:
            return
        for listener in tuple(self._listeners):
            if listener.caller.subject in named:
                self._dismiss(listener, ALONE)

    def _dismiss(self, listener: Listener, outcome: Outcome) -> None:
        self._listeners.pop(listener, None)
        if not listener.outcome.done():
            listener.outcome.set_result(outcome)

    def _remember(self, revision: int, payload: str) -> None:
        self._recent.append((revision, payload))
        while len(self._recent) > 1 and sum(len(p) for _, p in self._recent) > RECENT_CHARACTERS:
            self._recent.popleft()


class Audiences:
    """The audiences of one process, by what they ask and of which history."""

    def __init__(self) -> None:
        self._audiences: dict[tuple[SharedKey, str], Audience] = {}
        self._unshared: LRUCache[SharedKey, bool] = LRUCache(MOST_UNSHARED)

    async def listen(self, key: SharedKey, epoch: str, listener: Listener) -> Outcome:
        """Listen with the others of the key; see Audience."""
        if not self.may_share(key):
            return ALONE
        audience = self._audiences.get((key, epoch))
        if audience is None:
            audience = Audience(listener.last, lambda: self._unshared.update({key: True}))
            self._audiences[key, epoch] = audience
        try:
            return await audience.listen(listener)
        finally:
            if audience.is_empty and self._audiences.get((key, epoch)) is audience:
                del self._audiences[key, epoch]

    def may_share(self, key: SharedKey) -> bool:
        """Whether it has not shown that its followers are told different things."""
        return key not in self._unshared


def encoded(result: ExecutionResult) -> str:
    """The payload of a `next` message, as every socket gets it."""
    payload: dict[str, Any] = {"data": result.data}
    if result.errors:
        payload["errors"] = [error.formatted for error in result.errors]
    if result.extensions:
        payload["extensions"] = result.extensions
    return orjson.dumps(payload).decode()


@coroutine
def _rest(sending: Sending, waiting: object) -> Generator[Any, Any, None]:
    """What is left of a coroutine that was begun outside of any task."""
    try:
        while True:
            try:
                answer = yield waiting
            except BaseException as error:  # noqa: BLE001 - a cancellation is the coroutine's too
                waiting = sending.throw(error)
            else:
                waiting = sending.send(answer)
    except StopIteration:
        return

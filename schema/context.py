"""What one GraphQL operation works with."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

import strawberry

from domain.access import Caller, Membership, Role
from domain.ids import RestaurantId, ScheduleId
from feed.doorbell import Doorbell
from resolvers.changes import FeedItem
from resolvers.transaction import Transactions
from schema.loaders import Loaders
from store.engine import Database, ReadConnection

R = TypeVar("R")


class Reads:
    """One snapshot of the database for everything that an operation reads.

    It is opened by the first question and shared: one connection answers one question at a time.
    """

    is_one_snapshot = True

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._lock = asyncio.Lock()
        self._open = AsyncExitStack()
        self._connection: ReadConnection | None = None
        self._has_ended = False

    async def ask(self, question: Callable[[ReadConnection], Awaitable[R]]) -> R:
        async with self._lock:
            if self._has_ended:
                raise RuntimeError("the operation has ended")
            if self._connection is None:
                self._connection = await self._open.enter_async_context(self._transactions.read())
            return await question(self._connection)

    async def release(self) -> None:
        async with self._lock:
            self._connection = None
            await self._open.aclose()

    async def end(self) -> None:
        """Release for good: a field that outlives its operation takes no connection any more."""
        self._has_ended = True
        await self.release()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """All that an answer depends on beside its question: the facts, the role and the date."""

    restaurant_id: RestaurantId
    epoch: str
    revision: int
    role: Role
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumption:
    """Where a follower goes on that was admitted before, whatever its document says."""

    after: int
    epoch: str


@dataclass(slots=True)
class Notes:
    """What an operation touched, for whoever would use its answer again.

    `homes` are the restaurants whose members were asked for, `moment` is set when the answer is
    of one moment of one of them. `told` is the item of the feed that the last event says.
    `resumption` is noted beforehand.
    """

    homes: set[RestaurantId] = field(default_factory=set)
    moment: Moment | None = None
    told: FeedItem | None = None
    resumption: Resumption | None = None


@dataclass(kw_only=True, slots=True)
class Context:
    """Made anew for each operation, also for each one on a socket."""

    caller: Caller
    transactions: Transactions
    database: Database
    doorbell: Doorbell
    clock: Callable[[], datetime]
    heartbeat_seconds: float = 15.0
    poll_seconds: float = 5.0
    is_production: bool = False
    is_fast: bool = False
    notes: Notes = field(default_factory=Notes)
    reads: Reads = field(init=False)
    _loaders: Loaders | None = None

    def __post_init__(self) -> None:
        self.reads = Reads(self.transactions)

    @property
    def loaders(self) -> Loaders:
        """Made when they are first asked for: a follower that only waits has none."""
        if self._loaders is None:
            boards = self.transactions.boards
            self._loaders = Loaders(self.reads, self.caller, boards, self.clock)
        return self._loaders

    def read_by(self, reads: Reads) -> None:
        """Ask everything from now on in another way."""
        self.reads = reads
        self._loaders = None

    async def release_reads(self) -> None:
        """End the snapshot and forget what was read: the next read sees the newest commit."""
        await self.reads.release()
        self._loaders = None

    async def show_written(self, schedule_id: ScheduleId, revision: int) -> None:
        """The same after an edit of a schedule, which is shown as its own revision left it."""
        await self.release_reads()
        board = self.transactions.boards.newest(schedule_id, revision)
        if board is not None:
            self.loaders.prime(board)

    async def membership(self, restaurant_id: int) -> Membership | None:
        """The caller's place in a restaurant; None is answered like a restaurant that is not."""
        self.notes.homes.add(RestaurantId(restaurant_id))
        return await self.loaders.membership(RestaurantId(restaurant_id))

    async def today(self, restaurant_id: int) -> date:
        """The date in the restaurant's own zone."""
        return await self.loaders.today(RestaurantId(restaurant_id))


Info = strawberry.Info[Context, Any]

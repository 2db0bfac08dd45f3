"""How every operation reads and writes: one snapshot, or one transaction and then the bell."""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, Protocol, TypeVar
from zoneinfo import ZoneInfo

from domain.access import Caller, Membership, Right, Role, require
from domain.changes import Change, ChangeSet, EntityType
from domain.configurations import ConfigurationVersion, Restaurant
from domain.ids import RestaurantId, RunId, ScheduleId
from domain.refusals import (
    ConflictRefusal,
    LockedRefusal,
    UnavailableRefusal,
    ValidationRefusal,
    not_found,
)
from domain.schedules import Board
from feed.channels import restaurant_channel, run_channel
from resolvers.kept_boards import KeptBoards, boards_of
from store import change_log, idempotency, restaurants
from store.codec import from_row, to_row
from store.engine import Database, ReadConnection, WriteConnection
from store.violated import TRY_AGAIN

R = TypeVar("R")

ATTEMPTS: Final = 4
LONGEST_KEY: Final = 200


class Bell(Protocol):
    """What is rung after a commit; whether anybody hears it is not the writer's business."""

    async def ring(self, channel: str, number: int) -> None: ...


class Revised(Protocol):
    @property
    def revision(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What the caller sent: `input_hash` is of the whole input, `operation` the mutation's name."""

    operation: str
    input_hash: str
    client_mutation_id: str | None = None
    expected_revision: int | None = None


class WriteTransaction:
    """One operation's transaction; `restaurant` and the rest are there once it is entered."""

    restaurant: Restaurant
    membership: Membership
    revision: int
    today: date

    def __init__(
        self,
        connection: WriteConnection,
        boards: KeptBoards,
        caller: Caller,
        intent: Intent,
        now: datetime,
    ) -> None:
        self.connection = connection
        self._boards = boards
        self._held: dict[ScheduleId, tuple[Board, int]] = {}
        self.caller = caller
        self.intent = intent
        self.now = now
        self.rings: list[tuple[str, int]] = []
        self._changes: list[Change] = []
        self._note: str | None = None
        self._entered: RestaurantId | None = None

    async def enter(
        self,
        restaurant_id: RestaurantId,
        right: Right,
        *,
        what: str,
        path: Sequence[str] = (),
    ) -> Restaurant:
        """Lock the restaurant for this caller and take its next revision.

        A caller who is no member learns only that there is no such `what`, and so does one who
        mixes two restaurants. Entering the same one again changes nothing.
        """
        if self._entered not in (None, restaurant_id):
            raise not_found(what, path)
        membership = await self._admitted(restaurant_id, right, what, path)
        if self._entered is None:
            await restaurants.lock_and_take_revision(self.connection, restaurant_id)
            # a role may have been taken away while this operation waited for the lock
            membership = await self._admitted(restaurant_id, right, what, path)
            found = await restaurants.by_ids(self.connection, [restaurant_id])
            self._stand_in(found[restaurant_id], membership)
        return self.restaurant

    async def _admitted(
        self, restaurant_id: RestaurantId, right: Right, what: str, path: Sequence[str]
    ) -> Membership:
        membership = await restaurants.membership_of(self.connection, self.caller, restaurant_id)
        if membership is None:
            raise not_found(what, path)
        require(membership, right)
        return membership

    async def found(self, restaurant: Restaurant) -> Restaurant:
        """Make a restaurant with revision 1 and the caller as its owner, and record both."""
        draft = replace(restaurant, revision=1, epoch=secrets.token_urlsafe(9))
        made = await restaurants.insert(self.connection, draft)
        owner = Membership(restaurant_id=made.id, subject=self.caller.subject, role=Role.OWNER)
        await restaurants.grant(self.connection, owner)
        self._stand_in(made, owner)
        self.record(None, made)
        self.record(None, owner)
        return made

    def expect(self, *values: Revised) -> None:
        """Refuse when any of these rows has changed after the revision the caller last saw."""
        expected = self.intent.expected_revision
        if expected is None or all(value.revision <= expected for value in values):
            return
        raise ConflictRefusal(
            code="STALE_REVISION",
            message=f"This has changed after revision {expected}; look at what stands now.",
            path=("expectedRevision",),
            current=values,
        )

    def unlocked(
        self, configuration: ConfigurationVersion, path: Sequence[str] = ()
    ) -> ConfigurationVersion:
        """The version, unless it is locked; `path` is the field that led to it, if one did."""
        if not configuration.is_locked:
            return configuration
        name = f"{configuration.number} ({configuration.name})"
        message = f"Version {name} is locked; copy it and edit the copy."
        raise LockedRefusal(message=message, path=tuple(path))

    def record(self, before: Any | None, after: Any | None) -> None:
        """Put one value's change into the log; None where there is none."""
        value = before if after is None else after
        self._changes.append(
            Change(
                entity_type=_entity_type(value),
                entity_key=_key_of(value),
                before=None if before is None else to_row(before),
                after=None if after is None else to_row(after),
            )
        )

    async def board(self, schedule_id: ScheduleId) -> Board | None:
        """The board of a schedule of this restaurant, to be asked for before it is changed."""
        if self._changes:
            raise RuntimeError("a board is loaded before anything is written")
        board = await self._boards.load_locked(
            self.connection, self.restaurant, schedule_id, self.today
        )
        if board is not None:
            self.hold(board)
        return board

    def hold(self, board: Board) -> None:
        """Say how a schedule stands by all that has been recorded: the next one begins there."""
        self._held[board.schedule.id] = (board, len(self._changes))

    def keep_boards(self) -> None:
        """Leave the boards to whoever comes next, once this is committed."""
        for board, count in self._held.values():
            self._boards.follow(board, self.revision, self._changes[count:])

    def note(self, reason: str | None) -> None:
        """Keep the reason that the caller gave with this operation in the log."""
        self._note = reason

    def ring_run(self, run_id: RunId) -> None:
        """Wake those who follow the run, after the commit."""
        self.rings.append((run_channel(run_id), self.revision))

    async def close(self, result: object) -> None:
        """Write the log, and the result beside the idempotency key."""
        if self._entered is not None:
            await change_log.append(self.connection, self._change_set(), note=self._note)
            self.rings.append((restaurant_channel(self._entered), self.revision))
        if self.intent.client_mutation_id is None:
            return
        await idempotency.keep(
            self.connection,
            self.caller.subject,
            self.intent.client_mutation_id,
            self._entered,
            to_row(result),
        )
        await idempotency.prune(self.connection)

    def _stand_in(self, restaurant: Restaurant, membership: Membership) -> None:
        self._entered = restaurant.id
        self.restaurant = restaurant
        self.membership = membership
        self.revision = restaurant.revision
        self.today = self.now.astimezone(ZoneInfo(restaurant.time_zone)).date()

    def _change_set(self) -> ChangeSet:
        return ChangeSet(
            restaurant_id=self.restaurant.id,
            revision=self.revision,
            committed_at=self.now,
            actor_id=self.caller.subject,
            actor_name=self.caller.name,
            operation=self.intent.operation,
            client_mutation_id=self.intent.client_mutation_id,
            changes=tuple(self._changes),
        )


class Transactions:
    """The way to the database for every operation of this process."""

    def __init__(self, database: Database, doorbell: Bell, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._doorbell = doorbell
        self._clock = clock
        self.boards = boards_of(database)

    def read(self) -> AbstractAsyncContextManager[ReadConnection]:
        """One snapshot of the database, to be left as soon as it has been read."""
        return self._database.read()

    async def write(
        self,
        caller: Caller,
        intent: Intent,
        result_type: type[R],
        work: Callable[[WriteTransaction], Awaitable[R]],
    ) -> R:
        """Do the work in one transaction and tell its followers; a refusal leaves nothing behind.

        A key that was used before answers the first result again. Work that met a deadlock is
        done again from the start, so it must do nothing but use its transaction.
        """
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._attempt(caller, intent, result_type, work)
            except UnavailableRefusal as refusal:
                if refusal.code != TRY_AGAIN:
                    raise
        return await self._attempt(caller, intent, result_type, work)

    async def _attempt(
        self,
        caller: Caller,
        intent: Intent,
        result_type: type[R],
        work: Callable[[WriteTransaction], Awaitable[R]],
    ) -> R:
        async with self._database.write() as connection:
            first = await _first_result(connection, caller, intent)
            if first is not None:
                return from_row(result_type, first)
            tx = WriteTransaction(connection, self.boards, caller, intent, self._clock())
            result = await work(tx)
            await tx.close(result)
        tx.keep_boards()
        for channel, number in tx.rings:
            await self._doorbell.ring(channel, number)
        return result


async def _first_result(
    connection: WriteConnection, caller: Caller, intent: Intent
) -> dict[str, object] | None:
    """What this call answered the first time; None when this is the first time."""
    key = intent.client_mutation_id
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST_KEY:
        raise ValidationRefusal(
            code="TEXT_LENGTH",
            message=f"clientMutationId has 1 to {LONGEST_KEY} characters.",
            path=("clientMutationId",),
        )
    kept = await idempotency.claim(
        connection, caller.subject, key, intent.operation, intent.input_hash
    )
    if kept is None:
        return None
    if (kept.operation, kept.input_hash) != (intent.operation, intent.input_hash):
        raise ValidationRefusal(
            code="IDEMPOTENCY_KEY_REUSED",
            message="This clientMutationId came with another input before; choose a new one.",
            path=("clientMutationId",),
        )
    if kept.restaurant_id is not None:
        await _require_member(connection, caller, kept.restaurant_id)
    return kept.result


async def _require_member(
    connection: WriteConnection, caller: Caller, restaurant_id: RestaurantId
) -> None:
    """A restaurant that the caller has left meanwhile does not exist for them any more."""
    if await restaurants.membership_of(connection, caller, restaurant_id) is None:
        raise not_found("restaurant", ("clientMutationId",))


def _key_of(value: Any) -> str:
    """What tells the value from others of its kind for ever."""
    if isinstance(value, Membership):
        return value.subject
    if _entity_type(value) is EntityType.COVERAGE_GAP:
        return f"{value.schedule_id}-{value.group_id}-{value.date}"
    return str(value.id)


def _entity_type(value: object) -> EntityType:
    """Kinds are named like the classes, but for the values that operations make for the log."""
    name = type(value).__name__
    return EntityType(_LOGGED.get(name, name))


_LOGGED: Final = {"ScheduleGap": "CoverageGap", "GroupAndMembers": "StaffGroup"}

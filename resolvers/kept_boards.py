"""Boards kept by a process, which follow the change log instead of being loaded again."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from weakref import WeakKeyDictionary

from domain.changes import Change
from domain.configurations import Restaurant
from domain.ids import RestaurantId, ScheduleId
from domain.schedules import Board
from resolvers.board_changes import LoadAnew, followed
from store import boards, change_log
from store.engine import Database, ReadConnection, WriteConnection

KEPT_SCHEDULES: Final = 64
KEPT_CELLS: Final = 100_000
KEPT_REVISIONS: Final = 2
KNOWN_RESTAURANTS: Final = 10_000
MOST_CHANGES: Final = 4_000


@dataclass(frozen=True, slots=True)
class _Moment:
    """What decides the content of a board, whoever reads it."""

    schedule_id: ScheduleId
    restaurant_id: RestaurantId
    epoch: str
    revision: int
    today: date


class KeptBoards:
    """Answers the same as `store.boards.load` in the same snapshot.

    The snapshot says first which revision it is of. Boards never change, and only committed ones
    are kept, so what is kept of another revision cannot be answered by mistake.
    """

    def __init__(self, database: Database) -> None:
        self._is_on = database.fast_path
        self._kept: dict[ScheduleId, tuple[Board, ...]] = {}
        self._newest: dict[RestaurantId, tuple[str, int]] = {}
        self._cells = 0
        self._making: dict[_Moment, asyncio.Future[Board | None]] = {}

    async def load(
        self, connection: ReadConnection, schedule_id: ScheduleId, today: date
    ) -> Board | None:
        """The board of a schedule; the connection's snapshot must be REPEATABLE READ."""
        if not self._is_on:
            return await boards.load(connection, schedule_id, today)
        found = await boards.moment_of(connection, schedule_id)
        if found is None:
            return None
        moment = _Moment(schedule_id, found.restaurant_id, found.epoch, found.revision, today)
        return await self._at(connection, moment)

    async def load_locked(
        self,
        connection: WriteConnection,
        restaurant: Restaurant,
        schedule_id: ScheduleId,
        today: date,
    ) -> Board | None:
        """The board that a writer changes, who has locked the restaurant and taken its revision.

        It must have written nothing else yet: what it sees then is the revision before, which
        nobody can write over while it holds the lock.
        """
        if not self._is_on:
            return await boards.load(connection, schedule_id, today)
        before = restaurant.revision - 1
        moment = _Moment(schedule_id, restaurant.id, restaurant.epoch, before, today)
        return await self._at(connection, moment)

    def follow(self, board: Board, revision: int, changes: Iterable[Change]) -> None:
        """Keep a writer's board as it is by the revision that the writer has committed.

        `changes` are those of the change set that the board does not hold yet.
        """
        if not self._is_on:
            return
        try:
            self._keep(followed(board, revision, changes))
        except LoadAnew:
            return

    def restaurant_of(self, schedule_id: ScheduleId) -> RestaurantId | None:
        """Whose a schedule is, if a board of it is kept."""
        kept = self._kept.get(schedule_id)
        return kept[-1].restaurant.id if kept else None

    def has_passed(self, restaurant_id: RestaurantId, epoch: str, revision: int) -> bool:
        """Whether this process knows already that the restaurant has come further."""
        known = self._newest.get(restaurant_id)
        return known is not None and known[0] == epoch and known[1] > revision

    def at(self, schedule_id: ScheduleId, epoch: str, revision: int, today: date) -> Board | None:
        """The board of just this moment, if it is at hand."""
        kept = self._kept.get(schedule_id, ())
        found = (b for b in kept if _revision(b) == revision and _is_of(b, epoch, today))
        board = next(found, None)
        if board is not None:
            self._kept[schedule_id] = self._kept.pop(schedule_id)  # the last one to be forgotten
        return board

    def newest(self, schedule_id: ScheduleId, revision: int) -> Board | None:
        """The board of a revision, as long as none of a later one is kept."""
        kept = self._kept.get(schedule_id, ())[-1:]
        return next((board for board in kept if _revision(board) == revision), None)

    async def _at(self, connection: ReadConnection, moment: _Moment) -> Board | None:
        """The board of a moment; whoever asks first makes it for all who ask meanwhile."""
        while (kept := self._latest(moment)) is None or _revision(kept) != moment.revision:
            making = self._making.get(moment)
            if making is None:
                return await self._make_for_all(connection, moment, kept)
            made = await asyncio.shield(making)
            if made is not None:
                return made
        return kept

    async def _make_for_all(
        self, connection: ReadConnection, moment: _Moment, kept: Board | None
    ) -> Board | None:
        making = self._making[moment] = asyncio.get_running_loop().create_future()
        try:
            board = await _make(connection, moment, kept)
            making.set_result(board)
        finally:
            # One who fails or leaves has made nothing; the next one who waits makes it then.
            del self._making[moment]
            if not making.done():
                making.set_result(None)
        if board is not None:
            self._keep(board)
        return board

    def _latest(self, moment: _Moment) -> Board | None:
        """The newest board of the schedule that the moment comes after, or is of."""
        kept = self._kept.pop(moment.schedule_id, ())
        if kept:
            self._kept[moment.schedule_id] = kept
        fitting = (b for b in reversed(kept) if _is_of(b, moment.epoch, moment.today))
        return next((b for b in fitting if _revision(b) <= moment.revision), None)

    def _keep(self, board: Board) -> None:
        """Keep the newest revisions of each schedule, and the schedules that were asked last."""
        known = self._forget(board.schedule.id)
        epoch, today, revision = board.restaurant.epoch, board.today, _revision(board)
        if not self.has_passed(board.restaurant.id, epoch, revision):
            self._newest[board.restaurant.id] = (epoch, revision)
            if len(self._newest) > KNOWN_RESTAURANTS:
                del self._newest[next(iter(self._newest))]
        others = [b for b in known if _is_of(b, epoch, today) and _revision(b) != revision]
        self._kept[board.schedule.id] = tuple(sorted((*others, board), key=_revision))[
            -KEPT_REVISIONS:
        ]
        self._cells += _size(self._kept[board.schedule.id])
        while self._kept and (len(self._kept) > KEPT_SCHEDULES or self._cells > KEPT_CELLS):
            self._forget(next(iter(self._kept)))

    def _forget(self, schedule_id: ScheduleId) -> tuple[Board, ...]:
        known = self._kept.pop(schedule_id, ())
        self._cells -= _size(known)
        return known


_boards: WeakKeyDictionary[Database, KeptBoards] = WeakKeyDictionary()


def boards_of(database: Database) -> KeptBoards:
    """The boards that this process keeps of a database."""
    found = _boards.get(database)
    if found is None:
        found = _boards[database] = KeptBoards(database)
    return found


async def _make(connection: ReadConnection, moment: _Moment, kept: Board | None) -> Board | None:
    later_one = None if kept is None else await _from_log(connection, moment, kept)
    if later_one is not None:
        return later_one
    board = await boards.load(connection, moment.schedule_id, moment.today)
    if board is None:
        return None
    # a writer sees the revision that it has taken, beside everything as it was before
    return replace(board, restaurant=replace(board.restaurant, revision=moment.revision))


async def _from_log(connection: ReadConnection, moment: _Moment, kept: Board) -> Board | None:
    """The board by what the log says since it was kept; None when the log does not say enough."""
    sets = await change_log.all_after(
        connection, moment.restaurant_id, _revision(kept), MOST_CHANGES
    )
    if sets is None:
        return None
    if [s.revision for s in sets] != list(range(_revision(kept) + 1, moment.revision + 1)):
        return None
    try:
        return followed(kept, moment.revision, (c for s in sets for c in s.changes))
    except LoadAnew:
        return None


def _is_of(board: Board, epoch: str, today: date) -> bool:
    return board.restaurant.epoch == epoch and board.today == today


def _revision(board: Board) -> int:
    return board.restaurant.revision


def _size(kept: tuple[Board, ...]) -> int:
    """The cells of the newest board; older ones share almost all of theirs with it."""
    return sum(len(board.shifts) + len(board.history) for board in kept[-1:])

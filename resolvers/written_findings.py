"""What a mutation brought about, read from the log of its revision once somebody asks for it."""

import asyncio
from datetime import date

from domain.conflicts import conflicts
from domain.findings import Conflict
from domain.ids import RestaurantId
from domain.schedules import Board
from domain.touched import Touched, touched_by
from store import boards, change_log, configurations
from store.engine import ReadConnection


async def brought_about(
    connection: ReadConnection, restaurant_id: RestaurantId, revision: int, today: date
) -> tuple[Conflict, ...]:
    """The findings of now about what that revision wrote; none once the log has let go of it."""
    sets = await change_log.after(connection, restaurant_id, revision - 1, 1)
    active = (await configurations.active_of(connection, [restaurant_id]))[restaurant_id]
    if not sets or sets[0].revision != revision:
        return ()
    touched = touched_by(sets[0].changes, active.id)
    if touched is None:
        return ()
    board = await boards.load_period(connection, restaurant_id, *touched.span(today), today)
    return await asyncio.to_thread(_concerning, board, touched)


def _concerning(board: Board, touched: Touched) -> tuple[Conflict, ...]:
    whole = touched.with_their_groups(board)
    return tuple(conflict for conflict in conflicts(board) if whole.concerns(conflict))

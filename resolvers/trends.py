"""How coverage goes from schedule to schedule; counted beside the event loop."""

import asyncio
from dataclasses import dataclass
from datetime import date

from domain import trends
from domain.ids import GroupId, RestaurantId
from domain.schedules import Schedule
from domain.trends import TrendPoint
from store import boards, restaurants, schedules
from store.engine import ReadConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTrend:
    """`has_earlier`: whether a schedule that counts lies before the first point."""

    points: tuple[TrendPoint, ...]
    has_earlier: bool
    revision: int


async def trend_of(  # noqa: PLR0913 - one question, named in full
    connection: ReadConnection,
    restaurant_id: RestaurantId,
    group_id: GroupId | None,
    today: date,
    *,
    first: int,
    before: date | None,
) -> FoundTrend:
    """The last `first` schedules that count and start before a date, oldest first."""
    restaurant = (await restaurants.by_ids(connection, [restaurant_id]))[restaurant_id]
    every = await schedules.overlapping(connection, restaurant_id, date.min, date.max)
    counting = [s for s in trends.taken(every) if before is None or s.start < before]
    read = counting[-first - 1 :]
    points = [await _point(connection, schedule, group_id, today) for schedule in read]
    return FoundTrend(
        points=trends.compared(points)[-first:],
        has_earlier=len(read) > first,
        revision=restaurant.revision,
    )


async def _point(
    connection: ReadConnection, schedule: Schedule, group_id: GroupId | None, today: date
) -> TrendPoint:
    board = await boards.load(connection, schedule.id, today)
    if board is None:
        raise LookupError(f"Schedule {schedule.id} left its own snapshot.")
    return await asyncio.to_thread(trends.point, board, group_id)

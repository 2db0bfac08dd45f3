"""A published schedule beside what people were told; compared beside the event loop."""

import asyncio
from dataclasses import dataclass

from domain.publications import Publication, as_published
from domain.runs import GenerationMode
from domain.schedules import Board, ScheduleStatus
from domain.supposing import Supposed, supposed
from store import schedules
from store.engine import ReadConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class SincePublished:
    """The revision that published the schedule, and what differs by now."""

    revision: int
    difference: Supposed


async def since_published(connection: ReadConnection, board: Board) -> SincePublished | None:
    """None for a draft, and for a schedule whose publication was not kept."""
    told = await schedules.published_of(connection, board.schedule.id)
    if told is None or board.schedule.status is not ScheduleStatus.PUBLISHED:
        return None
    return SincePublished(
        revision=told.revision, difference=await asyncio.to_thread(_difference, board, told)
    )


def _difference(board: Board, told: Publication) -> Supposed:
    return supposed(as_published(board, told), board, GenerationMode.FILL)

"""Schedules as they are read; one board a schedule and operation answers all of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain import schedules as domain
from domain.access import Right, may
from domain.ids import RestaurantId, ScheduleId
from domain.schedules import Board, ScheduleStatus
from resolvers import publications
from resolvers import schedules as resolver
from schema.cells import Cover, CoverageGap, ShiftAssignment, Violation
from schema.context import Info
from schema.fields import described
from schema.listed import Listed
from schema.nodes import (
    Node,
    PageInfo,
    encode,
    encode_cursor,
    find_key,
    page_size,
    register,
    stored,
)
from schema.pages import key_after, page_info
from schema.since_published import SincePublished
from store import schedules

if TYPE_CHECKING:
    from schema.generation import GenerationRunConnection

SCHEDULE_ID = strawberry.argument(description="The global id of the schedule.")
FIRST = strawberry.argument(description="How many at most, from 1 to 100.")
AFTER = strawberry.argument(description="The `endCursor` of the page before.")


@strawberry.type(
    description=(
        "A table of staff and dates with its covers. What is read of it is judged by the active "
        "configuration, as it stands."
    )
)
class Schedule(Node):
    start: date = strawberry.field(description="The first date.")
    end: date = strawberry.field(description="The last date, included.")
    status: ScheduleStatus = strawberry.field(description="Who may rely on it.")
    is_active: bool = strawberry.field(description="False once deleted; the row stays.")
    revision: int = strawberry.field(
        description="The revision that last changed it, its cells or its covers."
    )
    published_at: datetime | None = strawberry.field(description="When it was published.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    value: strawberry.Private[domain.Schedule]

    @described("The cells that are set, by date and person.")
    async def shifts(self, info: Info) -> Sequence[ShiftAssignment]:
        board = await self._board(info)
        return [] if board is None else Listed(ShiftAssignment, board.shifts, board)

    @described("Who covers whom, by date and group.")
    async def covers(self, info: Info) -> Sequence[Cover]:
        board = await self._board(info)
        return [] if board is None else Listed(Cover, board.covers, board)

    @described("Every need that is not met, with its reasons.")
    async def gaps(self, info: Info) -> Sequence[CoverageGap]:
        board = await self._board(info)
        if board is None:
            return []
        found = await info.context.reads.ask(lambda c: resolver.gaps(c, board))
        return Listed(CoverageGap, found, board)

    @described("Every rule that it breaks.")
    async def violations(self, info: Info) -> Sequence[Violation]:
        board = await self._board(info)
        if board is None:
            return []
        return Listed(Violation, await resolver.violations_of(board), board)

    @described(
        "What was edited since it was published, which is visible at once; null for a draft, and "
        "where it was published before such differences were kept."
    )
    async def since_published(self, info: Info) -> SincePublished | None:
        board = await self._board(info)
        if board is None:
            return None
        found = await info.context.reads.ask(lambda c: publications.since_published(c, board))
        return None if found is None else SincePublished.from_domain(found)

    @described("Whether you may edit it.")
    async def can_edit(self, info: Info) -> bool:
        membership = await info.context.membership(self.value.restaurant_id)
        return membership is not None and may(membership, Right.EDIT)

    @described("Its generation runs, newest first.")
    async def runs(
        self,
        info: Info,
        first: Annotated[int, FIRST] = 20,
        after: Annotated[str | None, AFTER] = None,
    ) -> Annotated["GenerationRunConnection", strawberry.lazy("schema.generation")]:
        from schema.generation import runs_page  # noqa: PLC0415 - runs have schedules too

        return await runs_page(info, self.value.id, first, after)

    async def _board(self, info: Info) -> Board | None:
        return await info.context.loaders.boards.load(self.value.id)

    @classmethod
    def from_domain(cls, value: domain.Schedule) -> "Schedule":
        return cls(
            id=encode("Schedule", value.id),
            start=value.start,
            end=value.end,
            status=value.status,
            is_active=value.is_active,
            revision=value.revision,
            published_at=value.published_at,
            created_at=stored(value.created_at),
            updated_at=stored(value.updated_at),
            value=value,
        )


register(domain.Schedule, Schedule, schedules.by_ids)


@strawberry.type(description="A schedule in its place in the list.")
class ScheduleEdge:
    cursor: str = strawberry.field(description="Its place; pass it as `after`.")
    node: Schedule = strawberry.field(description="The schedule.")


@strawberry.type(description="A page of schedules.")
class ScheduleConnection:
    edges: list[ScheduleEdge] = strawberry.field(description="The schedules of the page.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")


async def schedules_page(
    info: Info, restaurant_id: RestaurantId, first: int, after: str | None
) -> ScheduleConnection:
    """The schedules that are not deleted, newest first."""
    size = page_size(first)
    key = key_after("Schedule", after)
    last_seen = None if key is None else ScheduleId(key)
    found = await info.context.reads.ask(
        lambda c: schedules.of_restaurant(c, restaurant_id, size + 1, last_seen)
    )
    edges = [
        ScheduleEdge(cursor=encode_cursor("Schedule", row.id), node=Schedule.from_domain(row))
        for row in found[:size]
    ]
    where = page_info(edges, after, has_next=len(found) > size)
    return ScheduleConnection(edges=edges, page_info=where)


async def schedule(info: Info, id: Annotated[strawberry.ID, SCHEDULE_ID]) -> Schedule | None:
    found = await readable_schedule(info, id)
    return None if found is None else Schedule.from_domain(found)


async def readable_schedule(info: Info, global_id: str) -> domain.Schedule | None:
    """The schedule behind an id, if it is there and the caller may see it."""
    key = find_key("Schedule", global_id)
    if key is None:
        return None
    found = await info.context.loaders.schedules.load(ScheduleId(key))
    if found is None or not found.is_active:
        return None
    return found if await info.context.membership(found.restaurant_id) else None


async def readable_board(info: Info, global_id: str) -> Board | None:
    found = await readable_schedule(info, global_id)
    return None if found is None else await info.context.loaders.boards.load(found.id)

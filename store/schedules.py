"""Schedules with their cells and covers; cells and covers are written in bulk."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Final

from sqlalchemy import bindparam, func, select

from domain.covers import Cover
from domain.ids import CoverId, RestaurantId, ScheduleId, ShiftAssignmentId, StaffId
from domain.publications import Publication
from domain.schedules import Schedule, ScheduleStatus
from domain.shifts import ShiftAssignment
from store import bulk, rows
from store.codec import from_row, to_row
from store.engine import ReadConnection, WriteConnection
from store.tables import covers, schedules, shift_assignments

CellKey = tuple[StaffId, date]

# Made once: building a statement over a table costs more than executing it.
_TAKE_REVISION: Final = (
    schedules.update()
    .where(schedules.c.id == bindparam("key"))
    .values(revision=bindparam("made"), updated_at=func.now())
    .returning(*rows.of_table(schedules, Schedule).selected_columns)
)


async def insert(connection: WriteConnection, schedule: Schedule) -> Schedule:
    return await rows.insert(connection, schedules, schedule)


async def take_revision(
    connection: WriteConnection, schedule_id: ScheduleId, revision: int
) -> Schedule:
    """Say that something on the schedule has changed; it stays as it was otherwise."""
    taken = await connection.execute(_TAKE_REVISION, {"key": schedule_id, "made": revision})
    return rows.value_of(Schedule, taken.mappings().one())


async def update(connection: WriteConnection, schedule: Schedule) -> Schedule:
    """The schedule as it stands; publishing over another published one is SCHEDULE_OVERLAPS."""
    return await rows.update(connection, schedules, schedule)


async def by_ids(
    connection: ReadConnection, ids: Iterable[ScheduleId]
) -> dict[ScheduleId, Schedule]:
    return await rows.by_ids(connection, schedules, Schedule, ids)


async def keep_published(
    connection: WriteConnection, schedule_id: ScheduleId, publication: Publication
) -> None:
    await connection.execute(
        schedules.update()
        .where(schedules.c.id == schedule_id)
        .values(published=to_row(publication))
    )


async def published_of(connection: ReadConnection, schedule_id: ScheduleId) -> Publication | None:
    """What was told when the schedule was published; None for drafts, and where none was kept."""
    statement = select(schedules.c.published).where(schedules.c.id == schedule_id)
    kept = (await connection.execute(statement)).scalar()
    return None if kept is None else from_row(Publication, kept)


async def of_restaurant(
    connection: ReadConnection,
    restaurant_id: RestaurantId,
    first: int,
    before: ScheduleId | None = None,
) -> tuple[Schedule, ...]:
    """Active schedules, newest first, at most `first`; `before` is the last one seen."""
    statement = (
        rows.of_table(schedules, Schedule)
        .where(rows.is_among(schedules.c.restaurant_id, [restaurant_id]), schedules.c.is_active)
        .order_by(schedules.c.id.desc())
        .limit(first)
    )
    if before is not None:
        statement = statement.where(schedules.c.id < before)
    return rows.values_of(Schedule, await connection.execute(statement))


async def overlapping(
    connection: ReadConnection, restaurant_id: RestaurantId, start: date, end: date
) -> tuple[Schedule, ...]:
    """Active schedules that hold one of these dates at least, oldest first."""
    return await rows.all_where(
        connection,
        schedules,
        Schedule,
        rows.is_among(schedules.c.restaurant_id, [restaurant_id]),
        schedules.c.is_active,
        schedules.c.start <= end,
        schedules.c.end >= start,
    )


async def overlapping_published(
    connection: ReadConnection,
    restaurant_id: RestaurantId,
    start: date,
    end: date,
    excluding: ScheduleId | None = None,
) -> tuple[Schedule, ...]:
    """The published ones among those, but for one that is looked at itself."""
    return tuple(
        schedule
        for schedule in await overlapping(connection, restaurant_id, start, end)
        if schedule.status is ScheduleStatus.PUBLISHED and schedule.id != excluding
    )


async def shifts_of(
    connection: ReadConnection, schedule_id: ScheduleId
) -> tuple[ShiftAssignment, ...]:
    """The set cells, by date and staff."""
    return await shifts_in(connection, [schedule_id], date.min, date.max)


async def shifts_in(
    connection: ReadConnection, schedule_ids: Iterable[ScheduleId], start: date, end: date
) -> tuple[ShiftAssignment, ...]:
    """The set cells of several schedules from start to end, by date and staff."""
    columns = shift_assignments.c
    statement = (
        rows.of_table(shift_assignments, ShiftAssignment)
        .where(
            rows.is_among(columns.schedule_id, schedule_ids),
            columns.date.between(start, end),
            columns.shift_type.is_not(None),
        )
        .order_by(columns.date, columns.staff_id)
    )
    return rows.values_of(ShiftAssignment, await connection.execute(statement))


async def shifts_by_ids(
    connection: ReadConnection, ids: Iterable[ShiftAssignmentId]
) -> dict[ShiftAssignmentId, ShiftAssignment]:
    statement = rows.of_table(shift_assignments, ShiftAssignment).where(
        rows.is_among(shift_assignments.c.id, ids), shift_assignments.c.shift_type.is_not(None)
    )
    found = rows.values_of(ShiftAssignment, await connection.execute(statement))
    return {cell.id: cell for cell in found}


async def upsert_shifts(
    connection: WriteConnection,
    schedule_id: ScheduleId,
    cells: Sequence[ShiftAssignment],
    revision: int,
) -> tuple[ShiftAssignment, ...]:
    """Set cells, and answer those that are different now; a cell keeps its id for ever."""
    if not cells:
        return ()
    found = await connection.execute(
        bulk.UPSERT_SHIFTS,
        {
            "schedule_id": schedule_id,
            "revision": revision,
            "staff_ids": [cell.staff_id for cell in cells],
            "dates": [cell.date for cell in cells],
            "shift_types": [cell.shift_type for cell in cells],
            "sources": [cell.source for cell in cells],
            "pins": [cell.pinned for cell in cells],
        },
    )
    written = rows.values_of(ShiftAssignment, found)
    return tuple(sorted(written, key=lambda cell: (cell.date, cell.staff_id)))


async def clear_shifts(
    connection: WriteConnection, schedule_id: ScheduleId, keys: Collection[CellKey], revision: int
) -> frozenset[CellKey]:
    """Unset cells, and answer those that were set.

    The row stays, without a type: so an edit that expects the cell as it was is found stale.
    """
    if not keys:
        return frozenset()
    cells = {"schedule_id": schedule_id, "revision": revision, **_columns(keys)}
    found = await connection.execute(bulk.CLEAR_SHIFTS, cells)
    return frozenset((StaffId(row.staff_id), row.date) for row in found)


async def cells_changed_after(
    connection: ReadConnection, schedule_id: ScheduleId, keys: Iterable[CellKey], revision: int
) -> frozenset[CellKey]:
    """Those of the cells that were set or cleared after a revision."""
    cells = {"schedule_id": schedule_id, "revision": revision, **_columns(keys)}
    found = await connection.execute(bulk.CHANGED_AFTER, cells)
    return frozenset((StaffId(row.staff_id), row.date) for row in found)


async def covers_of(connection: ReadConnection, schedule_id: ScheduleId) -> tuple[Cover, ...]:
    """By date and group, the lowest rank first."""
    return await covers_in(connection, [schedule_id], date.min, date.max)


async def covers_in(
    connection: ReadConnection, schedule_ids: Iterable[ScheduleId], start: date, end: date
) -> tuple[Cover, ...]:
    """The covers of several schedules from start to end, by date, group and rank."""
    columns = covers.c
    statement = (
        rows.of_table(covers, Cover)
        .where(rows.is_among(columns.schedule_id, schedule_ids), columns.date.between(start, end))
        .order_by(columns.date, columns.group_id, columns.rank, columns.staff_id)
    )
    return rows.values_of(Cover, await connection.execute(statement))


async def covers_by_ids(connection: ReadConnection, ids: Iterable[CoverId]) -> dict[CoverId, Cover]:
    return await rows.by_ids(connection, covers, Cover, ids)


async def upsert_covers(
    connection: WriteConnection, schedule_id: ScheduleId, given: Sequence[Cover], revision: int
) -> tuple[Cover, ...]:
    """Record covers, and answer those that are different now; a cover keeps its id."""
    if not given:
        return ()
    found = await connection.execute(
        bulk.UPSERT_COVERS,
        {
            "schedule_id": schedule_id,
            "revision": revision,
            "covers": [to_row(cover) for cover in given],
        },
    )
    written = rows.values_of(Cover, found)
    return tuple(sorted(written, key=lambda c: (c.date, c.group_id, c.rank or 0, c.staff_id)))


async def delete_covers(connection: WriteConnection, ids: Collection[CoverId]) -> None:
    """Release covers; what they were stays in the log."""
    if not ids:
        return
    await connection.execute(covers.delete().where(rows.is_among(covers.c.id, ids)))


def _columns(keys: Iterable[CellKey]) -> dict[str, list[StaffId] | list[date]]:
    listed = list(keys)
    return {"staff_ids": [key[0] for key in listed], "dates": [key[1] for key in listed]}

"""Work limits: what they count, in which windows, and where they are broken."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from domain.ids import ShiftCode, StaffId
from domain.kept import once_per_setting
from domain.limit_units import HALF_DAYS_PER_WEEKEND, Counts, counts, half_days_outside
from domain.periods import days_between, week_start_of, weekends
from domain.rules import LimitScope, LimitWindow, WorkLimit
from domain.schedules import Board
from domain.staff import StaffMember

OF_KNOWN_DAYS = (LimitWindow.WEEK, LimitWindow.ROLLING_DAYS)
"""Windows whose minimum is judged only when every day in them is known."""
Cell = tuple[StaffId, date]
Lookup = Callable[[StaffId, date], ShiftCode | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One window to count in: open employed cells of the schedule and what history adds.

    `staff_id` is None and `day` set for DAY, which counts everybody in scope. Bounds are prorated,
    None where not judged; the maximum is never below what history alone holds. They and `known`,
    which is what history adds, are in what the limit counts. For WEEKENDS `weekends` holds the
    cells by weekend, each of which counts as one cell.
    """

    limit: WorkLimit
    staff_id: StaffId | None
    cells: tuple[Cell, ...]
    known: int
    minimum: int | None
    maximum: int | None
    day: date | None = None
    weekends: tuple[tuple[Cell, ...], ...] = ()

    @property
    def dates(self) -> tuple[date, ...]:
        return tuple(day for _, day in self.cells) if self.day is None else (self.day,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """How far one window or run is outside, in what the limit counts.

    `dates` are its open employed days in the schedule.
    """

    limit: WorkLimit
    staff_id: StaffId | None
    dates: tuple[date, ...]
    outside: int

    @property
    def half_days(self) -> int:
        return half_days_outside(self.limit, self.outside)


@once_per_setting
def people_in_scope(board: Board, limit: WorkLimit) -> tuple[StaffMember, ...]:
    """Whom a limit counts one by one, in staff order."""
    return tuple(p for p in board.staff if _is_in_scope(board, limit, p))


def _is_in_scope(board: Board, limit: WorkLimit, person: StaffMember) -> bool:
    if limit.scope is LimitScope.EMPLOYMENT_TYPE:
        return person.employment_type in limit.target_employment_types
    if limit.scope is LimitScope.STAFF:
        return person.id in limit.target_staff_ids
    if limit.scope is LimitScope.GROUP:
        return any(person.id in board.ever_members.get(g, ()) for g in limit.target_group_ids)
    return True


def _is_in_day_scope(board: Board, limit: WorkLimit, person: StaffMember, day: date) -> bool:
    if limit.scope is not LimitScope.GROUP:
        return _is_in_scope(board, limit, person)
    return any(person.id in board.members(g, day) for g in limit.target_group_ids)


@once_per_setting
def spans(board: Board, limit: WorkLimit) -> tuple[Span, ...]:
    """The windows of a limit in the schedule, runs excepted; empty ones only for DAY."""
    if limit.window is LimitWindow.CONSECUTIVE_DAYS:
        return ()
    if limit.window is LimitWindow.DAY:
        return tuple(_day_span(board, limit, day) for day in board.open_days)
    people = people_in_scope(board, limit)
    if limit.window is LimitWindow.PERIOD:
        found = [_period_span(board, limit, person) for person in people]
    elif limit.window is LimitWindow.WEEKENDS:
        found = [_weekends_span(board, limit, person) for person in people]
    else:
        windows = _windows(board, limit)
        counted = counts(board, limit)
        found = [_window_span(board, limit, p, w, counted) for p in people for w in windows]
    return tuple(span for span in found if span is not None)


def _day_span(board: Board, limit: WorkLimit, day: date) -> Span:
    people = [p for p in board.staff if p.is_employed_on(day)]
    return Span(
        limit=limit,
        staff_id=None,
        cells=tuple((p.id, day) for p in people if _is_in_day_scope(board, limit, p, day)),
        known=0,
        minimum=limit.minimum,
        maximum=limit.maximum,
        day=day,
    )


def _period_span(board: Board, limit: WorkLimit, person: StaffMember) -> Span | None:
    employed, total = len(board.open_days_of[person.id]), len(board.open_days)
    if employed == 0:
        return None
    low, high = limit.minimum, limit.maximum
    return Span(
        limit=limit,
        staff_id=person.id,
        cells=tuple((person.id, day) for day in board.open_days_of[person.id]),
        known=0,
        minimum=None if low is None else low * employed // total,
        maximum=None if high is None else -(-high * employed // total),
    )


def _weekends_span(board: Board, limit: WorkLimit, person: StaffMember) -> Span | None:
    """The weekends with a day on which the person is employed; bounds shrink by whole ones."""
    own = weekends(board.open_days_of[person.id])
    if not own:
        return None
    part, whole = len(own), HALF_DAYS_PER_WEEKEND * len(weekends(board.open_days))
    low, high = limit.minimum, limit.maximum
    cells = tuple(tuple((person.id, day) for day in weekend) for weekend in own)
    return Span(
        limit=limit,
        staff_id=person.id,
        cells=tuple(chain.from_iterable(cells)),
        known=0,
        minimum=None if low is None else HALF_DAYS_PER_WEEKEND * (low * part // whole),
        maximum=None if high is None else HALF_DAYS_PER_WEEKEND * -(-high * part // whole),
        weekends=cells,
    )


def _windows(board: Board, limit: WorkLimit) -> list[tuple[date, ...]]:
    if limit.window is LimitWindow.WEEK:
        firsts = sorted({week_start_of(d, board.restaurant.week_start) for d in board.days})
        length = 7
    else:
        length = limit.days or 1
        firsts = [day - timedelta(days=length - 1) for day in board.days]
    return [tuple(days_between(f, f + timedelta(days=length - 1))) for f in firsts]


def _window_span(
    board: Board,
    limit: WorkLimit,
    person: StaffMember,
    window: tuple[date, ...],
    counted: Counts,
) -> Span | None:
    start, end = board.schedule.start, board.schedule.end
    usable = [d for d in window if d not in board.closed_days and person.is_employed_on(d)]
    cells = tuple((person.id, d) for d in usable if start <= d <= end)
    if not cells:
        return None
    past = [board.history_cells.get((person.id, d)) for d in usable if d < start]
    known = sum(counted.on(c.date).get(c.shift_type, 0) for c in past if c is not None)
    is_whole = usable == list(window) and window[-1] <= end and None not in past
    high = limit.maximum
    return Span(
        limit=limit,
        staff_id=person.id,
        cells=cells,
        known=known,
        minimum=limit.minimum if is_whole else None,
        maximum=None if high is None else max(high, known),
    )


def lookup_of(board: Board) -> Lookup:
    """The type in each cell of the schedule as it stands."""
    cells = board.cells

    def lookup(staff_id: StaffId, day: date) -> ShiftCode | None:
        cell = cells.get((staff_id, day))
        return None if cell is None else cell.shift_type

    return lookup


def span_breach(span: Span, counted: Counts, lookup: Lookup) -> Breach | None:
    """How far a window is outside; days not decided may still bring a minimum that is lacking."""
    codes = {cell: lookup(*cell) for cell in span.cells}
    is_open = span.limit.window in OF_KNOWN_DAYS and None in codes.values()
    minimum = None if is_open else span.minimum
    total = span.known + _inside(span, counted, codes)
    outside = units_outside(total, minimum, span.maximum)
    if outside == 0:
        return None
    return Breach(limit=span.limit, staff_id=span.staff_id, dates=span.dates, outside=outside)


def _inside(span: Span, counted: Counts, codes: dict[Cell, ShiftCode | None]) -> int:
    if span.limit.window is LimitWindow.WEEKENDS:
        listed = span.limit.shift_types
        worked = sum(any(codes[cell] in listed for cell in weekend) for weekend in span.weekends)
        return HALF_DAYS_PER_WEEKEND * worked
    return sum(counted.on(day).get(code, 0) for (_, day), code in codes.items() if code is not None)


def units_outside(total: int, minimum: int | None, maximum: int | None) -> int:
    if maximum is not None and total > maximum:
        return total - maximum
    if minimum is not None and total < minimum:
        return minimum - total
    return 0

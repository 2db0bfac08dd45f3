"""What one changed cell would add to the hard rules that a board breaks (test E10)."""

from dataclasses import dataclass
from datetime import date

from domain.ids import ShiftCode, StaffId
from domain.kept import once_per_row, once_per_setting
from domain.limit_breaches import windows_of_people
from domain.limit_runs import RunScope, run_breaches
from domain.limit_units import HALF_DAYS_PER_CELL, Counts, counts, spoken_amount
from domain.limits import (
    Breach,
    Lookup,
    Span,
    lookup_of,
    span_breach,
    spans,
)
from domain.periods import ONE_DAY
from domain.priorities import breaks_priority, code_on
from domain.rules import Level, WorkLimit
from domain.schedules import Board


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """Half-days by which one hard rule would be broken more, or less when negative.

    `rule` is None for priority rules, which test E9 tells; `amount` says it in words.
    """

    rule: str | None
    half_days: int
    amount: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _HardLimit:
    """A hard limit with its windows by person and, for DAY, by date."""

    limit: WorkLimit
    counted: Counts
    by_person: dict[StaffId, tuple[Span, ...]]
    by_day: dict[date, Span]
    runs: dict[StaffId, RunScope]


@once_per_setting
def _hard_limits(board: Board) -> tuple[_HardLimit, ...]:
    hard = [limit for limit in board.work_limits if limit.level is Level.HARD]
    return tuple(_hard_limit(board, limit) for limit in hard)


def _hard_limit(board: Board, limit: WorkLimit) -> _HardLimit:
    windows = windows_of_people(board, limit)
    return _HardLimit(
        limit=limit,
        counted=counts(board, limit),
        by_person=windows.spans,
        by_day={span.day: span for span in spans(board, limit) if span.day is not None},
        runs=windows.runs,
    )


def added_by(board: Board, staff_id: StaffId, cells: dict[date, ShiftCode]) -> tuple[Added, ...]:
    """What setting these cells of one person would add to each hard rule; nothing where equal."""
    now = lookup_of(board)
    changed = {day: code for day, code in cells.items() if now(staff_id, day) != code}
    if not changed:
        return ()

    def then(who: StaffId, day: date) -> ShiftCode | None:
        return changed[day] if who == staff_id and day in changed else now(who, day)

    found = [_added_to_limit(hard, staff_id, changed, now, then) for hard in _hard_limits(board)]
    found += [
        _added_to_successions(board, staff_id, changed),
        _added_to_priorities(board, staff_id, changed),
    ]
    return tuple(added for added in found if added.half_days)


def added_by_cell(board: Board, staff_id: StaffId, day: date, code: ShiftCode) -> tuple[Added, ...]:
    """The same for one cell; kept with its row, unless a limit counts whole days of everybody."""
    if counts_whole_days(board):
        return added_by(board, staff_id, {day: code})
    return _added_in_row(board, staff_id, day, code)


@once_per_setting
def counts_whole_days(board: Board) -> bool:
    """Whether a hard limit counts everybody on one day."""
    return any(hard.by_day for hard in _hard_limits(board))


@once_per_row
def _added_in_row(board: Board, staff_id: StaffId, day: date, code: ShiftCode) -> tuple[Added, ...]:
    return added_by(board, staff_id, {day: code})


def _added_to_limit(
    hard: _HardLimit, staff_id: StaffId, changed: dict[date, ShiftCode], now: Lookup, then: Lookup
) -> Added:
    touched = [s for s in hard.by_person.get(staff_id, ()) if _holds(s, changed)]
    day_spans = (hard.by_day.get(day) for day in changed)
    touched += [s for s in day_spans if s is not None and _holds_person(s, staff_id)]
    before, after = (_broken(hard, staff_id, touched, lookup) for lookup in (now, then))
    outside = sum(b.outside for b in after) - sum(b.outside for b in before)
    return Added(
        rule=hard.limit.name,
        half_days=sum(b.half_days for b in after) - sum(b.half_days for b in before),
        amount=spoken_amount(hard.limit, outside),
    )


def _broken(
    hard: _HardLimit, staff_id: StaffId, touched: list[Span], lookup: Lookup
) -> list[Breach]:
    found = (span_breach(span, hard.counted, lookup) for span in touched)
    runs = hard.runs.get(staff_id)
    of_runs = [] if runs is None else run_breaches(runs, lookup)
    return [*(breach for breach in found if breach is not None), *of_runs]


def shifts_of_day(board: Board, staff_id: StaffId, day: date, code: ShiftCode) -> tuple[int, ...]:
    """What a type in one person's cell would add to the count of each hard limit of a day."""
    old = lookup_of(board)(staff_id, day)
    found = []
    for hard in _hard_limits(board):
        if day in hard.by_day:
            counted = hard.counted.on(day) if _holds_person(hard.by_day[day], staff_id) else {}
            found.append(counted.get(code, 0) - (0 if old is None else counted.get(old, 0)))
    return tuple(found)


def _holds(span: Span, changed: dict[date, ShiftCode]) -> bool:
    first, last = span.cells[0][1], span.cells[-1][1]
    return any(first <= day <= last for day in changed)


def _holds_person(span: Span, staff_id: StaffId) -> bool:
    return any(who == staff_id for who, _ in span.cells)


def _added_to_successions(board: Board, staff_id: StaffId, changed: dict[date, ShiftCode]) -> Added:
    forbidden = {
        (rule.from_type, rule.to_type)
        for rule in board.succession_rules
        if rule.level is Level.HARD
    }
    following = {day for d in changed for day in (d, d + ONE_DAY) if day <= board.schedule.end}

    def broken(cells: dict[date, ShiftCode]) -> int:
        def code(day: date) -> ShiftCode | None:
            return cells.get(day) or code_on(board, staff_id, day)

        return sum((code(day - ONE_DAY), code(day)) in forbidden for day in following)

    units = HALF_DAYS_PER_CELL * (broken(changed) - broken({}))
    amount = f"{units / HALF_DAYS_PER_CELL:g} days"
    return Added(rule="succession", half_days=units, amount=amount)


def _added_to_priorities(board: Board, staff_id: StaffId, changed: dict[date, ShiftCode]) -> Added:
    rules = [
        rule
        for rule in board.priority_rules
        if rule.level is Level.HARD and rule.staff_id == staff_id
    ]
    units = sum(
        breaks_priority(rule, day, code) - breaks_priority(rule, day, code_on(board, staff_id, day))
        for rule in rules
        for day, code in changed.items()
    )
    return Added(rule=None, half_days=HALF_DAYS_PER_CELL * units)

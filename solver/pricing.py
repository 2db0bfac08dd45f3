"""The price of a cover: the same model solved twice, once as it likes and once with the cover.

Both searches start from the board as it stands and keep the absences that call for the cover. In a
large schedule only that day and the week around it of the group's backups are searched; all other
cells stay as they are. Then the price is what this neighbourhood offers, and is not called proved.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.covers import Cover, CoverSource
from domain.eligibility import facts_against
from domain.facts import FactKind, fact_for, is_frozen, is_kept
from domain.ids import GroupId, StaffId
from domain.need import absent_members, is_counting, need
from domain.prices import Price, cell_changes, first_worse, price_reason
from domain.runs import GenerationMode, GenerationRequest, TierName
from domain.schedules import Board
from domain.shifts import ShiftAssignment, ShiftSource
from domain.tiers import tier_values
from solver.problem import Problem
from solver.search import solve
from solver.solution import Solution, board_after

FILL = GenerationMode.FILL
SECONDS = 0.6
WHOLE_CELLS = 400
REACH = timedelta(days=3)
CoverKey = tuple[StaffId, GroupId, date]


@dataclass(frozen=True, kw_only=True)
class Pricing:
    """The question as two problems; `is_whole` says that every cell of the schedule is open."""

    board: Board
    key: CoverKey
    free: Problem
    forced: Problem
    is_whole: bool


def pricing(
    board: Board,
    key: CoverKey,
    request: GenerationRequest = GenerationRequest(time_limit_seconds=SECONDS),  # noqa: B008 - a frozen value
) -> Pricing | None:
    """The two problems; None where no run could record the cover, or it is there already."""
    if not _may_be_forced(board, key):
        return None
    is_whole = _cells_of(board) <= WHOLE_CELLS
    kept = _with_absences_kept(board if is_whole else _closed_around(board, *key[1:]), *key[1:])
    return Pricing(
        board=board,
        key=key,
        free=Problem(board=kept, request=request),
        forced=Problem(board=_with_cover(kept, key), request=request),
        is_whole=is_whole,
    )


def price(asked: Pricing, free: Solution, forced: Solution) -> Price:
    """What the forced schedule costs more than the free one; both are counted from now."""
    without, then = board_after(asked.free, free), board_after(asked.forced, forced)
    old = tier_values(asked.board, without, FILL)
    new = tier_values(asked.board, then, FILL)
    tier, by = first_worse(old, new)
    if tier is None and not _holds(without, asked.key):
        tier = TierName.CANONICAL
    is_proved = asked.is_whole and all(_is_proved(s, tier) for s in (free, forced))
    same = {(c.staff_id, c.date) for c in cell_changes(without, then)}
    return Price(
        tier=tier,
        by=by,
        cells=tuple(c for c in cell_changes(asked.board, then) if (c.staff_id, c.date) in same),
        is_proved=is_proved,
        reason=price_reason(asked.board, *asked.key, tier, by, is_proved=is_proved),
    )


def price_of(board: Board, key: CoverKey, request: GenerationRequest) -> Price | None:
    """The price, searched in this process."""
    asked = pricing(board, key, request)
    return None if asked is None else price(asked, solve(asked.free), solve(asked.forced))


def _is_proved(solution: Solution, last: TierName | None) -> bool:
    """Whether all tiers up to the one that decides are proved; canonical order needs no proof."""
    for tier in solution.tiers:
        if tier.name is TierName.CANONICAL:
            continue
        if tier.bound is None or tier.value > tier.bound:
            return False
        if tier.name is last:
            break
    return True


def _holds(board: Board, key: CoverKey) -> bool:
    staff_id, group_id, day = key
    return any(c.staff_id == staff_id for c in board.covers_by_need.get((group_id, day), ()))


def _may_be_forced(board: Board, key: CoverKey) -> bool:
    staff_id, group_id, day = key
    person = board.people[staff_id]
    kept = [c for c in board.covers if c.date == day and is_kept(board, c)]
    filled = [c for c in kept if c.group_id == group_id and is_counting(board, c)]
    mine = [c for c in kept if c.staff_id == staff_id]
    is_lent = bool(board.groups_of.get((staff_id, day)))
    return (
        board.rest_type is not None
        and not is_frozen(board, day)
        and not _holds(board, key)
        and len(filled) < need(board, group_id, day)
        and len(mine) < person.maximum_groups_per_day
        and (board.restaurant.borrowing or not is_lent)
        and not facts_against(board, staff_id, group_id, day, FILL)
    )


# Both problems


def _cells_of(board: Board) -> int:
    return sum(bool(days) for days in board.open_days_of.values()) * len(board.days)


def _closed_around(board: Board, group_id: GroupId, day: date) -> Board:
    """All pinned but that day and the week around it of the backups; cells not set stay open."""
    backups = {a.staff_id for a in board.assignments_of_group.get(group_id, ())}

    def is_open(staff_id: StaffId, on: date) -> bool:
        return on == day or (staff_id in backups and abs(on - day) <= REACH)

    return replace(
        board,
        shifts=tuple(
            s if is_open(s.staff_id, s.date) else replace(s, pinned=True) for s in board.shifts
        ),
        covers=tuple(
            c if is_open(c.staff_id, c.date) else replace(c, pinned=True) for c in board.covers
        ),
    )


def _with_absences_kept(board: Board, group_id: GroupId, day: date) -> Board:
    """The need as it stands: a member's rest stays, and so does a cover that lends one away."""
    absent = set(absent_members(board, group_id, day))
    resting = {
        key
        for key, cell in board.cells.items()
        if key[1] == day and key[0] in absent and board.types[cell.shift_type].absent_for_coverage
    }
    lent = {(member, day) for member in absent} - resting
    return replace(
        board,
        shifts=_pinned(board.shifts, resting),
        covers=tuple(
            replace(c, pinned=True)
            if (c.staff_id, c.date) in lent and c.group_id != group_id
            else c
            for c in board.covers
        ),
    )


def _pinned(
    shifts: Iterable[ShiftAssignment], keys: set[tuple[StaffId, date]]
) -> tuple[ShiftAssignment, ...]:
    return tuple(replace(s, pinned=True) if (s.staff_id, s.date) in keys else s for s in shifts)


# The second one


def _with_cover(board: Board, key: CoverKey) -> Board:
    """The board with the cover pinned, in the cell that a run would give it."""
    staff_id, group_id, day = key
    cover = Cover(
        date=day,
        group_id=group_id,
        staff_id=staff_id,
        source=CoverSource.MANUAL,
        pinned=True,
        schedule_id=board.schedule.id,
    )
    covered = replace(board, covers=(*board.covers, cover))
    fact = fact_for(board, staff_id, day, FILL)
    standard = board.standard_type
    if standard is None or (fact is not None and fact.kind is not FactKind.MUST_WORK):
        return covered
    cell = board.cells.get((staff_id, day)) or ShiftAssignment(
        staff_id=staff_id,
        date=day,
        shift_type=standard.code,
        source=ShiftSource.COVER,
        schedule_id=board.schedule.id,
    )
    cells = {**board.cells, (staff_id, day): replace(cell, shift_type=standard.code)}
    return replace(covered, shifts=tuple(cells.values()))

"""The best schedule so far: its cells and covers as values, and what each tier counts in it."""

from dataclasses import dataclass, replace
from datetime import date

from domain.candidates import assignment_on
from domain.covers import Cover, CoverSource
from domain.facts import BY_HAND, is_frozen
from domain.ids import ShiftCode, StaffId
from domain.need import absent_members
from domain.runs import TierName
from domain.schedules import Board
from domain.shifts import ShiftAssignment, ShiftSource
from domain.tiers import tier_values
from solver.expressions import Values
from solver.solution import board_with
from solver.variables import CoverKey, Variables


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """`worth` is counted by the domain in the schedule itself, in the order of the tiers."""

    values: tuple[int, ...]
    shifts: tuple[ShiftAssignment, ...]
    covers: tuple[Cover, ...]
    worth: dict[TierName, int]

    def is_better_than(self, other: "Candidate") -> bool:
        return tuple(self.worth.values()) < tuple(other.worth.values())


def candidate(variables: Variables, values: Values) -> Candidate:
    """The schedule that a full assignment stands for, counted anew."""
    problem = variables.problem
    shifts = _shifts(variables, values)
    covers = _covers(variables, values, shifts)
    after = board_with(problem.board, shifts, covers)
    return Candidate(
        values=tuple(values),
        shifts=shifts,
        covers=covers,
        worth=tier_values(problem.board, after, problem.request.mode),
    )


def _shifts(variables: Variables, values: Values) -> tuple[ShiftAssignment, ...]:
    board = variables.board
    covering = {(staff_id, day) for staff_id, _, day in variables.covers_in(values)}
    covering |= {(c.staff_id, c.date) for c in variables.kept}
    cells = variables.cells_in(values)
    order = board.staff_order
    return tuple(
        _shift(variables, key, code, covers=key in covering)
        for key, code in sorted(cells.items(), key=lambda c: (c[0][1], order[c[0][0]]))
    )


def _shift(
    variables: Variables, key: tuple[StaffId, date], code: ShiftCode, *, covers: bool
) -> ShiftAssignment:
    """A person's own entry stays theirs; everything else is marked as made by the run."""
    before = variables.board.cells.get(key)
    if before is not None and before.shift_type == code:
        is_kept = before.pinned or before.source in BY_HAND or is_frozen(variables.board, key[1])
        if is_kept:
            return before
    staff_id, day = key
    working = variables.board.types[code].works
    made = ShiftAssignment(
        staff_id=staff_id,
        date=day,
        shift_type=code,
        source=ShiftSource.COVER if covers and working else ShiftSource.GENERATED,
        schedule_id=variables.board.schedule.id,
    )
    return made if before is None else replace(made, id=before.id, revision=before.revision)


def _covers(
    variables: Variables, values: Values, shifts: tuple[ShiftAssignment, ...]
) -> tuple[Cover, ...]:
    board = variables.board
    known = {(c.staff_id, c.group_id, c.date): c for c in board.covers}
    made = [_cover(variables, key, known.get(key)) for key in variables.covers_in(values)]
    found = (*variables.kept, *made)
    after = board_with(board, shifts, found)
    places = {group.id: n for n, group in enumerate(board.groups)}
    ordered = sorted(
        found,
        key=lambda c: (c.date, places.get(c.group_id, len(places)), board.staff_order[c.staff_id]),
    )
    return tuple(_with_absent_members(after, cover) for cover in ordered)


def _cover(variables: Variables, key: CoverKey, before: Cover | None) -> Cover:
    staff_id, group_id, day = key
    assignment = assignment_on(variables.board, staff_id, group_id, day)
    made = Cover(
        date=day,
        group_id=group_id,
        staff_id=staff_id,
        source=CoverSource.SOLVER,
        backup_assignment_id=None if assignment is None else assignment.id,
        priority_order=None if assignment is None else assignment.priority_order,
        rank=variables.rank(*key),
        schedule_id=variables.board.schedule.id,
    )
    return made if before is None else replace(made, id=before.id, revision=before.revision)


def _with_absent_members(after: Board, cover: Cover) -> Cover:
    """Those absent now; what is frozen, or covers a group that is no more, stays as it was."""
    if is_frozen(after, cover.date) or cover.group_id not in after.group_by_id:
        return cover
    absent = absent_members(after, cover.group_id, cover.date)
    return replace(cover, absent_member_ids=absent)

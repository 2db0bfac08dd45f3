"""The best schedule so far: its cells and covers as values, and what each tier counts in it."""

from collections.abc import Iterable
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
from solver.cells import Codes
from solver.choices import Choices, CoverKey
from solver.expressions import Values
from solver.solution import board_with
from solver.variables import Variables


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
    cells, covers = variables.cells_in(values), variables.covers_in(values)
    shifts, found = schedule(variables.choices, cells, covers)
    problem = variables.problem
    after = board_with(problem.board, shifts, found)
    return Candidate(
        values=tuple(values),
        shifts=shifts,
        covers=found,
        worth=tier_values(problem.board, after, problem.request.mode),
    )


def schedule(
    choices: Choices, cells: Codes, covers: Iterable[CoverKey]
) -> tuple[tuple[ShiftAssignment, ...], tuple[Cover, ...]]:
    """These cells and covers as they would be stored, with the covers that are kept."""
    chosen = tuple(covers)
    shifts = _shifts(choices, cells, chosen)
    return shifts, _covers(choices, chosen, shifts)


def _shifts(
    choices: Choices, cells: Codes, covers: tuple[CoverKey, ...]
) -> tuple[ShiftAssignment, ...]:
    covering = {(staff_id, day) for staff_id, _, day in covers}
    covering |= {(c.staff_id, c.date) for c in choices.kept}
    order = choices.board.staff_order
    return tuple(
        shift(choices.board, key, code, covers=key in covering)
        for key, code in sorted(cells.items(), key=lambda c: (c[0][1], order[c[0][0]]))
    )


def shift(
    board: Board, key: tuple[StaffId, date], code: ShiftCode, *, covers: bool
) -> ShiftAssignment:
    """A person's own entry stays theirs; everything else is marked as made by the run."""
    before = board.cells.get(key)
    source = ShiftSource.COVER if covers and board.types[code].works else ShiftSource.GENERATED
    if before is not None and before.shift_type == code:
        is_kept = before.pinned or before.source in BY_HAND or is_frozen(board, key[1])
        if is_kept or (before.source, before.schedule_id) == (source, board.schedule.id):
            return before
    made = ShiftAssignment(
        staff_id=key[0],
        date=key[1],
        shift_type=code,
        source=source,
        schedule_id=board.schedule.id,
    )
    return made if before is None else replace(made, id=before.id, revision=before.revision)


def _covers(
    choices: Choices, chosen: tuple[CoverKey, ...], shifts: tuple[ShiftAssignment, ...]
) -> tuple[Cover, ...]:
    board = choices.board
    made = [cover(choices, key) for key in chosen]
    found = (*choices.kept, *made)
    after = board_with(board, shifts, found)
    places = {group.id: n for n, group in enumerate(board.groups)}
    ordered = sorted(
        found,
        key=lambda c: (c.date, places.get(c.group_id, len(places)), board.staff_order[c.staff_id]),
    )
    return tuple(_with_absent_members(after, made) for made in ordered)


def cover(choices: Choices, key: CoverKey) -> Cover:
    """A cover by the run; one that was recorded already stays that row."""
    staff_id, group_id, day = key
    before = choices.recorded.get(key)
    assignment = assignment_on(choices.board, staff_id, group_id, day)
    made = Cover(
        date=day,
        group_id=group_id,
        staff_id=staff_id,
        source=CoverSource.SOLVER,
        backup_assignment_id=None if assignment is None else assignment.id,
        priority_order=None if assignment is None else assignment.priority_order,
        rank=choices.rank(*key),
        schedule_id=choices.board.schedule.id,
    )
    return made if before is None else replace(made, id=before.id, revision=before.revision)


def _with_absent_members(after: Board, cover: Cover) -> Cover:
    """Those absent now; what is frozen, or covers a group that is no more, stays as it was."""
    if is_frozen(after, cover.date) or cover.group_id not in after.group_by_id:
        return cover
    absent = absent_members(after, cover.group_id, cover.date)
    return replace(cover, absent_member_ids=absent)

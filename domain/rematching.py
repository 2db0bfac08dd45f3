"""The covers of a day chosen anew, with every cell and every pinned cover as it stands."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from domain.candidates import assignment_on, ranks_of_people
from domain.covers import Cover, CoverSource
from domain.edits import without_cover
from domain.eligibility import fits_as_it_stands
from domain.facts import is_frozen
from domain.ids import GroupId, StaffId
from domain.matching import DayMatching
from domain.need import absent_members
from domain.schedules import Board
from domain.shifts import ShiftAssignment, ShiftSource
from domain.supply import DaySupply, supply_on

Pair = tuple[StaffId, GroupId]


def rematched(board: Board, days: Collection[date]) -> Board:
    """The heaviest gaps closed first; whoever covers now goes on wherever that costs no unit.

    Members who are not lent already stay at home: lending is for a run to weigh.
    """
    for day in board.open_days:
        if day in days and not is_frozen(board, day):
            board = _rematched_on(board, day)
    return board


def _rematched_on(board: Board, day: date) -> Board:
    loose = [c for c in board.covers if c.date == day and not c.pinned]
    lent = [c for c in loose if _is_lent(board, c) and _fits(board, c.staff_id, c.group_id, day)]
    free = [c for c in loose if c not in lent]
    bare = replace(
        board,
        covers=tuple(
            replace(c, pinned=True) if c in lent else c for c in board.covers if c not in free
        ),
    )
    supply = supply_on(bare, day, _fits_from_outside)
    chosen = _chosen(bare, supply, [(c.staff_id, c.group_id) for c in free])
    return _with_covers(board, day, free, chosen)


def _is_lent(board: Board, cover: Cover) -> bool:
    homes = board.groups_of.get((cover.staff_id, cover.date), ())
    return any(home != cover.group_id for home in homes)


def _fits(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> bool:
    return group_id in board.group_by_id and fits_as_it_stands(board, staff_id, group_id, day)


def _fits_from_outside(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> bool:
    is_member = bool(board.groups_of.get((staff_id, day)))
    return not is_member and fits_as_it_stands(board, staff_id, group_id, day)


def _chosen(board: Board, supply: DaySupply, standing: list[Pair]) -> list[Pair]:
    """As many units of each group as the heaviest matching meets, by those who stand first."""
    met = Counter(g for groups in supply.matching.held.values() for g in groups)
    matching = DayMatching(
        eligible={
            group_id: _by_rank(board, group_id, supply.day, people)
            for group_id, people in supply.matching.eligible.items()
        },
        capacity=dict(supply.matching.capacity),
    )
    left = +met
    for staff_id, group_id in standing:
        held = matching.held.setdefault(staff_id, [])
        may = staff_id in matching.eligible.get(group_id, ())
        if may and left[group_id] > 0 and len(held) < matching.capacity[staff_id]:
            held.append(group_id)
            left[group_id] -= 1
    for group_id in supply.demands:
        while left[group_id] > 0 and matching.augment(group_id):
            left[group_id] -= 1
    return [(s, g) for s, groups in matching.held.items() for g in groups]


def _by_rank(
    board: Board, group_id: GroupId, day: date, people: Sequence[StaffId]
) -> list[StaffId]:
    ranks = ranks_of_people(board, group_id, day)
    return sorted(people, key=lambda s: (ranks.get(s, 0), board.staff_order[s]))


def _with_covers(board: Board, day: date, free: list[Cover], chosen: list[Pair]) -> Board:
    wanted = set(chosen)
    for cover in free:
        if (cover.staff_id, cover.group_id) not in wanted:
            board = without_cover(board, cover)
    stands = {(c.staff_id, c.group_id) for c in board.covers if c.date == day}
    added = tuple(_cover(board, *pair, day) for pair in chosen if pair not in stands)
    covering = {(staff_id, day): _covering(board, staff_id, day) for staff_id, _ in chosen}
    cells = {**board.cells, **covering}
    return board.edited(shifts=tuple(cells.values()), covers=(*board.covers, *added))


def _covering(board: Board, staff_id: StaffId, day: date) -> ShiftAssignment:
    cell = board.cells.get((staff_id, day))
    standard = board.standard_type
    if cell is not None and (standard is None or board.types[cell.shift_type].can_cover):
        return cell
    if standard is None:
        raise ValueError("nobody fits where no type covers")
    made = cell or ShiftAssignment(
        staff_id=staff_id,
        date=day,
        shift_type=standard.code,
        source=ShiftSource.COVER,
        schedule_id=board.schedule.id,
    )
    return replace(made, shift_type=standard.code, source=ShiftSource.COVER)


def _cover(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> Cover:
    assignment = assignment_on(board, staff_id, group_id, day)
    return Cover(
        date=day,
        group_id=group_id,
        staff_id=staff_id,
        source=CoverSource.SOLVER,
        backup_assignment_id=None if assignment is None else assignment.id,
        priority_order=None if assignment is None else assignment.priority_order,
        rank=ranks_of_people(board, group_id, day).get(staff_id),
        absent_member_ids=absent_members(board, group_id, day),
        schedule_id=board.schedule.id,
    )

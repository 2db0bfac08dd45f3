"""Behaviour profiles: named switches that have the same engine judge as an earlier system did."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.backups import BackupAssignment
from domain.candidates import Candidate, candidates, ranks_of_people
from domain.covers import Cover, CoverSource
from domain.eligibility import reasons_against
from domain.facts import BY_HAND, is_frozen
from domain.ids import GroupId, StaffId
from domain.limits import people_in_scope
from domain.need import absent_members, needs
from domain.questions import Setting
from domain.rules import LimitScope, LimitWindow, WorkLimit
from domain.schedules import Board
from domain.shifts import ShiftAssignment, ShiftSource
from domain.staff import StaffMember


class CoverageProfile(StrEnum):
    STANDARD = "standard"
    ORIGINAL_2025_11 = "original-2025-11"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is judged differently; the defaults change nothing."""

    every_eligible_backup_comes: bool = False
    unlimited_groups_a_day: bool = False
    ranks_matter: bool = True
    effective_dates_matter: bool = True
    unrequested_rest_gives_way: bool = False
    limits_bind_backups: bool = True
    borrowing: bool = True


PROFILES = {
    CoverageProfile.STANDARD: Profile(),
    CoverageProfile.ORIGINAL_2025_11: Profile(
        every_eligible_backup_comes=True,
        unlimited_groups_a_day=True,
        ranks_matter=False,
        effective_dates_matter=False,
        unrequested_rest_gives_way=True,
        limits_bind_backups=False,
        borrowing=False,
    ),
}


def under(board: Board, profile: Profile) -> Board:
    """The board whose ordinary judgement is what the profile says of this one; for comparison."""
    if profile == Profile():
        return board
    is_lending = board.restaurant.borrowing and profile.borrowing
    return replace(
        board,
        restaurant=replace(board.restaurant, borrowing=is_lending),
        staff=tuple(_person(board, person, profile) for person in board.staff),
        backup_assignments=tuple(_assignment(a, profile) for a in board.backup_assignments),
        shifts=tuple(_cell(board, cell, profile) for cell in board.shifts),
        work_limits=board.work_limits if profile.limits_bind_backups else _limits_of_others(board),
    )


def all_called(board: Board, profile: Profile) -> Board:
    """What a run left, and whoever else could come to a need, beside those who already do."""
    if not profile.every_eligible_backup_comes:
        return board
    for group_id, day in needs(board):
        for candidate in candidates(board, group_id, day):
            if _could_come(board, candidate.staff_id, group_id, day):
                board = _with_cover(board, candidate, group_id, day)
    return board


def told_by(board: Board, judged: Board, after: Board) -> Board:
    """What came of a board under a profile, as cells and covers of the board itself.

    Cells that keep their type are its own again, and covers have the order and rank of there.
    """
    if judged is board:
        return after
    own = board.cells
    cells = {
        key: own[key] if key in own and own[key].shift_type == cell.shift_type else cell
        for key, cell in after.cells.items()
    }
    stood = {_key(cover): cover for cover in board.covers}
    covers = tuple(stood.get(_key(cover)) or _told(board, cover) for cover in after.covers)
    return board.edited(shifts=tuple(cells.values()), covers=covers)


def _key(cover: Cover) -> tuple[date, GroupId, StaffId]:
    return cover.date, cover.group_id, cover.staff_id


def _told(board: Board, cover: Cover) -> Cover:
    known = {a.id: a.priority_order for a in board.backup_assignments}
    assigned = cover.backup_assignment_id
    return replace(
        cover,
        priority_order=None if assigned is None else known.get(assigned),
        rank=ranks_of_people(board, cover.group_id, cover.date).get(cover.staff_id),
    )


def _could_come(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> bool:
    held = board.covers_by_need.get((group_id, day), ())
    if is_frozen(board, day) or any(cover.staff_id == staff_id for cover in held):
        return False
    return not reasons_against(board, staff_id, group_id, day, Setting.IN_RUN)


def _with_cover(board: Board, candidate: Candidate, group_id: GroupId, day: date) -> Board:
    assignment, key = candidate.assignment, (candidate.staff_id, day)
    cover = Cover(
        date=day,
        group_id=group_id,
        staff_id=candidate.staff_id,
        source=CoverSource.SOLVER,
        backup_assignment_id=None if assignment is None else assignment.id,
        priority_order=None if assignment is None else assignment.priority_order,
        rank=candidate.rank,
        absent_member_ids=absent_members(board, group_id, day),
    )
    covers, cell = (*board.covers, cover), board.cells.get(key)
    if board.standard_type is None or (cell and board.types[cell.shift_type].can_cover):
        return board.edited(covers=covers)
    code = board.standard_type.code
    called = ShiftAssignment(staff_id=key[0], date=day, shift_type=code, source=ShiftSource.COVER)
    others = tuple(shift for shift in board.shifts if (shift.staff_id, shift.date) != key)
    return board.edited(shifts=(*others, called), covers=covers)


def _person(board: Board, person: StaffMember, profile: Profile) -> StaffMember:
    if not profile.unlimited_groups_a_day:
        return person
    return replace(person, maximum_groups_per_day=max(1, len(board.groups)))


def _assignment(assignment: BackupAssignment, profile: Profile) -> BackupAssignment:
    if not profile.ranks_matter:
        assignment = replace(assignment, priority_order=1)
    if not profile.effective_dates_matter:
        assignment = replace(assignment, effective_from=None, effective_until=None)
    return assignment


def _cell(board: Board, cell: ShiftAssignment, profile: Profile) -> ShiftAssignment:
    if not profile.unrequested_rest_gives_way or cell.pinned or cell.source not in BY_HAND:
        return cell
    is_promised = (cell.staff_id, cell.date) in board.requested_days_off
    if is_promised or board.types[cell.shift_type].works or cell.staff_id not in _backups(board):
        return cell
    return replace(cell, source=ShiftSource.GENERATED)


def _backups(board: Board) -> frozenset[StaffId]:
    return frozenset(a.staff_id for a in board.backup_assignments)


def _limits_of_others(board: Board) -> tuple[WorkLimit, ...]:
    """Limits that count people one by one, without the backups; a limit of a day binds nobody."""
    kept = (_without_backups(board, limit) for limit in board.work_limits)
    return tuple(limit for limit in kept if limit is not None)


def _without_backups(board: Board, limit: WorkLimit) -> WorkLimit | None:
    if limit.window is LimitWindow.DAY:
        return limit
    backups = _backups(board)
    others = tuple(p.id for p in people_in_scope(board, limit) if p.id not in backups)
    if not others:
        return None
    return replace(
        limit,
        scope=LimitScope.STAFF,
        target_employment_types=(),
        target_group_ids=(),
        target_staff_ids=others,
    )

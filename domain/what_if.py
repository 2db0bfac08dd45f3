"""Hypothetical facts laid over a board; nothing here is ever written."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from domain.backups import BackupAssignment, admit
from domain.edits import ShiftDraft, apply_shifts
from domain.ids import BackupAssignmentId, GroupId, MembershipId, RequestId, StaffId
from domain.need import absence_type
from domain.periods import EffectivePeriod
from domain.refusals import Refusal, ValidationRefusal, not_found
from domain.rules import DayOffRequest, RequestState
from domain.schedules import Board
from domain.staff import GroupMembership

MOST_CHANGES = 500
StaffDay = tuple[StaffId, date]
Path = tuple[str, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentChange:
    """A new assignment, or with an `id` that one as it would be; a new one names whom and what.

    Fields that are None keep what stands; `dates` replaces both ends together.
    """

    id: BackupAssignmentId | None = None
    staff_id: StaffId | None = None
    group_id: GroupId | None = None
    priority_order: int | None = None
    dates: EffectivePeriod | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipChange:
    """From when to when somebody would belong to a group, in place of what stands; None: never."""

    staff_id: StaffId
    group_id: GroupId
    dates: EffectivePeriod | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What somebody supposes. An absence releases even pinned covers: nobody asked the sick."""

    absences: tuple[StaffDay, ...] = ()
    requests: tuple[StaffDay, ...] = ()
    shifts: tuple[ShiftDraft, ...] = ()
    assignments: tuple[AssignmentChange, ...] = ()
    memberships: tuple[MembershipChange, ...] = ()


def overlay(board: Board, changes: Changes) -> Board:
    """The board as if all this were so; raises a refusal whose path leads into `changes`."""
    _require_few(changes)
    board = _each(board, changes.memberships, "memberships", _with_membership)
    board = _each(board, changes.assignments, "assignments", _with_assignment)
    board = _each(board, changes.requests, "requests", _with_request)
    board = _with_absences(board, changes.absences)
    if not changes.shifts:
        return board
    _require_apart(changes)
    with _told_at("changes"):
        return apply_shifts(board, changes.shifts).after


def touched_days(board: Board, changes: Changes) -> frozenset[date]:
    """The days of the schedule on which any of this could make a difference."""
    days = {day for _, day in (*changes.absences, *changes.requests)}
    days |= {draft.date for draft in changes.shifts}
    if changes.assignments or changes.memberships:
        days |= set(board.days)
    return frozenset(days) & frozenset(board.days)


def _require_few(changes: Changes) -> None:
    parts: tuple[Sequence[object], ...] = (
        changes.absences,
        changes.requests,
        changes.shifts,
        changes.assignments,
        changes.memberships,
    )
    if sum(map(len, parts)) > MOST_CHANGES:
        raise ValidationRefusal(
            code="TOO_MANY_CHANGES",
            message=f"changes holds more than {MOST_CHANGES} entries; ask in parts.",
            path=("changes",),
        )


def _require_apart(changes: Changes) -> None:
    absent = set(changes.absences)
    for place, draft in enumerate(changes.shifts):
        if (draft.staff_id, draft.date) in absent:
            raise ValidationRefusal(
                code="DUPLICATE",
                message="shifts names a cell that absences names too; name it once.",
                path=("changes", "shifts", str(place)),
            )


def _each(
    board: Board, parts: Iterable[T], name: str, lay: Callable[[Board, T, Path], Board]
) -> Board:
    for place, part in enumerate(parts):
        board = lay(board, part, ("changes", name, str(place)))
    return board


@contextmanager
def _told_at(*path: str) -> Iterator[None]:
    """Refusals of what is called inside lead on from this place of the changes."""
    try:
        yield
    except Refusal as refusal:
        refusal.path = (*path, *refusal.path)
        raise


def _require_person(board: Board, staff_id: StaffId, path: Path) -> None:
    if staff_id not in board.people:
        raise not_found("staff member", (*path, "staffId"))


def _require_dates(dates: EffectivePeriod, path: Path) -> None:
    first, last = dates.effective_from, dates.effective_until
    if first is not None and last is not None and first > last:
        raise ValidationRefusal(
            code="FROM_AFTER_UNTIL",
            message=f"effectiveFrom {first} is after effectiveUntil {last}; swap or correct them.",
            path=(*path, "effectiveFrom"),
        )


# Settings


def _with_membership(board: Board, change: MembershipChange, path: Path) -> Board:
    _require_person(board, change.staff_id, path)
    if change.group_id not in board.group_by_id:
        raise not_found("group", (*path, "groupId"))
    pair = (change.staff_id, change.group_id)
    others = tuple(m for m in board.memberships if (m.staff_id, m.group_id) != pair)
    if change.dates is None:
        return replace(board, memberships=others)
    _require_dates(change.dates, path)
    made = GroupMembership(
        id=MembershipId(1 + max((m.id for m in board.memberships), default=0)),
        group_id=change.group_id,
        staff_id=change.staff_id,
        effective_from=change.dates.effective_from,
        effective_until=change.dates.effective_until,
    )
    return replace(board, memberships=(*others, made))


def _with_assignment(board: Board, change: AssignmentChange, path: Path) -> Board:
    stood = _standing(board, change, path)
    draft = _draft(board, change, path) if stood is None else stood
    dates = change.dates or draft.period
    order = draft.priority_order if change.priority_order is None else change.priority_order
    draft = replace(
        draft,
        priority_order=order,
        effective_from=dates.effective_from,
        effective_until=dates.effective_until,
        is_active=change.is_active,
    )
    others = tuple(a for a in board.backup_assignments if a.id != draft.id)
    with _told_at(*path):
        admit(
            draft,
            board.group_by_id[draft.group_id],
            is_member=stood is None and _is_member(board, draft),
            existing=others,
        )
    if not draft.is_active:
        return replace(board, backup_assignments=others)
    if stood is None:
        return replace(board, backup_assignments=(*others, draft))
    kept = tuple(draft if a is stood else a for a in board.backup_assignments)
    return replace(board, backup_assignments=kept)


def _standing(board: Board, change: AssignmentChange, path: Path) -> BackupAssignment | None:
    if change.id is None:
        return None
    found = next((a for a in board.backup_assignments if a.id == change.id), None)
    if found is None or found.group_id not in board.group_by_id:
        raise not_found("backup assignment", (*path, "id"))
    return found


def _draft(board: Board, change: AssignmentChange, path: Path) -> BackupAssignment:
    """A new assignment, asked after all others of its group unless it says when."""
    if change.staff_id is None or change.staff_id not in board.people:
        raise not_found("staff member", (*path, "staffId"))
    if change.group_id is None or change.group_id not in board.group_by_id:
        raise not_found("group", (*path, "groupId"))
    standing = board.assignments_of_group.get(change.group_id, ())
    return BackupAssignment(
        id=BackupAssignmentId(1 + max((a.id for a in board.backup_assignments), default=0)),
        restaurant_id=board.restaurant.id,
        configuration_id=board.configuration.id,
        staff_id=change.staff_id,
        group_id=change.group_id,
        priority_order=1 + max((a.priority_order for a in standing), default=0),
    )


def _is_member(board: Board, draft: BackupAssignment) -> bool:
    """Whether the backup belongs to the group on the first day on which they could cover."""
    first = max(board.schedule.start, draft.effective_from or board.schedule.start)
    if draft.effective_until is not None and draft.effective_until < first:
        return False
    return draft.staff_id in board.members(draft.group_id, first)


# Days


def _require_day(board: Board, day: StaffDay, path: Path) -> None:
    staff_id, on = day
    _require_person(board, staff_id, path)
    start, end = board.schedule.start, board.schedule.end
    if not start <= on <= end:
        raise ValidationRefusal(
            code="DATE_OUTSIDE_SCHEDULE",
            message=f"date {on} is outside the schedule from {start} to {end}.",
            path=(*path, "date"),
        )
    if not board.people[staff_id].is_employed_on(on):
        name = board.people[staff_id].name
        raise ValidationRefusal(
            code="NOT_EMPLOYED",
            message=f"{name} is not employed on {on}; choose another date.",
            path=(*path, "date"),
        )


def _with_request(board: Board, day: StaffDay, path: Path) -> Board:
    _require_day(board, day, path)
    if day in board.requested_days_off:
        return board
    made = DayOffRequest(
        id=RequestId(1 + max((r.id for r in board.day_off_requests), default=0)),
        restaurant_id=board.restaurant.id,
        staff_id=day[0],
        date=day[1],
        state=RequestState.APPROVED,
    )
    return replace(board, day_off_requests=(*board.day_off_requests, made))


def absence(board: Board, day: StaffDay) -> ShiftDraft:
    """The edit of the cell that an absence is."""
    code = absence_type(board)
    if code is None:
        raise ValidationRefusal(
            code="NO_ABSENT_TYPE",
            message="No shift type is an absence; without one nobody can be absent.",
            path=("changes", "absences"),
        )
    return ShiftDraft(staff_id=day[0], date=day[1], shift_type=code, pinned=True)


def _with_absences(board: Board, absences: tuple[StaffDay, ...]) -> Board:
    if not absences:
        return board
    for place, day in enumerate(absences):
        _require_day(board, day, ("changes", "absences", str(place)))
    days = dict.fromkeys(absences)
    held = tuple(c for c in board.covers if not (c.pinned and (c.staff_id, c.date) in days))
    freed = board if len(held) == len(board.covers) else replace(board, covers=held)
    return apply_shifts(freed, [absence(board, day) for day in days]).after

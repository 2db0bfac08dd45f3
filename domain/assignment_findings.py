"""Findings about standing rules: single assignments, pairs of them, and groups."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from domain.backups import BackupAssignment
from domain.findings import About, Conflict, Severity, finding
from domain.ids import GroupId, StaffId
from domain.periods import EffectivePeriod, days_between
from domain.schedules import Board
from domain.staff import CoverageMode, StaffGroup, StaffMember


def assignment_findings(board: Board) -> Iterator[Conflict]:
    """Everything that is odd about one assignment or two of the same pair."""
    for assignment in board.backup_assignments:
        if assignment.group_id in board.group_by_id:
            yield from _of_one(board, assignment)
    for one, other in combinations(board.backup_assignments, 2):
        if (one.staff_id, one.group_id) == (other.staff_id, other.group_id):
            yield from _of_pair(board, one, other)


def _about(assignment: BackupAssignment) -> About:
    return About(
        staff_id=assignment.staff_id,
        group_id=assignment.group_id,
        backup_assignment_id=assignment.id,
    )


def _of_one(board: Board, assignment: BackupAssignment) -> Iterator[Conflict]:
    yield from _self_group(board, assignment)
    yield from _period_findings(board, assignment)
    yield from _employment_findings(board, assignment)


def _self_group(board: Board, assignment: BackupAssignment) -> Iterator[Conflict]:
    """What was over when the board's dates begin is history."""
    start, until = board.schedule.start, assignment.effective_until
    first = max(start, assignment.effective_from or start)
    ahead = EffectivePeriod(effective_from=first, effective_until=until)
    joined = (until is None or until >= first) and any(
        m.staff_id == assignment.staff_id
        and m.group_id == assignment.group_id
        and m.period.overlaps(ahead)
        for m in board.memberships
    )
    if joined:
        name, group = _names(board, assignment)
        yield finding(
            "SELF_GROUP",
            Severity.ERROR,
            _about(assignment),
            f"{name} backs {group} and is a member of it.",
            fix=f"Delete the assignment, or take {name} out of {group}.",
        )


def _names(board: Board, assignment: BackupAssignment) -> tuple[str, str]:
    return board.people[assignment.staff_id].name, board.group_by_id[assignment.group_id].name


def _employment(person: StaffMember) -> EffectivePeriod:
    return EffectivePeriod(
        effective_from=person.employed_from, effective_until=person.employed_until
    )


def _period_findings(board: Board, assignment: BackupAssignment) -> Iterator[Conflict]:
    name, group = _names(board, assignment)
    until = assignment.effective_until
    if not _employment(board.people[assignment.staff_id]).overlaps(assignment.period):
        yield finding(
            "NEVER_EFFECTIVE",
            Severity.WARNING,
            _about(assignment),
            f"{name} is not employed on any day on which the assignment to {group} is effective.",
            fix="Change the effective dates, or delete the assignment.",
        )
    if until is not None and until < board.today:
        yield finding(
            "EXPIRED",
            Severity.INFO,
            _about(assignment),
            f"The assignment of {name} to {group} ended on {until}.",
            fix="Delete it, or give it a later effectiveUntil.",
        )
    if _is_on_closed_days_only(board, assignment.period):
        yield finding(
            "CLOSURE_IRRELEVANT",
            Severity.INFO,
            _about(assignment),
            f"The assignment of {name} to {group} is effective on closed days only.",
            fix="Change the effective dates, or delete the assignment.",
        )


def _is_on_closed_days_only(board: Board, period: EffectivePeriod) -> bool:
    first, last = period.effective_from, period.effective_until
    if first is None or last is None or (last - first).days >= len(board.closed_days):
        return False
    return all(day in board.closed_days for day in days_between(first, last))


def _employment_findings(board: Board, assignment: BackupAssignment) -> Iterator[Conflict]:
    person = board.people[assignment.staff_id]
    name, group = _names(board, assignment)
    if not person.is_active:
        yield finding(
            "STAFF_INACTIVE",
            Severity.WARNING,
            _about(assignment),
            f"{name}, a backup of {group}, has been deactivated.",
            fix=f"Delete the assignment, or find {group} another backup.",
        )
    if _leaves_inside(person.employed_until, assignment.period):
        yield finding(
            "STAFF_LEAVES_EARLY",
            Severity.WARNING,
            _about(assignment),
            f"{name} leaves on {person.employed_until}, "
            f"while the assignment to {group} still goes on.",
            fix=f"End the assignment on {person.employed_until}, and find {group} a backup.",
        )


def _leaves_inside(leaving: date | None, period: EffectivePeriod) -> bool:
    if leaving is None or not period.contains(leaving):
        return False
    return period.effective_until is None or leaving < period.effective_until


def _of_pair(board: Board, one: BackupAssignment, other: BackupAssignment) -> Iterator[Conflict]:
    if one.group_id not in board.group_by_id or not one.period.overlaps(other.period):
        return
    name, group = _names(board, one)
    is_same = one.period == other.period
    yield finding(
        "DUPLICATE" if is_same else "EFFECTIVE_PERIODS_OVERLAP",
        Severity.ERROR if is_same else Severity.WARNING,
        About(
            staff_id=one.staff_id,
            group_id=one.group_id,
            backup_assignment_id=other.id,
            extra=f"with-{one.id}",
        ),
        f"{name} backs {group} twice on the same dates; the lowest priority order counts.",
        fix="Delete one of the two, or set their dates apart.",
    )


def group_findings(board: Board) -> Iterator[Conflict]:
    """Empty groups and those without a backup."""
    for group in board.groups:
        if not any(board.members(group.id, day) for day in board.days):
            yield finding(
                "GROUP_EMPTY",
                Severity.INFO,
                About(group_id=group.id),
                f"{group.name} has no active member.",
                fix=f"Add members to {group.name}, or delete the group.",
            )
        if not board.assignments_of_group[group.id]:
            yield finding(
                "GROUP_WITHOUT_BACKUP",
                Severity.WARNING if is_required(group) else Severity.INFO,
                About(group_id=group.id),
                f"{group.name} has no backup; an absence there leaves a gap.",
                fix=f"Assign a backup to {group.name}.",
            )


def is_required(group: StaffGroup) -> bool:
    return group.coverage_mode is CoverageMode.REQUIRED


def shared_findings(board: Board) -> Iterator[Conflict]:
    """People who back several groups."""
    groups_of: dict[StaffId, set[GroupId]] = {}
    for assignment in board.backup_assignments:
        if assignment.group_id in board.group_by_id:
            groups_of.setdefault(assignment.staff_id, set()).add(assignment.group_id)
    for staff_id, found in groups_of.items():
        if len(found) < 2:
            continue
        shared = [group for group in board.groups if group.id in found]
        alone = [g for g in shared if is_required(g) and _only_backup(board, g.id)]
        name = board.people[staff_id].name
        yield finding(
            "SHARED_BACKUP",
            Severity.WARNING if len(alone) > 1 else Severity.INFO,
            About(staff_id=staff_id),
            f"{name} backs {len(shared)} groups: {', '.join(g.name for g in shared)}.",
            fix="Assign another backup to one of them.",
        )


def _only_backup(board: Board, group_id: GroupId) -> bool:
    return len({a.staff_id for a in board.assignments_of_group[group_id]}) == 1

"""Findings about settings and dates, with or without a generated schedule."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from domain.assignment_findings import (
    assignment_findings,
    group_findings,
    is_required,
    shared_findings,
)
from domain.backups import BackupAssignment
from domain.cover_findings import findings_of_needs
from domain.coverage import Shortage, shortage_at, shortage_message
from domain.eligibility import facts_against, reasons_against
from domain.facts import facts_of, silenced
from domain.findings import About, Conflict, Severity, finding, spoken
from domain.ids import GroupId
from domain.need import missing, needs
from domain.questions import Setting
from domain.rings import ring_findings
from domain.schedules import Board, once_per_board
from domain.shifts import ShiftAssignment, ShiftSource
from domain.supply import passes_facts

SEVERITIES = tuple(Severity)
DAY_CODES = {
    "BACKUP_ABSENT": "BACKUP_ABSENT",
    "OTHER_SHIFT": "BACKUP_PINNED_ELSEWHERE",
    "HOLIDAY_BLOCKED": "HOLIDAY_BLOCKED",
    "SHIFT_NOT_ALLOWED": "SHIFT_NOT_ALLOWED",
    "LIMIT_REACHED": "LIMIT_WOULD_BREAK",
}


@once_per_board
def conflicts(board: Board) -> tuple[Conflict, ...]:
    """Every finding, errors first, then by code and key.

    Days of need are foreseen: requests and calendar rules count as the next run will keep them.
    """
    ahead = foreseen(board)
    found = [
        *assignment_findings(board),
        *group_findings(board),
        *shared_findings(board),
        *ring_findings(board),
        *silenced(board),
        *findings_of_needs(ahead),
        *_backup_days(ahead),
        *_days_without_backup(ahead),
        *_shortages(ahead),
    ]
    return tuple(sorted(found, key=lambda c: (SEVERITIES.index(c.severity), c.code, c.key)))


def conflicts_of(board: Board, assignment: BackupAssignment) -> tuple[Conflict, ...]:
    """The findings that one assignment of the board has a part in."""
    return tuple(c for c in conflicts(board) if _is_about(c, assignment))


def _is_about(conflict: Conflict, assignment: BackupAssignment) -> bool:
    if conflict.backup_assignment_id is not None:
        return conflict.backup_assignment_id == assignment.id
    if conflict.group_ids:
        return assignment.group_id in conflict.group_ids
    if conflict.staff_id is not None and conflict.staff_id != assignment.staff_id:
        return False
    return conflict.group_id in (None, assignment.group_id)


def foreseen(board: Board) -> Board:
    """The board with every cell as the facts decide it."""
    cells = dict(board.cells)
    for key, fact in facts_of(board).items():
        cell = cells.get(key)
        if fact.shift_type is None or (cell is not None and cell.shift_type == fact.shift_type):
            continue
        cells[key] = ShiftAssignment(
            staff_id=key[0],
            date=key[1],
            shift_type=fact.shift_type,
            source=ShiftSource.GENERATED,
        )
    return replace(board, shifts=tuple(cells.values()))


def _days_of(board: Board, keep: Callable[[GroupId, date], bool]) -> dict[GroupId, list[date]]:
    days: dict[GroupId, list[date]] = {}
    for group_id, day in needs(board):
        if keep(group_id, day):
            days.setdefault(group_id, []).append(day)
    return days


def _backup_days(board: Board) -> Iterator[Conflict]:
    days_of_need = _days_of(board, lambda _group, _day: True)
    for assignment in board.backup_assignments:
        found: dict[str, list[date]] = {}
        words: dict[str, str] = {}
        for day in days_of_need.get(assignment.group_id, ()):
            for code, message in _day_findings(board, assignment, day):
                found.setdefault(code, []).append(day)
                words.setdefault(code, message)
        for code, days in found.items():
            yield _backup_day(board, assignment, code, tuple(days), words[code])


def _day_findings(
    board: Board, assignment: BackupAssignment, day: date
) -> Iterator[tuple[str, str]]:
    if not assignment.is_in_force_on(day):
        return
    staff_id, group_id = assignment.staff_id, assignment.group_id
    reasons = facts_against(board, staff_id, group_id, day)
    if not reasons and missing(board, group_id, day) > 0:
        reasons = reasons_against(board, staff_id, group_id, day, Setting.IN_RUN)
    for reason in reasons:
        if reason.code in DAY_CODES:
            yield DAY_CODES[reason.code], reason.message


def _backup_day(
    board: Board, assignment: BackupAssignment, code: str, days: tuple[date, ...], why: str
) -> Conflict:
    name = board.people[assignment.staff_id].name
    group = board.group_by_id[assignment.group_id].name
    about = About(
        staff_id=assignment.staff_id,
        group_id=assignment.group_id,
        backup_assignment_id=assignment.id,
    )
    return finding(
        code,
        Severity.WARNING,
        about,
        f"{group} needs somebody on {spoken(days)}, when {name} cannot come: {why}",
        fix=f"Agree on another day with {name}, or assign {group} another backup.",
        dates=days,
    )


def _days_without_backup(board: Board) -> Iterator[Conflict]:
    def nobody_passes(group_id: GroupId, day: date) -> bool:
        backups = {a.staff_id for a in board.assignments_of_group[group_id]}
        if not backups or missing(board, group_id, day) == 0:
            return False
        return not any(passes_facts(board, s, group_id, day) for s in backups)

    for group_id, days in _days_of(board, nobody_passes).items():
        group = board.group_by_id[group_id]
        yield finding(
            "ALL_BACKUPS_ABSENT",
            Severity.ERROR if is_required(group) else Severity.WARNING,
            About(group_id=group_id),
            f"No backup of {group.name} can come on {spoken(tuple(days))}.",
            fix=f"Assign {group.name} another backup, or move the day off of a member.",
            dates=tuple(days),
        )


def _shortages(board: Board) -> Iterator[Conflict]:
    days: dict[Shortage, list[date]] = {}
    for group_id, day in needs(board):
        shortage = shortage_at(board, group_id, day)
        if shortage is not None and day not in days.setdefault(shortage, []):
            days[shortage].append(day)
    for shortage, found in days.items():
        groups = [board.group_by_id[g] for g in shortage[0]]
        yield finding(
            "DEMAND_EXCEEDS_SUPPLY",
            Severity.ERROR if any(is_required(g) for g in groups) else Severity.WARNING,
            About(
                group_id=groups[0].id if len(groups) == 1 else None,
                group_ids=shortage[0],
                extra="-".join(map(str, (*shortage[0], "by", *shortage[1]))),
            ),
            shortage_message(board, shortage, found),
            fix="Assign another backup to one of these groups, or move a day off.",
            dates=tuple(found),
        )

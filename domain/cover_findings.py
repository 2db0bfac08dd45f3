"""Findings about the cells, needs and covers of a schedule."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.candidates import assignment_on, assignments_of, candidates
from domain.covers import Cover, Reason
from domain.eligibility import reasons_against
from domain.facts import silenced
from domain.findings import About, Conflict, Severity, finding, spoken
from domain.ids import GroupId, StaffId
from domain.kept import once_per_cell, once_per_day, once_per_row
from domain.lending import NOTHING, opened_at
from domain.need import absent_members, counting_covers, missing, need
from domain.questions import Setting
from domain.schedules import Board, once_per_board
from domain.staff import CoverageMode

JUDGED_APART = (
    "ASSIGNMENT_NOT_ACTIVE",
    "OUTSIDE_EFFECTIVE_PERIOD",
    "LIMIT_REACHED",
    "USED_FOR_GROUP",
    "NEEDED_AT_HOME",
)


@once_per_board
def board_findings(board: Board) -> tuple[Conflict, ...]:
    """Every finding that speaks of what the schedule holds."""
    return (*silenced(board), *findings_of_needs(board))


def findings_of_needs(board: Board) -> tuple[Conflict, ...]:
    """The same without facts that are not kept."""
    return (
        *_all_absent(board),
        *_covers_without_need(board),
        *_covers_at_fault(board),
        *_homes_stripped(board),
        *_outside_employment(board),
        *_types_not_allowed(board),
    )


def _all_absent(board: Board) -> Iterator[Conflict]:
    absent = {day: _groups_all_absent(board, day) for day in board.open_days}
    for group in board.groups:
        days = tuple(day for day, groups in absent.items() if group.id in groups)
        if days:
            yield finding(
                "GROUP_ALL_ABSENT",
                Severity.WARNING,
                About(group_id=group.id),
                f"Every member of {group.name} is absent on {spoken(days)}.",
                fix="Move the day off of one of them, or ask a backup to come.",
                dates=days,
            )


@once_per_day
def _groups_all_absent(board: Board, day: date) -> frozenset[GroupId]:
    return frozenset(
        group.id
        for group in board.groups
        if (members := board.members(group.id, day))
        and len(absent_members(board, group.id, day)) == len(members)
    )


def _covers_without_need(board: Board) -> Iterator[Conflict]:
    days: dict[GroupId, list[date]] = {}
    for day in sorted(board.covers_by_day):
        for group_id in _covered_without_need(board, day):
            days.setdefault(group_id, []).append(day)
    for group_id, found in days.items():
        name = _group_name(board, group_id)
        yield finding(
            "COVER_WITHOUT_NEED",
            Severity.WARNING,
            About(group_id=group_id),
            f"More people cover {name} than it needs on {spoken(tuple(found))}.",
            fix="Release the covers that are not needed.",
            dates=tuple(found),
        )


@once_per_day
def _covered_without_need(board: Board, day: date) -> tuple[GroupId, ...]:
    groups = dict.fromkeys(cover.group_id for cover in board.covers_by_day[day])
    needs = {group_id: need(board, group_id, day) for group_id in groups}
    return tuple(
        group_id
        for group_id, needed in needs.items()
        if needed == 0 or len(counting_covers(board, group_id, day)) > needed
    )


def _group_name(board: Board, group_id: GroupId) -> str:
    group = board.group_by_id.get(group_id)
    return "a deleted group" if group is None else group.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why somebody may not cover a group; `cause` is the code of the test, if one says it."""

    code: str
    cause: str
    staff_id: StaffId
    group_id: GroupId


_FAULTS: dict[str, tuple[Severity, str, str]] = {
    "COVER_BY_UNASSIGNED": (
        Severity.WARNING,
        "{name} covers {group} on {dates} and is none of its backups.",
        "Make {name} a backup of {group}, or release the cover.",
    ),
    "COVER_OUTSIDE_EFFECTIVE_PERIOD": (
        Severity.ERROR,
        "{name} covers {group} on {dates}, outside the dates of the backup assignment.",
        "Change the dates of the assignment, or generate again to replace {name}{by}.",
    ),
    "COVER_NOT_ELIGIBLE": (
        Severity.ERROR,
        "{name} covers {group} on {dates} and may not: {why}",
        "Generate again to replace {name}{by}, or release the cover.",
    ),
}


def _covers_at_fault(board: Board) -> Iterator[Conflict]:
    """One finding for each holder, group and cause; a cause is the first test that fails."""
    days: dict[Fault, list[date]] = {}
    words: dict[Fault, str] = {}
    for cover in sorted(board.covers, key=lambda c: c.date):
        for code, cause, why in _faults_of(board, cover.staff_id, cover.date, cover.group_id):
            fault = Fault(code=code, cause=cause, staff_id=cover.staff_id, group_id=cover.group_id)
            days.setdefault(fault, []).append(cover.date)
            words.setdefault(fault, why)
    for fault, found in days.items():
        yield _fault(board, fault, tuple(found), words[fault])


def _fault(board: Board, fault: Fault, dates: tuple[date, ...], why: str) -> Conflict:
    severity, message, fix = _FAULTS[fault.code]
    name, group = board.people[fault.staff_id].name, _group_name(board, fault.group_id)
    said = message.format(name=name, group=group, dates=spoken(dates), why=why)
    by = _replacement(board, fault.group_id, dates[0])
    return finding(
        fault.code,
        severity,
        About(staff_id=fault.staff_id, group_id=fault.group_id, extra=fault.cause),
        said,
        fix=fix.format(name=name, group=group, by=by),
        dates=dates,
    )


def _replacement(board: Board, group_id: GroupId, day: date) -> str:
    """Who is next in line and could come, in words; nothing where nobody could."""
    holders = {c.staff_id for c in board.covers_by_need.get((group_id, day), ())}
    able = (
        board.people[candidate.staff_id].name
        for candidate in candidates(board, group_id, day)
        if candidate.rank is not None
        and candidate.staff_id not in holders
        and not reasons_against(board, candidate.staff_id, group_id, day, Setting.IN_RUN)
    )
    found = next(able, None)
    return "" if found is None else f" by {found}"


@once_per_cell
def _faults_of(
    board: Board, staff_id: StaffId, day: date, group_id: GroupId
) -> tuple[tuple[str, str, str], ...]:
    """Codes, causes and reasons; a published cover of the past keeps the facts of its time."""
    is_past = day < board.today and board.is_published_on(day)
    if is_past or group_id not in board.group_by_id:
        return ()
    found: list[tuple[str, str, str]] = []
    if not assignments_of(board, staff_id, group_id):
        found.append(("COVER_BY_UNASSIGNED", "", ""))
    elif assignment_on(board, staff_id, group_id, day) is None:
        found.append(("COVER_OUTSIDE_EFFECTIVE_PERIOD", "", ""))
    failing = facts_failing(board, staff_id, day, group_id)
    if failing:
        found.append(("COVER_NOT_ELIGIBLE", failing[0].code, failing[0].message))
    return tuple(found)


def facts_failing(board: Board, staff_id: StaffId, day: date, group_id: GroupId) -> list[Reason]:
    """The tests E3 to E9 that the holder of a cover fails as the board stands.

    A closed day is told as a cover without need.
    """
    failing = reasons_against(board, staff_id, group_id, day, Setting.AS_IT_STANDS)
    return [r for r in failing if r.code not in (*JUDGED_APART, "DAY_CLOSED")]


def _homes_stripped(board: Board) -> Iterator[Conflict]:
    days: dict[tuple[StaffId, GroupId], list[date]] = {}
    for cover in sorted(board.covers, key=lambda c: c.date):
        for home in board.groups_of.get((cover.staff_id, cover.date), ()):
            if home != cover.group_id and _is_stripped(board, cover, home):
                days.setdefault((cover.staff_id, home), []).append(cover.date)
    for (staff_id, home), found in days.items():
        group = board.group_by_id[home]
        is_required = group.coverage_mode is CoverageMode.REQUIRED
        name, dates = board.people[staff_id].name, tuple(found)
        yield finding(
            "HOME_GROUP_STRIPPED",
            Severity.ERROR if is_required else Severity.WARNING,
            About(staff_id=staff_id, group_id=home),
            f"{name} is lent on {spoken(dates)}, and {group.name} has a gap for it.",
            fix=f"Keep {name} in {group.name}, or find {group.name} a backup.",
            dates=dates,
        )


def _is_stripped(board: Board, cover: Cover, home: GroupId) -> bool:
    if cover.date in board.closed_days or missing(board, home, cover.date) == 0:
        return False
    opened = opened_at(board, cover.staff_id, home, cover.group_id, cover.date)
    return opened > NOTHING


def _outside_employment(board: Board) -> Iterator[Conflict]:
    for staff_id in sorted(board.people):
        days = _days_outside(board, staff_id)
        if days:
            name = board.people[staff_id].name
            yield finding(
                "OUTSIDE_EMPLOYMENT",
                Severity.ERROR,
                About(staff_id=staff_id),
                f"{name} has a shift on {spoken(days)} and is not employed then.",
                fix=f"Correct the employment dates of {name}, or clear the cells.",
                dates=days,
            )


@once_per_row
def _days_outside(board: Board, staff_id: StaffId) -> tuple[date, ...]:
    person = board.people[staff_id]
    return tuple(c.date for c in board.rows.get(staff_id, ()) if not person.is_employed_on(c.date))


def _types_not_allowed(board: Board) -> Iterator[Conflict]:
    for staff_id in sorted(board.people):
        days = _days_not_allowed(board, staff_id)
        if days:
            person = board.people[staff_id]
            yield finding(
                "SHIFT_NOT_ALLOWED",
                Severity.WARNING,
                About(staff_id=staff_id, extra="cell"),
                f"{person.name} has a shift on {spoken(days)} that is not for the employment type "
                f"{person.employment_type.value}.",
                fix="Choose another shift type, or allow this one for the employment type.",
                dates=days,
            )


@once_per_row
def _days_not_allowed(board: Board, staff_id: StaffId) -> tuple[date, ...]:
    person = board.people[staff_id]
    return tuple(
        cell.date
        for cell in board.rows.get(staff_id, ())
        if person.is_employed_on(cell.date)
        and not board.types[cell.shift_type].is_allowed_for(person.employment_type)
    )

"""How well a schedule is covered, in numbers; closed days are left out."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.coverage import gaps, passes_or_covers
from domain.covers import Cover, CoverageGap
from domain.former_groups import with_former_groups
from domain.ids import GroupId, StaffId
from domain.need import counting_covers, is_provisional, missing, needs
from domain.schedules import Board, once_per_board
from domain.single_points import single_points_on
from domain.supply import slack, supplies, supply_for_slack


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFigures:
    """Rates are None where there is nothing to divide by.

    `is_provisional` says that some member's day is not decided, so that needs may still grow.
    """

    group_id: GroupId
    need_days: int
    need_units: int
    covered_units: int
    rate: float | None
    first_choice_rate: float | None
    gaps: tuple[CoverageGap, ...]
    is_provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupFigures:
    staff_id: StaffId
    covers: int
    share: float | None
    fair_share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    date: date
    slack: int | None
    single_points_of_failure: tuple[StaffId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageFigures:
    """Groups and backups in their order, one entry for each open day."""

    groups: tuple[GroupFigures, ...]
    backups: tuple[BackupFigures, ...]
    days: tuple[DayFigures, ...]


@once_per_board
def figures(board: Board) -> CoverageFigures:
    """All figures of a board; they agree with its gaps and tiers to the unit.

    Deleted groups count up to their deletion, beside what gaps and tiers count.
    """
    board = with_former_groups(board)
    return CoverageFigures(
        groups=group_figures(board), backups=_backup_figures(board), days=day_figures(board)
    )


@once_per_board
def group_figures(board: Board) -> tuple[GroupFigures, ...]:
    """How well each group is covered, in their order."""
    days: dict[GroupId, list[date]] = {group.id: [] for group in board.groups}
    for group_id, day in needs(board):
        days[group_id].append(day)
    found: dict[GroupId, list[CoverageGap]] = {group.id: [] for group in board.groups}
    for gap in gaps(board):
        found[gap.group_id].append(gap)
    return tuple(
        _figures_of(board, group.id, days[group.id], tuple(found[group.id]))
        for group in board.groups
    )


def _figures_of(
    board: Board, group_id: GroupId, days: list[date], found: tuple[CoverageGap, ...]
) -> GroupFigures:
    units = sum(needs(board)[group_id, day] for day in days)
    covered = units - sum(missing(board, group_id, day) for day in days)
    return GroupFigures(
        group_id=group_id,
        need_days=len(days),
        need_units=units,
        covered_units=covered,
        rate=ratio(covered, units),
        first_choice_rate=first_choice_rate(board, {group_id}),
        gaps=found,
        is_provisional=any(is_provisional(board, group_id, day) for day in board.open_days),
    )


def first_choice_rate(board: Board, group_ids: Collection[GroupId]) -> float | None:
    """Covers of rank 1 when recorded / covers, of these groups together."""
    covers = [cover for cover in _covers(board) if cover.group_id in group_ids]
    return ratio(sum(cover.rank == 1 for cover in covers), len(covers))


def ratio(part: int | Fraction, whole: int) -> float | None:
    """None where there is nothing to divide by."""
    return float(Fraction(part) / whole) if whole else None


@once_per_board
def _covers(board: Board) -> tuple[Cover, ...]:
    """The counting covers of open days, by day and group."""
    return tuple(
        cover
        for day in board.open_days
        for group in board.groups
        for cover in counting_covers(board, group.id, day)
    )


def _backup_figures(board: Board) -> tuple[BackupFigures, ...]:
    covers = _covers(board)
    fair = _fair_units(board)
    held = {a.staff_id for a in board.backup_assignments} | {c.staff_id for c in covers}
    return tuple(
        BackupFigures(
            staff_id=person.id,
            covers=(count := sum(c.staff_id == person.id for c in covers)),
            share=ratio(count, len(covers)),
            fair_share=ratio(fair.get(person.id, Fraction(0)), len(covers)),
        )
        for person in board.staff
        if person.id in held
    )


def _fair_units(board: Board) -> dict[StaffId, Fraction]:
    """Each cover shared equally among those who pass E1 to E9 there or in fact cover."""
    found: dict[StaffId, Fraction] = {}
    for cover in _covers(board):
        able = _able(board, cover.group_id, cover.date)
        for staff_id in able:
            found[staff_id] = found.get(staff_id, Fraction(0)) + Fraction(1, len(able))
    return found


def _able(board: Board, group_id: GroupId, day: date) -> set[StaffId]:
    holders = {cover.staff_id for cover in counting_covers(board, group_id, day)}
    assigned = {a.staff_id for a in board.assignments_of_group.get(group_id, ())}
    passing = {s for s in assigned - holders if passes_or_covers(board, s, group_id, day)}
    return holders | passing


def day_figures(board: Board) -> tuple[DayFigures, ...]:
    """Slack and single points of failure of every open day."""
    needing: dict[date, list[GroupId]] = {}
    for group_id, day in needs(board):
        needing.setdefault(day, []).append(group_id)
    return tuple(
        DayFigures(
            date=day,
            slack=slack(supply_for_slack(board, day), needing.get(day, ())),
            single_points_of_failure=single_points_on(board, supply),
        )
        for day, supply in supplies(board).items()
    )

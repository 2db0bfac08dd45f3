"""How coverage goes from schedule to schedule; the figures are those of each schedule."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from domain.covers import CoverageGap
from domain.figures import first_choice_rate, group_figures, ratio
from domain.former_groups import with_former_groups
from domain.ids import GroupId
from domain.schedules import Board, Schedule, ScheduleStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonCount:
    """`gaps` is how many gaps name the reason at least once."""

    code: str
    gaps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """One schedule; the changes are None where it or the one before has no such figure."""

    schedule: Schedule
    need_units: int
    covered_units: int
    rate: float | None
    first_choice_rate: float | None
    reasons: tuple[ReasonCount, ...]
    missing_change: int | None = None
    rate_change: float | None = None
    first_choice_change: float | None = None

    @property
    def missing_units(self) -> int:
        return self.need_units - self.covered_units


def taken(schedules: Collection[Schedule]) -> tuple[Schedule, ...]:
    """Those that count, by date, no date twice: the published, then each newest draft that fits.

    A draft that overlaps one of those is another plan for dates that are spoken for.
    """
    found: list[Schedule] = []
    for schedule in sorted(schedules, key=_claim, reverse=True):
        if not any(_overlap(schedule, other) for other in found):
            found.append(schedule)
    return tuple(sorted(found, key=lambda schedule: schedule.start))


def _claim(schedule: Schedule) -> tuple[bool, int]:
    return schedule.status is ScheduleStatus.PUBLISHED, schedule.id


def _overlap(one: Schedule, other: Schedule) -> bool:
    return one.start <= other.end and other.start <= one.end


def point(board: Board, group_id: GroupId | None = None) -> TrendPoint:
    """The coverage of a schedule, of one group or of all together, deleted ones up to their end."""
    board = with_former_groups(board)
    groups = [g for g in group_figures(board) if group_id in (None, g.group_id)]
    units = sum(group.need_units for group in groups)
    covered = sum(group.covered_units for group in groups)
    return TrendPoint(
        schedule=board.schedule,
        need_units=units,
        covered_units=covered,
        rate=ratio(covered, units),
        first_choice_rate=first_choice_rate(board, {group.group_id for group in groups}),
        reasons=_reasons([gap for group in groups for gap in group.gaps]),
    )


def _reasons(gaps: Sequence[CoverageGap]) -> tuple[ReasonCount, ...]:
    """Most frequent first, then by code."""
    counted = Counter(code for gap in gaps for code in {reason.code for reason in gap.reasons})
    in_order = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return tuple(ReasonCount(code=code, gaps=count) for code, count in in_order)


def compared(points: Sequence[TrendPoint]) -> tuple[TrendPoint, ...]:
    """Points by date, each with its difference to the one before; the first has none."""
    return (*points[:1], *(_beside(before, now) for before, now in pairwise(points)))


def _beside(before: TrendPoint, now: TrendPoint) -> TrendPoint:
    return replace(
        now,
        missing_change=now.missing_units - before.missing_units,
        rate_change=_difference(before.rate, now.rate),
        first_choice_change=_difference(before.first_choice_rate, now.first_choice_rate),
    )


def _difference(before: float | None, now: float | None) -> float | None:
    return None if before is None or now is None else now - before

"""How fast a schedule appears and how good it gets: `python -m benchmarks.solve [seconds]`.

Invented restaurants with the rules that a new restaurant starts with, a tenth of all days asked off
and every group backed by two people. Use the figures for speed and growth, never for quality.
"""

import platform
import random
import sys
import time
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version

from domain.backups import BackupAssignment
from domain.configurations import ConfigurationStatus, ConfigurationVersion, Restaurant
from domain.ids import (
    BackupAssignmentId,
    ConfigurationId,
    GroupId,
    MembershipId,
    RequestId,
    RestaurantId,
    RuleId,
    ScheduleId,
    ShiftCode,
    ShiftTypeId,
    StaffId,
)
from domain.rules import (
    DayOffRequest,
    Level,
    LimitWindow,
    StandingRule,
    StandingRuleKind,
    SuccessionRule,
    WorkLimit,
)
from domain.runs import GenerationRequest, TierName
from domain.schedules import Board, Schedule
from domain.shifts import ShiftType
from domain.staff import EmploymentType, GroupMembership, StaffGroup, StaffMember
from solver.problem import Problem
from solver.progress import Progress
from solver.search import solve

RESTAURANT = RestaurantId(1)
CONFIGURATION = ConfigurationId(1)
START = date(2025, 3, 1)
REGULAR = (EmploymentType.REGULAR,)
TYPES = (
    ("normal", "○", True, 0, False, True, ()),
    ("early", "△", True, 1, False, False, REGULAR),
    ("late", "◇", True, 0, False, False, REGULAR),
    ("off", "×", False, 2, True, False, ()),
    ("designated_off", "★", False, 2, True, False, ()),
    ("unavailable", "⊘", False, 2, True, False, ()),
)
SIZES = ((20, 31, 6), (100, 31, 20))


def shift_types() -> tuple[ShiftType, ...]:
    return tuple(
        ShiftType(
            id=ShiftTypeId(n + 1),
            restaurant_id=RESTAURANT,
            code=ShiftCode(code),
            symbol=symbol,
            name=code,
            works=works,
            rest_half_days=rest,
            absent_for_coverage=absent,
            can_cover=covers,
            position=n,
            employment_types=kept_to,
        )
        for n, (code, symbol, works, rest, absent, covers, kept_to) in enumerate(TYPES)
    )


def work_limits() -> tuple[WorkLimit, ...]:
    works = tuple(ShiftCode(t[0]) for t in TYPES if t[2])
    rests = tuple(ShiftCode(t[0]) for t in TYPES if not t[2])
    run, week = LimitWindow.CONSECUTIVE_DAYS, LimitWindow.WEEK
    rows = (
        (run, works, Level.HARD, None, 12, 10),
        (week, rests, Level.HARD, 4, None, 10),
        (week, rests, Level.SOFT, None, 4, 10),
        (run, works, Level.SOFT, None, 10, 20),
    )
    return tuple(
        WorkLimit(
            id=RuleId(n + 1),
            restaurant_id=RESTAURANT,
            configuration_id=CONFIGURATION,
            name=f"limit {n + 1}",
            window=window,
            shift_types=types,
            level=level,
            minimum_half_days=low,
            maximum_half_days=high,
            weight=weight,
        )
        for n, (window, types, level, low, high, weight) in enumerate(rows)
    )


def board(staff: int, days: int, groups: int) -> Board:
    dice = random.Random(staff)
    people = tuple(
        StaffMember(
            id=StaffId(n + 1),
            restaurant_id=RESTAURANT,
            name=f"S{n + 1}",
            employment_type=list(EmploymentType)[n % 5 // 2],
            employed_from=date(2020, 1, 1),
        )
        for n in range(staff)
    )
    members = staff * 3 // 4
    return Board(
        restaurant=Restaurant(id=RESTAURANT, name="R", time_zone="Asia/Tokyo"),
        configuration=ConfigurationVersion(
            id=CONFIGURATION,
            restaurant_id=RESTAURANT,
            number=1,
            name="1",
            status=ConfigurationStatus.ACTIVE,
        ),
        schedule=Schedule(
            id=ScheduleId(1),
            restaurant_id=RESTAURANT,
            start=START,
            end=START + timedelta(days=days - 1),
        ),
        today=START - timedelta(days=7),
        shift_types=shift_types(),
        staff=people,
        groups=tuple(
            StaffGroup(
                id=GroupId(n + 1),
                restaurant_id=RESTAURANT,
                configuration_id=CONFIGURATION,
                name=f"G{n + 1}",
                criticality=n % 5 + 1,
            )
            for n in range(groups)
        ),
        memberships=tuple(
            GroupMembership(
                id=MembershipId(n + 1), group_id=GroupId(n % groups + 1), staff_id=StaffId(n + 1)
            )
            for n in range(members)
        ),
        backup_assignments=tuple(
            BackupAssignment(
                id=BackupAssignmentId(2 * n + rank),
                restaurant_id=RESTAURANT,
                configuration_id=CONFIGURATION,
                staff_id=StaffId(members + (n + (rank - 1) * 2) % (staff - members) + 1),
                group_id=GroupId(n + 1),
                priority_order=rank,
            )
            for n in range(groups)
            for rank in (1, 2)
        ),
        work_limits=work_limits(),
        succession_rules=(
            SuccessionRule(
                id=RuleId(1),
                restaurant_id=RESTAURANT,
                configuration_id=CONFIGURATION,
                from_type=ShiftCode("late"),
                to_type=ShiftCode("early"),
                level=Level.SOFT,
                weight=30,
            ),
        ),
        standing_rules=tuple(
            StandingRule(
                id=RuleId(n + 1),
                restaurant_id=RESTAURANT,
                configuration_id=CONFIGURATION,
                kind=kind,
                weight=weight,
            )
            for n, (kind, weight) in enumerate(
                (
                    (StandingRuleKind.GROUP_ABSENT_TOGETHER, 30),
                    (StandingRuleKind.SHIFT_NOT_ASKED, 1),
                )
            )
        ),
        day_off_requests=tuple(
            DayOffRequest(
                id=RequestId(n + 1),
                restaurant_id=RESTAURANT,
                staff_id=StaffId(who + 1),
                date=START + timedelta(days=day),
            )
            for n, (who, day) in enumerate(
                sorted(dice.sample([(s, d) for s in range(staff) for d in range(days)], staff * 2))
            )
        ),
    )


@dataclass
class Watch:
    """When the first schedule stood and when it was first improved."""

    started: float
    first: float | None = None
    improved: float | None = None
    gaps_at_first: int = 0

    def __call__(self, progress: Progress) -> None:
        now = time.perf_counter() - self.started
        if self.first is None:
            self.first = now
            self.gaps_at_first = _gaps(progress)
        elif self.improved is None and _gaps(progress) < self.gaps_at_first:
            self.improved = now


def _gaps(progress: Progress) -> int:
    return next(t.value for t in progress.tiers if t.name is TierName.REQUIRED_GAPS)


def measure(staff: int, days: int, groups: int, seconds: float) -> None:
    request = GenerationRequest(time_limit_seconds=seconds)
    problem = Problem(board=board(staff, days, groups), request=request)
    watch = Watch(started=time.perf_counter())
    solution = solve(problem, watch)
    took = time.perf_counter() - watch.started
    improved = "never" if watch.improved is None else f"{watch.improved:.2f} s"
    print(f"\n{staff} staff × {days} days, {groups} groups: {solution.outcome}, {took:.1f} s")
    print(f"  full schedule after {watch.first:.2f} s, fewer gaps after {improved}")
    print(f"  gaps at first {watch.gaps_at_first}, {solution.solutions} solutions")
    for tier in solution.tiers:
        print(f"  {tier.name:16} {tier.value:>9} bound {tier.bound!s:>9} {tier.status}")


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10
    print(f"python -m benchmarks.solve {seconds:g}")
    print(f"Python {platform.python_version()}, ortools {version('ortools')}, {platform.machine()}")
    for size in SIZES:
        measure(*size, seconds)


if __name__ == "__main__":
    main()

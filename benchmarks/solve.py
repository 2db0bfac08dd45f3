"""How fast a schedule appears and how good it gets: `python benchmarks/solve.py [seconds]`.

Invented restaurants with the rules that a new restaurant starts with, one day in fifteen asked off
and two backups for each group. The figures tell speed and growth; they are no claim of quality.
"""

import platform
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version
from typing import Any

from domain.backups import BackupAssignment
from domain.configurations import ConfigurationVersion, Restaurant
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
OF_CONFIGURATION: dict[str, Any] = {
    "restaurant_id": RESTAURANT,
    "configuration_id": CONFIGURATION,
}
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


def shift_types() -> Iterator[ShiftType]:
    for n, (code, symbol, works, rest, absent, covers, kept_to) in enumerate(TYPES):
        yield ShiftType(
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


def work_limits() -> Iterator[WorkLimit]:
    works = tuple(ShiftCode(t[0]) for t in TYPES if t[2])
    rests = tuple(ShiftCode(t[0]) for t in TYPES if not t[2])
    run, week = LimitWindow.CONSECUTIVE_DAYS, LimitWindow.WEEK
    rows = (
        (run, works, Level.HARD, None, 12, 10),
        (week, rests, Level.HARD, 4, None, 10),
        (week, rests, Level.SOFT, None, 4, 10),
        (run, works, Level.SOFT, None, 10, 20),
    )
    for n, (window, types, level, low, high, weight) in enumerate(rows):
        yield WorkLimit(
            **OF_CONFIGURATION,
            id=RuleId(n + 1),
            name=f"limit {n + 1}",
            window=window,
            shift_types=types,
            level=level,
            minimum_half_days=low,
            maximum_half_days=high,
            weight=weight,
        )


def small_rules() -> dict[str, Any]:
    late_then_early = {"from_type": ShiftCode("late"), "to_type": ShiftCode("early")}
    kinds = ((StandingRuleKind.GROUP_ABSENT_TOGETHER, 30), (StandingRuleKind.SHIFT_NOT_ASKED, 1))
    succession = SuccessionRule(
        **OF_CONFIGURATION, id=RuleId(1), level=Level.SOFT, weight=30, **late_then_early
    )
    return {
        "succession_rules": (succession,),
        "standing_rules": tuple(
            StandingRule(**OF_CONFIGURATION, id=RuleId(n + 1), kind=kind, weight=weight)
            for n, (kind, weight) in enumerate(kinds)
        ),
    }


def people(staff: int) -> Iterator[StaffMember]:
    for n in range(staff):
        yield StaffMember(
            id=StaffId(n + 1),
            restaurant_id=RESTAURANT,
            name=f"S{n + 1}",
            employment_type=list(EmploymentType)[n % 5 // 2],
            employed_from=date(2020, 1, 1),
        )


def backups(groups: int, members: int, others: int) -> Iterator[BackupAssignment]:
    for n in range(groups):
        for rank in (1, 2):
            yield BackupAssignment(
                **OF_CONFIGURATION,
                id=BackupAssignmentId(2 * n + rank),
                staff_id=StaffId(members + (n + (rank - 1) * 2) % others + 1),
                group_id=GroupId(n + 1),
                priority_order=rank,
            )


def requests(staff: int, days: int) -> Iterator[DayOffRequest]:
    dice = random.Random(staff)
    cells = [(who, day) for who in range(staff) for day in range(days)]
    for n, (who, day) in enumerate(sorted(dice.sample(cells, len(cells) // 15))):
        yield DayOffRequest(
            id=RequestId(n + 1),
            restaurant_id=RESTAURANT,
            staff_id=StaffId(who + 1),
            date=START + timedelta(days=day),
        )


def board(staff: int, days: int, groups: int) -> Board:
    """Three quarters are members of a group, the others back two or three groups each."""
    members = staff * 3 // 4
    end = START + timedelta(days=days - 1)
    return Board(
        restaurant=Restaurant(id=RESTAURANT, name="R", time_zone="Asia/Tokyo"),
        configuration=ConfigurationVersion(
            id=CONFIGURATION, restaurant_id=RESTAURANT, number=1, name="1"
        ),
        schedule=Schedule(id=ScheduleId(1), restaurant_id=RESTAURANT, start=START, end=end),
        today=START - timedelta(days=7),
        shift_types=tuple(shift_types()),
        staff=tuple(people(staff)),
        groups=tuple(
            StaffGroup(
                **OF_CONFIGURATION, id=GroupId(n + 1), name=f"G{n + 1}", criticality=n % 5 + 1
            )
            for n in range(groups)
        ),
        memberships=tuple(
            GroupMembership(
                id=MembershipId(n + 1), group_id=GroupId(n % groups + 1), staff_id=StaffId(n + 1)
            )
            for n in range(members)
        ),
        backup_assignments=tuple(backups(groups, members, staff - members)),
        work_limits=tuple(work_limits()),
        day_off_requests=tuple(requests(staff, days)),
        **small_rules(),
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
    print(f"  required gaps at first {watch.gaps_at_first}, {solution.solutions} solutions")
    for tier in solution.tiers:
        share = "" if not tier.bound else f"{tier.value / tier.bound:.2f} × bound"
        print(f"  {tier.name:16} {tier.value:>9} bound {tier.bound!s:>9} {tier.status:12} {share}")


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10
    print(f"python benchmarks/solve.py {seconds:g}")
    print(f"Python {platform.python_version()}, ortools {version('ortools')}, {platform.machine()}")
    for size in SIZES:
        measure(*size, seconds)


if __name__ == "__main__":
    main()

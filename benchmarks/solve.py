"""How fast a schedule appears and how good it gets: `make bench ARGS="solve [SECONDS] [--long S]"`.

Invented restaurants with the rules that a new restaurant starts with, one day in fifteen asked off
and two backups for each group. The figures tell speed and growth; they are no claim of quality.
"""

import asyncio
import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from benchmarks.report import Asked, Rows, run
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
from domain.runs import GenerationRequest, TierName, TierResult
from domain.schedules import Board, Schedule
from domain.shifts import ShiftType
from domain.staff import EmploymentType, GroupMembership, StaffGroup, StaffMember
from solver import child
from solver.problem import Problem
from solver.process import SolverProcess
from solver.progress import Progress
from solver.search import solve
from solver.solution import Solution

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
Size = tuple[int, int, int]
SMALL, USUAL, LARGE = (20, 31, 6), (100, 31, 20), (500, 62, 50)
NEAR = 0.05
FIRSTS, FIRST_ALLOWED = 3, 8


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
    """What one search tells, by the seconds since it began."""

    started: float = field(default_factory=time.perf_counter)
    told: list[tuple[float, Progress]] = field(default_factory=list)

    def __call__(self, progress: Progress) -> None:
        self.told.append((time.perf_counter() - self.started, progress))

    def first(self, is_so: Callable[[Progress], bool]) -> float | None:
        return next((round(at, 2) for at, progress in self.told if is_so(progress)), None)

    def near(self, name: TierName) -> float | None:
        """When the tier was proved to be near its best."""

        def is_near(progress: Progress) -> bool:
            tier = next(t for t in progress.tiers if t.name is name)
            return tier.bound is not None and tier.value - tier.bound <= NEAR * tier.value

        return self.first(is_near)


def values(tiers: Iterable[TierResult]) -> dict[TierName, int]:
    return {tier.name: tier.value for tier in tiers}


def is_as_good(tiers: Iterable[TierResult], best: dict[TierName, int]) -> bool:
    """Near the best in every tier, up to one that is better: what follows is its price."""
    for name, value in values(tiers).items():
        if value > (1 + NEAR) * best[name]:
            return False
        if value < best[name]:
            return True
    return True


def searched(size: Size, seconds: float) -> tuple[Solution, Watch]:
    request = GenerationRequest(time_limit_seconds=seconds)
    problem, watch = Problem(board=board(*size), request=request), Watch()
    return solve(problem, watch), watch


def proofs(size: Size, seconds: float) -> Rows:
    """When each tier was proved within 5 percent."""
    solution, watch = searched(size, seconds)
    rows = []
    for tier in solution.tiers[:-1]:
        near = watch.near(tier.name)
        when = "not proved" if near is None else f"after {near:.2f} s"
        rows.append(
            {"name": f"{named(size)}, {tier.name}", "value": tier.value, "bound": tier.bound}
            | {"within_5_percent_after": near}
        )
        shown = f"{tier.value:>9} bound {tier.bound!s:>9}"
        print(f"  {named(size)}  {tier.name:16} {shown}, within 5 % {when}")
    return rows


def settles(size: Size, seconds: float, long: float) -> Rows:
    """When a usual run came within 5 percent of what a long one found."""
    best = values(searched(size, long)[0].tiers)
    solution, watch = searched(size, seconds)
    first = watch.told[0][0]
    near = watch.first(lambda progress: is_as_good(progress.tiers, best))
    when = "not" if near is None else f"after {near:.2f} s"
    print(f"  {named(size)}  first schedule after {first:.2f} s, {solution.solutions} solutions")
    print(f"  {named(size)}  within 5 % of a run of {long:g} s in every tier: {when}")
    for tier in solution.tiers[:-1]:
        shown = f"{tier.value:>9} bound {tier.bound!s:>9}, long run {best[tier.name]:>9}"
        print(f"  {named(size)}  {tier.name:16} {shown}")
    told = {name: [value, best[name]] for name, value in values(solution.tiers).items()}
    row = {"name": named(size), "first_schedule": round(first, 2), "within_5_percent_after": near}
    return [{**row, "long": long, "here_and_in_the_long_run": told}]


async def first_in_a_child(size: Size) -> float:
    """From the problem in the worker to its first full schedule, the child's start included."""
    problem = Problem(board=board(*size), request=GenerationRequest(time_limit_seconds=60))
    started = time.perf_counter()
    async with SolverProcess.start(problem, child.generate) as solving:
        await anext(aiter(solving))
        return time.perf_counter() - started


def firsts(size: Size) -> Rows:
    asyncio.run(first_in_a_child(SMALL))  # the server that forks the children is up now
    taken = [asyncio.run(first_in_a_child(size)) for _ in range(FIRSTS)]
    best, worst = round(min(taken), 2), round(max(taken), 2)
    print(
        f"  {named(size)}  first schedule in a child after {best} to {worst} s of {FIRST_ALLOWED} s"
    )
    return [{"name": named(size), "first_schedule": best, "worst": worst, "allowed": FIRST_ALLOWED}]


def named(size: Size) -> str:
    return f"{size[0]} × {size[1]}"


def figures(asked: Asked) -> Rows:
    return [
        *proofs(SMALL, asked.seconds),
        *settles(USUAL, asked.seconds, asked.long),
        *firsts(LARGE),
    ]


if __name__ == "__main__":
    run({"solve": figures}, "solve")

"""How soon an absence is mended: `python benchmarks/repair.py [--write]`.

A month of 100 people is generated, then somebody at work asks to be off; the same for several
people. The yardstick is the plain search while replanning: up to its first schedule, which has the
gap still, and up to the first one with gaps as small as the first that is mended.
"""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from statistics import median

from benchmarks.report import Asked, Rows, run
from benchmarks.solve import RESTAURANT, board
from domain.ids import RequestId, StaffId
from domain.need import absent_members
from domain.rules import DayOffRequest
from domain.runs import GenerationMode, GenerationRequest, TierName
from domain.schedules import Board
from solver import child
from solver.choices import Choices
from solver.problem import Problem
from solver.process import SolverProcess
from solver.progress import Progress
from solver.repair.local import Mended, repairs
from solver.search import solve
from solver.solution import board_after

SIZE = (100, 31, 20)
GENERATE_SECONDS = 30.0
ABSENCES = 12
ALLOWED_MILLISECONDS = 200
REPLAN = GenerationRequest(mode=GenerationMode.REPLAN, time_limit_seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """One absence: milliseconds until it was first mended, and until every chain was tried."""

    gap: int
    mended_ms: float | None
    settled_ms: float
    gap_left: int
    changes: int
    child_ms: float
    plain_ms: float
    as_good_ms: float


def absences(made: Board) -> Iterator[Board]:
    """The month with a member of each group in turn asking to be off, first of their group."""
    for group in made.groups:
        for day in made.open_days[7:]:
            members = made.members(group.id, day)
            if not absent_members(made, group.id, day) and members:
                asked = _request(members[0], day)
                yield replace(made, day_off_requests=(*made.day_off_requests, asked))
                break


def _request(staff_id: StaffId, day: date) -> DayOffRequest:
    return DayOffRequest(
        id=RequestId(999_999), restaurant_id=RESTAURANT, staff_id=staff_id, date=day
    )


def _gap(mended: Mended) -> int:
    return mended.worth[TierName.REQUIRED_GAPS]


async def measure(month: Board) -> Absence:
    text = Problem(board=month, request=REPLAN).to_json()
    started = time.perf_counter()
    first: float | None = None
    found: list[Mended] = []
    for mended in repairs(Choices(Problem.from_json(text))):
        found.append(mended)
        if len(found) == 2:
            first = time.perf_counter() - started
    settled = time.perf_counter() - started
    plain_seconds, as_good = plain(text, _gap(found[min(1, len(found) - 1)]))
    return Absence(
        gap=_gap(found[0]),
        mended_ms=None if first is None else 1000 * first,
        settled_ms=1000 * settled,
        gap_left=_gap(found[-1]),
        changes=found[-1].worth[TierName.CHANGES],
        child_ms=1000 * await through_the_child(text),
        plain_ms=1000 * plain_seconds,
        as_good_ms=1000 * as_good,
    )


async def through_the_child(text: str) -> float:
    """From a problem to the first news of a run's own process."""
    problem = Problem.from_json(text)
    started = time.perf_counter()
    async with SolverProcess.start(problem, child.generate) as solving:
        async for _ in solving:
            break
        return time.perf_counter() - started


class _Enough(Exception):  # noqa: N818 - nothing is wrong
    """The first schedule is there."""


def plain(text: str, gaps: int) -> tuple[float, float]:
    """Seconds of the plain search to its first schedule, and to one with gaps no larger."""
    at: list[float] = []
    started = time.perf_counter()

    def told(progress: Progress) -> None:
        now = next(t.value for t in progress.tiers if t.name is TierName.REQUIRED_GAPS)
        at.append(time.perf_counter() - started)
        if now <= gaps:
            raise _Enough

    with contextlib.suppress(_Enough):
        solve(Problem.from_json(text), told)
    return at[0], at[-1]


def shown(rows: list[Absence]) -> dict[str, float]:
    mended = [row for row in rows if row.mended_ms is not None]
    plain_ms = median(row.plain_ms for row in rows)
    as_good = median(row.as_good_ms for row in mended)
    first = median(row.mended_ms or 0 for row in mended)
    return {
        "absences": len(rows),
        "mended": len(mended),
        "closed": sum(row.gap_left < row.gap for row in rows),
        "median_ms_to_the_first_mended": round(first, 1),
        "worst_ms_to_the_first_mended": round(max(row.mended_ms or 0 for row in mended), 1),
        "median_ms_until_all_was_tried": round(median(row.settled_ms for row in rows), 1),
        "median_ms_to_first_news_of_the_child": round(median(row.child_ms for row in rows), 1),
        "median_ms_to_first_schedule_of_the_plain_search": round(plain_ms, 1),
        "median_ms_until_the_plain_search_is_as_good": round(as_good, 1),
        "ratio_to_the_plain_search_when_as_good": round(first / as_good, 3),
        "allowed_ms": ALLOWED_MILLISECONDS,
    }


def spoken(row: Absence) -> str:
    first = "not mended" if row.mended_ms is None else f"mended after {row.mended_ms:.0f} ms"
    return (
        f"gap {row.gap:>5} → {row.gap_left:>3}, {row.changes} changes, {first}, all tried after "
        f"{row.settled_ms:.0f}; child {row.child_ms:.0f}; plain {row.plain_ms:.0f}, as good after "
        f"{row.as_good_ms:.0f}"
    )


async def _measured() -> list[Absence]:
    request = GenerationRequest(time_limit_seconds=GENERATE_SECONDS)
    problem = Problem(board=board(*SIZE), request=request)
    made = board_after(problem, solve(problem))
    await through_the_child(Problem(board=made, request=REPLAN).to_json())
    return [await measure(month) for _, month in zip(range(ABSENCES), absences(made), strict=False)]


def figures(_asked: Asked) -> Rows:
    rows = asyncio.run(_measured())
    for row in rows:
        print(f"  {spoken(row)}")
    whole = shown(rows)
    print(*(f"  {name}: {value}" for name, value in whole.items()), sep="\n")
    return [whole, *(asdict(row) for row in rows)]


if __name__ == "__main__":
    run({"repair": figures}, "repair")

"""How soon a clash of hard rules is explained: `make bench ARGS=conflicts`.

An invented month of 100 people in which somebody is pinned to work eight days in a row. The
yardstick is the search itself, up to the proof that hard rules must be broken.
"""

import time
from dataclasses import replace
from datetime import timedelta

from benchmarks import solve
from benchmarks.report import Asked, Rows, run
from domain.ids import ShiftAssignmentId, ShiftCode, StaffId
from domain.runs import GenerationRequest, TierName
from domain.schedules import Board
from domain.shifts import ShiftAssignment, ShiftSource
from solver.conflict_sets import with_conflict_sets
from solver.problem import Problem
from solver.progress import Progress

SIZES = ((20, 31, 6), (100, 31, 20))
PINNED = range(3, 11)
ALLOWED_SECONDS = 1.0


def clashing(board: Board) -> Board:
    """The board with the first person pinned to work on eight days in a row."""
    pins = tuple(
        ShiftAssignment(
            id=ShiftAssignmentId(n),
            staff_id=StaffId(1),
            date=board.schedule.start + timedelta(days=n),
            shift_type=ShiftCode("normal"),
            source=ShiftSource.MANUAL,
            pinned=True,
        )
        for n in PINNED
    )
    free = (r for r in board.day_off_requests if r.staff_id != StaffId(1))
    return replace(board, shifts=pins, day_off_requests=tuple(free))


def measure(staff: int, days: int, groups: int) -> dict[str, object]:
    board = clashing(solve.board(staff, days, groups))
    problem = Problem(board=board, request=GenerationRequest(time_limit_seconds=10))
    proved: list[float] = []
    started = time.perf_counter()

    def told(progress: Progress) -> None:
        hard = next(t for t in progress.tiers if t.name is TierName.HARD_RULES)
        if not proved and hard.bound == hard.value:
            proved.append(time.perf_counter() - started)

    solution = solve.solve(problem, told)
    started = time.perf_counter()
    explained = with_conflict_sets(problem, solution)
    took = time.perf_counter() - started
    members = [len(found.members) for found in explained.conflict_sets]
    print(f"  {staff} staff × {days} days: {explained.outcome}, sets of {members} members")
    print(f"    explained with {len(explained.repairs)} repairs in {1000 * took:.0f} ms")
    print(f"    allowed {1000 * ALLOWED_SECONDS:.0f} ms, complete: {explained.is_explained}")
    print(
        f"    {took / proved[0]:.2f} × the {1000 * proved[0]:.0f} ms of the search until the proof"
    )
    return {
        "name": f"{staff} × {days}",
        "outcome": explained.outcome,
        "members": members,
        "repairs": len(explained.repairs),
        "explained": round(1000 * took, 1),
        "allowed": 1000 * ALLOWED_SECONDS,
        "proved": round(1000 * proved[0], 1),
    }


def figures(_asked: Asked) -> Rows:
    return [measure(*size) for size in SIZES]


if __name__ == "__main__":
    run({"conflicts": figures}, "conflicts")

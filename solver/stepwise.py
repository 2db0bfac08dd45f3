"""A run from its first answer on: mended near what is broken, then searched as a whole.

While replanning, what stands is a schedule already. It is mended before a model is built, so that
somebody who waits has an answer within a moment; each better schedule is told as a step.
"""

from collections.abc import Iterator
from dataclasses import replace

from domain.covers import Cover
from domain.runs import (
    GenerationMode,
    ImprovementStep,
    Outcome,
    Phase,
    TierName,
    TierResult,
    TierStatus,
)
from solver.cells import Cell
from solver.choices import Choices
from solver.clock import WORKERS, Clock
from solver.problem import Problem
from solver.progress import Progress
from solver.repair.local import Mended, chained, draft_of, laid_out, stood
from solver.repair.windows import widened
from solver.search import OnProgress, Start, solve
from solver.solution import Solution

LEAST_SECONDS = 0.25
MOST_STEPS = 40


def run(problem: Problem, on_progress: OnProgress, *, workers: int = WORKERS) -> Solution:
    """The best schedule that the time allows, with the steps that led to it."""
    steps = Steps(problem, on_progress)
    start = _mended(problem, steps) if problem.request.mode is GenerationMode.REPLAN else None
    return steps.ended(solve(problem, steps.hear, start=start, workers=workers))


def _mended(problem: Problem, steps: "Steps") -> Start | None:
    """The best schedule near what stands; each better one on the way is told."""
    clock, choices = Clock(request=problem.request), Choices(problem)
    first = stood(choices)
    if first is None:
        return None
    board = problem.board
    steps.begin(replace(_solution(first), shifts=board.shifts, covers=board.covers))
    best = first
    for best in _better(choices, first, clock):
        steps.found += 1
        steps.tell(_told(choices, best, steps.found, clock.elapsed_seconds), at_once=True)
    if best is first:
        steps.tell(_told(choices, best, 1, clock.elapsed_seconds), at_once=True)
    return Start(draft=draft_of(choices, best.board), clock=clock)


def _better(choices: Choices, first: Mended, clock: Clock) -> Iterator[Mended]:
    """What small edits find, and then windows around what these leave open."""
    best = first
    for best in chained(choices, first):
        yield best
    yield from widened(choices, best, clock)


def _told(choices: Choices, mended: Mended, number: int, seconds: float) -> Progress:
    board = laid_out(choices, draft_of(choices, mended.board))
    best = replace(
        _solution(mended),
        shifts=tuple(board.cells[key] for key in choices.employed_cells()),
        covers=board.covers,
        solutions=number,
        elapsed_seconds=seconds,
    )
    return Progress.of(best, Phase.BUILDING)


def _solution(mended: Mended) -> Solution:
    """What a schedule is worth of which nothing is proved yet; without its cells and covers."""
    is_kept = mended.worth[TierName.HARD_RULES] == 0
    return Solution(
        shifts=(),
        covers=(),
        outcome=Outcome.FEASIBLE if is_kept else Outcome.UNKNOWN,
        tiers=tuple(
            TierResult(name=name, value=value, bound=None, status=TierStatus.NOT_REACHED)
            for name, value in mended.worth.items()
        ),
        solutions=0,
        elapsed_seconds=0.0,
    )


class Steps:
    """The steps told so far; better schedules that come too fast are one step together."""

    def __init__(self, problem: Problem, on_progress: OnProgress) -> None:
        self._on_progress = on_progress
        self._apart = max(LEAST_SECONDS, problem.request.time_limit_seconds / MOST_STEPS)
        self._last: Solution | None = None
        self._told: tuple[ImprovementStep, ...] = ()
        self.found = 0

    def begin(self, first: Solution) -> None:
        """The cells and covers as they stood, and what facts have made them worth."""
        self._last = first

    def hear(self, progress: Progress) -> None:
        """What the search tells, its schedules counted on from those of the repair."""
        best = progress.best
        counted = None if best is None else replace(best, solutions=best.solutions + self.found)
        self.tell(replace(progress, best=counted, solutions=progress.solutions + self.found))

    def tell(self, progress: Progress, *, at_once: bool = False) -> None:
        best = progress.best
        if best is not None:
            best = self._with_steps(best, at_once=at_once)
        self._on_progress(replace(progress, best=best))

    def ended(self, solution: Solution) -> Solution:
        counted = replace(solution, solutions=solution.solutions + self.found)
        return self._with_steps(counted, at_once=True)

    def _with_steps(self, best: Solution, *, at_once: bool) -> Solution:
        if self._last is None:
            self._last = best
        is_due = best.elapsed_seconds - self._last.elapsed_seconds >= self._apart
        step = _step(self._last, best) if is_due or at_once else None
        if step is not None:
            self._last, self._told = best, (*self._told, step)
        return replace(best, steps=self._told)


def _step(before: Solution, after: Solution) -> ImprovementStep | None:
    """What differs from one schedule to a better one; None where it is no better."""
    pairs = [(b.name, b.value, a.value) for b, a in zip(before.tiers, after.tiers, strict=True)]
    tier, old, new = next((pair for pair in pairs if pair[1] != pair[2]), pairs[-1])
    if new >= old:
        return None
    was, now = _codes(before), _codes(after)
    return ImprovementStep(
        cells_changed=sum(was.get(key) != code for key, code in now.items()),
        covers_changed=len(_keys(before.covers) ^ _keys(after.covers)),
        tier=tier,
        before=old,
        after=new,
        elapsed_seconds=after.elapsed_seconds,
    )


def _codes(solution: Solution) -> dict[Cell, str]:
    return {(cell.staff_id, cell.date): cell.shift_type for cell in solution.shifts}


def _keys(covers: tuple[Cover, ...]) -> set[tuple[object, ...]]:
    return {(cover.date, cover.group_id, cover.staff_id) for cover in covers}

"""A run in the hands of a worker: taken, searched in a child process, re-checked, written down."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from zoneinfo import ZoneInfo

from domain.ids import RunId
from domain.refusals import Refusal, UnavailableRefusal, not_found
from domain.runs import GenerationRun, RunState, Violation
from feed.channels import run_channel
from feed.doorbell import Doorbell
from resolvers import applying, recheck
from resolvers.transaction import Transactions
from solver import child, digests, sense
from solver.problem import NonsenseProblem, Problem
from solver.process import SolverDied, SolverProcess
from solver.progress import Progress
from solver.solution import Solution
from store import boards, restaurants, runs
from store.engine import Database, WriteConnection

MOST_ATTEMPTS = 3
LOOK_SECONDS = 0.25
MOST_TRIES = 30
AWAY_SECONDS = 1.0

log = logging.getLogger(__name__)


class RunInterrupted(Exception):  # noqa: N818 - nothing is wrong
    """The worker stops; the run is queued again and its job has to stay for another worker."""


class _Lost(Exception):  # noqa: N818 - another worker was right to take over
    """The run is no longer this worker's: whatever it still wants to write is dropped."""


class _Stop(Enum):
    CANCELLED = auto()
    SHUT_DOWN = auto()
    LOST = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What a worker works with."""

    transactions: Transactions
    database: Database
    doorbell: Doorbell
    clock: Callable[[], datetime]


async def execute(  # noqa: PLR0913 - the worker's one call, everything by name
    transactions: Transactions,
    database: Database,
    doorbell: Doorbell,
    run_id: RunId,
    *,
    worker: str,
    cancelled: asyncio.Event | None,
    clock: Callable[[], datetime],
) -> None:
    """Bring a run to its end; a run that is over already is left alone.

    `cancelled` is the worker's own order to stop: the run goes back to the queue and RunInterrupted
    is raised. UnavailableRefusal leaves the run for another attempt; all else has failed it first.
    """
    workshop = Workshop(
        transactions=transactions, database=database, doorbell=doorbell, clock=clock
    )
    run = await _take(workshop, run_id, worker)
    if run is None:
        return
    execution = _Execution(workshop, run, cancelled or asyncio.Event())
    with contextlib.suppress(_Lost, applying.TakenOver):
        await execution.finish()


async def _take(workshop: Workshop, run_id: RunId, worker: str) -> GenerationRun | None:
    """The run as this worker's own, or None when there is nothing left to do for it."""
    async with workshop.database.write() as connection:
        run = await runs.lock(connection, run_id)
        if run is None or run.state.is_over:
            return None
        end = _end_without_work(run)
        if end is None:
            taken = await runs.take(connection, run_id, worker)
        else:
            state, failure = end
            over = replace(run, state=state, failure=failure, finished_at=workshop.clock())
            await runs.update(connection, over)
    await workshop.doorbell.ring(run_channel(run_id), run.attempt + 1)
    return taken if end is None else None


def _end_without_work(run: GenerationRun) -> tuple[RunState, str | None] | None:
    if run.cancel_requested:
        return RunState.CANCELLED, None
    if run.attempt >= MOST_ATTEMPTS:
        return RunState.FAILED, f"Its worker died {run.attempt} times."
    return None


class _Execution:
    """One attempt at one run; every write is refused once the run is another worker's."""

    def __init__(self, workshop: Workshop, run: GenerationRun, shut_down: asyncio.Event) -> None:
        self._workshop = workshop
        self._run = run
        self._shut_down = shut_down
        self._stop: _Stop | None = None

    async def finish(self) -> None:
        try:
            await self._work()
        except (_Lost, applying.TakenOver, RunInterrupted, UnavailableRefusal):
            raise
        except applying.NotWanted:
            await self._end(RunState.CANCELLED)
        except SolverDied as died:
            await self._fail(f"The search ended by itself: {died}")
        except NonsenseProblem as nonsense:
            await self._fail(str(nonsense))
        except Refusal as refusal:
            await self._fail(str(refusal))
        except Exception as error:
            await self._fail(f"An unexpected error: {type(error).__name__}.")
            raise

    async def _work(self) -> None:
        problem = await self._gather()
        try:
            solution = await self._solve(problem)
        except SolverDied as died:
            await self._keep(problem, died.best)
            raise
        if self._stop is _Stop.LOST:
            raise _Lost
        if self._stop is _Stop.SHUT_DOWN and await self._handed_back():
            raise RunInterrupted
        await self._insist(problem, solution)

    async def _insist(self, problem: Problem, solution: Solution | None) -> None:
        """Conclude; what took long to find is not thrown away for a database that is away."""
        for left in reversed(range(MOST_TRIES)):
            try:
                await self._conclude(problem, solution)
            except UnavailableRefusal:
                if left == 0 or self._shut_down.is_set():
                    raise
                await asyncio.sleep(AWAY_SECONDS)
            else:
                return

    async def _gather(self) -> Problem:
        """Read one snapshot, and store it with the run: `understudy solve` can replay it."""
        workshop, run = self._workshop, self._run
        async with workshop.database.read() as connection:
            found = await restaurants.by_ids(connection, [run.restaurant_id])
            restaurant = found[run.restaurant_id]
            today = workshop.clock().astimezone(ZoneInfo(restaurant.time_zone)).date()
            board = await boards.load(connection, run.schedule_id, today)
        if board is None:
            raise not_found("schedule any more")
        sense.require_size(board)
        problem = Problem(board=board, request=run.request)
        text = await asyncio.to_thread(problem.to_json)
        asked = await asyncio.to_thread(digests.of_problem, problem)
        async with self._writing() as (connection, row):
            self._run = replace(
                row,
                configuration_revision=restaurant.revision,
                input_hash=asked,
                schedule_hash=None,
            )
            await runs.update(connection, self._run)
            await runs.store_problem(connection, run.id, text)
        return problem

    async def _solve(self, problem: Problem) -> Solution | None:
        async with SolverProcess.start(problem, child.generate) as solving:
            watcher = asyncio.create_task(self._stop_when_asked(solving))
            try:
                async for progress in solving:
                    await self._tell(progress)
            finally:
                watcher.cancel()
                await asyncio.wait({watcher})
            if not watcher.cancelled():
                watcher.result()
            return solving.solution

    async def _stop_when_asked(self, solving: SolverProcess) -> None:
        channel = run_channel(self._run.id)
        async with self._workshop.doorbell.watch(channel) as watch:
            while (reason := await self._reason_to_stop()) is None:
                await watch.wait(LOOK_SECONDS)
            self._stop = reason
        await solving.stop()

    async def _reason_to_stop(self) -> _Stop | None:
        if self._shut_down.is_set():
            return _Stop.SHUT_DOWN
        try:
            async with self._workshop.database.read() as connection:
                row = (await runs.by_ids(connection, [self._run.id])).get(self._run.id)
        except UnavailableRefusal:
            # The database is away for a moment; the search need not be lost for that.
            return None
        if row is None or not self._is_mine(row):
            return _Stop.LOST
        return _Stop.CANCELLED if row.cancel_requested else None

    async def _tell(self, progress: Progress) -> None:
        """Write what is known into the run's row; the child tells four times a second at most."""
        try:
            async with self._writing() as (connection, row):
                news = replace(
                    row,
                    phase=progress.phase,
                    improving=progress.tier,
                    tiers=progress.tiers,
                    solutions=progress.solutions,
                    elapsed_seconds=progress.elapsed_seconds,
                    steps=row.steps if progress.best is None else progress.best.steps,
                )
                await runs.update(connection, news)
        except UnavailableRefusal:
            log.warning("the progress of generation run %s was not written", self._run.id)
        await self._ring()

    async def _conclude(self, problem: Problem, solution: Solution | None) -> None:
        row = await self._read()
        if row.cancel_requested and (solution is None or not row.keep_best):
            await self._end(RunState.CANCELLED)
            return
        if solution is None:
            await self._fail("The search ended without a schedule.")
            return
        verdict = await asyncio.to_thread(recheck.judge, problem, solution)
        if verdict.disagreements:
            await self._fail("The checker disagrees: " + "; ".join(verdict.disagreements))
            return
        await self._store(solution, verdict.violations)
        if self._run.request.apply_when_done:
            await applying.at_the_end(self._workshop.transactions, self._run, problem, solution)
            await self._ring()
        else:
            await self._end(RunState.FINISHED)

    async def _keep(self, problem: Problem, best: Solution | None) -> None:
        """What a dead child had found stays with its failed run, for a person to apply."""
        if best is None:
            return
        verdict = await asyncio.to_thread(recheck.judge, problem, best)
        if not verdict.disagreements:
            await self._store(best, verdict.violations)

    async def _store(self, solution: Solution, violations: tuple[Violation, ...]) -> None:
        text = await asyncio.to_thread(solution.to_json)
        async with self._writing() as (connection, row):
            await runs.store_solution(connection, row.id, text)
            self._run = replace(
                row,
                outcome=solution.outcome,
                tiers=solution.tiers,
                violations=violations,
                schedule_hash=digests.of_schedule(solution.shifts, solution.covers),
                solutions=solution.solutions,
                elapsed_seconds=solution.elapsed_seconds,
                steps=solution.steps,
            )
            await runs.update(connection, self._run)

    async def _handed_back(self) -> bool:
        """Queue the run again, as if this worker had never taken it, unless it was cancelled."""
        async with self._writing() as (connection, row):
            if row.cancel_requested:
                return False
            await runs.hand_back(connection, row.id)
        await self._ring()
        return True

    async def _fail(self, reason: str) -> None:
        log.error("generation run %s failed: %s", self._run.id, reason)
        await self._end(RunState.FAILED, reason)

    async def _end(self, state: RunState, failure: str | None = None) -> None:
        async with self._writing() as (connection, row):
            if state is RunState.FINISHED and row.cancel_requested:
                state = RunState.CANCELLED
            over = replace(row, state=state, failure=failure, finished_at=self._workshop.clock())
            await runs.update(connection, over)
        await self._ring()

    async def _read(self) -> GenerationRun:
        async with self._writing() as (_, row):
            return row

    async def _ring(self) -> None:
        await self._workshop.doorbell.ring(run_channel(self._run.id), self._run.attempt)

    @contextlib.asynccontextmanager
    async def _writing(self) -> AsyncIterator[tuple[WriteConnection, GenerationRun]]:
        """The run's row, locked; raises when it is no longer this attempt's to write."""
        async with self._workshop.database.write() as connection:
            row = await runs.lock(connection, self._run.id)
            if row is None or not self._is_mine(row):
                raise _Lost
            yield connection, row

    def _is_mine(self, row: GenerationRun) -> bool:
        return row.state is RunState.RUNNING and row.attempt == self._run.attempt

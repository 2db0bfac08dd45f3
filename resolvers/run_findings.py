"""Findings before and after a run: read from what it was given and what it answered.

Both are kept with the run, so nobody who waits for its end waits for its findings.
"""

import asyncio
from datetime import date

from domain import conflicts
from domain.findings import Conflict, ConflictChanges, changes_between
from domain.runs import GenerationRun, RunState
from solver.problem import Problem
from solver.solution import Solution, board_after
from store import boards, runs
from store.engine import ReadConnection

WITH_RESULT = (RunState.FINISHED, RunState.CANCELLED)


async def before_run(
    connection: ReadConnection, run: GenerationRun, today: date
) -> tuple[Conflict, ...]:
    """The findings of the board that the run has read, or of now if it has not begun."""
    problem = await runs.problem_of(connection, run.id)
    if problem is not None:
        return await asyncio.to_thread(_of_problem, problem)
    board = await boards.load(connection, run.schedule_id, today)
    return () if board is None else await asyncio.to_thread(conflicts.conflicts, board)


async def across_run(connection: ReadConnection, run: GenerationRun) -> ConflictChanges | None:
    """What the run's own result changes; None for a run without one."""
    if run.state not in WITH_RESULT:
        return None
    problem = await runs.problem_of(connection, run.id)
    solution = await runs.solution_of(connection, run.id)
    if problem is None or solution is None:
        return None
    return await asyncio.to_thread(_across, problem, solution)


async def solution_of(connection: ReadConnection, run: GenerationRun) -> Solution | None:
    """What the run found, with what clashes in it; None for a run without a result."""
    text = await runs.solution_of(connection, run.id)
    return None if text is None else await asyncio.to_thread(Solution.from_json, text)


def _of_problem(problem: str) -> tuple[Conflict, ...]:
    return conflicts.conflicts(Problem.from_json(problem).board)


def _across(problem_text: str, solution_text: str) -> ConflictChanges:
    problem = Problem.from_json(problem_text)
    after = board_after(problem, Solution.from_json(solution_text))
    return changes_between(conflicts.conflicts(problem.board), conflicts.conflicts(after))

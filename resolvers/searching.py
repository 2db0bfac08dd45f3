"""Searches that a reader waits for: few at a time, each in a child process, none of them kept."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from weakref import WeakKeyDictionary

from domain.refusals import UnavailableRefusal
from solver.problem import Problem
from solver.process import SolverDied, SolverProcess
from solver.solution import Solution

AT_ONCE = 2
WAIT_SECONDS = 15.0

# A semaphore belongs to one loop; a process has one, a test session many.
_places: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


@contextlib.asynccontextmanager
async def place() -> AsyncIterator[None]:
    """Room for one search; raises UnavailableRefusal where others take it for too long."""
    places = _places.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await places.acquire()
    except TimeoutError as late:
        raise UnavailableRefusal(
            code="BUSY", message="Too many searches are waited for; ask again in a moment."
        ) from late
    try:
        yield
    finally:
        places.release()


async def search(problem: Problem) -> Solution:
    """The solution of a problem, within its own time limit."""
    try:
        async with place(), SolverProcess.start(problem) as solving:
            async for _ in solving:
                continue
            solution = solving.solution
    except SolverDied as death:
        raise UnavailableRefusal(message=f"The search broke off: {death}.") from death
    if solution is None:
        raise UnavailableRefusal(message="The search ended without an answer.")
    return solution

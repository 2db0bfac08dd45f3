"""Searches that a reader waits for: few at a time, each in a child process, none of them kept."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from domain.refusals import UnavailableRefusal
from solver.problem import Problem
from solver.process import SolverDied, SolverProcess
from solver.solution import Solution

AT_ONCE = 2
MOST_WAITING = 8


@dataclass(slots=True, kw_only=True)
class Places:
    """Where searches run in one process, and how many readers wait for one."""

    free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    waiting: int = 0

    @contextlib.asynccontextmanager
    async def take(self) -> AsyncIterator[None]:
        """A place; raises UnavailableRefusal where too many wait already."""
        if self.waiting >= MOST_WAITING:
            raise UnavailableRefusal(
                code="BUSY", message="Too many searches are waited for; ask again in a moment."
            )
        self.waiting += 1
        try:
            await self.free.acquire()
        finally:
            self.waiting -= 1
        try:
            yield
        finally:
            self.free.release()


# A semaphore belongs to one loop; a process has one, a test session many.
_places: WeakKeyDictionary[asyncio.AbstractEventLoop, Places] = WeakKeyDictionary()


def places() -> Places:
    return _places.setdefault(asyncio.get_running_loop(), Places())


async def search(problem: Problem) -> Solution:
    """The solution of a problem, within its own time limit."""
    try:
        async with places().take(), SolverProcess.start(problem) as solving:
            async for _ in solving:
                continue
            solution = solving.solution
    except SolverDied as death:
        raise UnavailableRefusal(message=f"The search broke off: {death}.") from death
    if solution is None:
        raise UnavailableRefusal(message="The search ended without an answer.")
    return solution

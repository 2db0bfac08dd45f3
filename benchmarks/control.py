"""How soon a search obeys, how often it tells, what it says without memory: `ARGS=control`.

Cancels the search of 100 people and a month at moments spread over all its phases, and takes the
time from the request in the worker to the answer in its hands, with the child gone.
"""

import asyncio
import contextlib
import itertools
import resource
import statistics
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.report import Asked, Rows, run
from benchmarks.solve import board
from domain.runs import GenerationRequest
from solver import child
from solver.problem import Problem
from solver.process import SolverDied, SolverProcess
from solver.progress import Progress

SIZE = (100, 31, 20)
SECONDS = 20.0
MOMENTS = (0.0, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0, 1.5, 2.5, 4.0, 6.0, 8.0)
ROUNDS = 2
LISTENING = 8.0
ALLOWED_MILLISECONDS = 100
ROOM_BYTES = 48 * 2**20


@dataclass(frozen=True, slots=True)
class Cancel:
    """What the search did when it was told to stop, and how long that took."""

    doing: str
    milliseconds: float
    has_schedule: bool


def question() -> Problem:
    return Problem(board=board(*SIZE), request=GenerationRequest(time_limit_seconds=SECONDS))


def doing(news: Progress) -> str:
    return news.phase.value if news.tier is None else f"{news.phase} {news.tier}"


async def cancel_at(problem: Problem, moment: float) -> Cancel:
    at = "no schedule yet"

    async def listen() -> None:
        nonlocal at
        async for news in solving:
            at = doing(news)

    async with SolverProcess.start(problem, child.generate) as solving:
        listening = asyncio.create_task(listen())
        await asyncio.sleep(moment)
        started, was = time.perf_counter(), at
        await solving.stop()
        taken = 1000 * (time.perf_counter() - started)
        await listening
    return Cancel(was, taken, solving.solution is not None)


async def cancels() -> Rows:
    problem = question()
    found = [await cancel_at(problem, m) for _ in range(ROUNDS) for m in MOMENTS]
    by_phase: defaultdict[str, list[Cancel]] = defaultdict(list)
    for cancel in found:
        by_phase[cancel.doing].append(cancel)
    rows = [_row(name, those) for name, those in by_phase.items()]
    rows.append(_row("all phases", found))
    for row in rows:
        print(
            f"  cancel, {row['name']:24} {row['cancels']:3} times, median {row['median']:5.1f} ms, "
            f"most {row['most']:5.1f} ms, {row['with_a_schedule']} with a schedule"
        )
    print(f"  allowed {ALLOWED_MILLISECONDS} ms")
    return rows


def _row(name: str, those: list[Cancel]) -> dict[str, str | float]:
    times = [cancel.milliseconds for cancel in those]
    return {
        "name": name,
        "cancels": len(those),
        "median": round(statistics.median(times), 1),
        "most": round(max(times), 1),
        "with_a_schedule": sum(cancel.has_schedule for cancel in those),
    }


async def moments_of_news() -> AsyncIterator[float]:
    async with SolverProcess.start(question(), child.generate) as solving:
        async for _ in solving:
            yield time.perf_counter()


async def news() -> Rows:
    """How many pieces of news there are in some seconds of search, and how close they come."""
    told: list[float] = []
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LISTENING), contextlib.aclosing(moments_of_news()) as moments:
            async for moment in moments:
                told.append(moment)  # noqa: PERF401 - what was told before the time is over counts
    rate = len(told) / LISTENING
    closest = min(after - before for before, after in itertools.pairwise(told))
    print(
        f"  news: {rate:.1f} a second, {1000 * closest:.0f} ms apart at least, allowed 4 a second"
    )
    return [{"name": "news", "a_second": round(rate, 2), "closest": round(1000 * closest)}]


def starved(pipe: Connection, problem: str) -> None:
    """A child that may have little more memory than it has already."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    child.MEMORY_BYTES = pages * resource.getpagesize() + ROOM_BYTES
    child.generate(pipe, problem)


async def memory() -> Rows:
    said = "nothing"
    try:
        async with SolverProcess.start(question(), starved) as solving:
            async for _ in solving:
                continue
    except SolverDied as death:
        said = str(death)
    print(f"  a child without memory: {said}")
    return [{"name": "a child without memory", "said": said}]


async def _figures() -> Rows:
    return [*await cancels(), *await news(), *await memory()]


def figures(_asked: Asked) -> Rows:
    return asyncio.run(_figures())


if __name__ == "__main__":
    run({"control": figures}, "control")

"""A search in its own process: it tells, is stopped, killed, orphaned, and nobody waits for it."""

import asyncio
import os
import signal
import sys
import threading
import time
from dataclasses import replace
from datetime import date, timedelta
from multiprocessing import Pipe
from pathlib import Path

import pytest

from domain.checker import check
from domain.rules import Level, LimitWindow
from domain.runs import Outcome, Phase
from solver import child
from solver.process import SolverDied, SolverProcess
from solver.search import solve
from solver.solution import board_after
from tests.builders import RESTING, WORKING, backup, cell, limit, restaurant_board
from tests.searches import FILL, problem_of

START = date(2025, 1, 6)
ROOT = Path(__file__).parents[2]
LONG = 600


def small():
    return restaurant_board(
        START,
        START,
        staff=[1, 2],
        groups={1: [1]},
        backups=[backup(1, 2, 1)],
        shifts=[cell(1, START, "×", pinned=True)],
    )


def endless():
    """A board that nobody proves within minutes."""
    groups = {g: tuple(range(3 * g - 2, 3 * g + 1)) for g in range(1, 11)}
    return restaurant_board(
        START,
        START + timedelta(days=30),
        staff=range(1, 41),
        groups=groups,
        backups=[
            backup(10 * g + n, 30 + (g + 3 * n) % 10 + 1, g, n) for g in groups for n in (1, 2)
        ],
        work_limits=[
            limit(1, LimitWindow.CONSECUTIVE_DAYS, WORKING, maximum_half_days=10),
            limit(2, LimitWindow.WEEK, RESTING, minimum_half_days=4),
            limit(
                3, LimitWindow.ROLLING_DAYS, RESTING, level=Level.SOFT, days=5, maximum_half_days=2
            ),
        ],
    )


def endless_problem():
    return problem_of(endless(), time_limit_seconds=LONG, reproducible=False)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def strike(number: int) -> SolverProcess:
    """A child that gets this signal with its first news."""
    async with SolverProcess.start(endless_problem()) as solving:
        async for _ in solving:
            os.kill(solving.pid, number)
    return solving


async def ended(pid: int) -> bool:
    """Whether a process ends; the wait is only there so that a failure ends too."""
    for _ in range(600):
        if not is_alive(pid):
            return True
        await asyncio.sleep(0.05)
    return False


async def test_the_child_answers_what_the_search_answers_here() -> None:
    problem = problem_of(small())

    async with SolverProcess.start(problem) as solving:
        news = [progress async for progress in solving]

    assert news[0].best is not None
    assert solving.solution is not None
    assert solving.solution.shifts == solve(problem).shifts
    assert solving.solution.outcome is Outcome.OPTIMAL


async def test_a_stop_keeps_the_best_and_ends_the_child() -> None:
    problem = endless_problem()

    async with SolverProcess.start(problem) as solving:
        told = 0
        async for _ in solving:
            told += 1
            if told == 2:
                await solving.stop()
        pid = solving.pid

    assert solving.solution is not None
    report = check(problem.board, board_after(problem, solving.solution), FILL)
    assert report.broken_facts == ()
    assert {t.name: t.value for t in solving.solution.tiers} == report.tiers
    assert await ended(pid)


def first_of(problem):
    """The first schedule of a search that is stopped at once."""
    told, stop = [], threading.Event()
    stop.set()
    solve(problem, told.append, stop)
    return told[0]


def stuck_without_a_schedule(pipe, problem):
    child._live(pipe, problem, lambda _asked, _tell: time.sleep(LONG))


def stuck_with_a_schedule(pipe, problem):
    def answer(asked, tell):
        tell(first_of(asked))
        time.sleep(LONG)

    child._live(pipe, problem, answer)


def busy_with_a_schedule(pipe, problem):
    def answer(asked, tell):
        tell(first_of(asked))
        while True:
            sum(range(1000))

    child._live(pipe, problem, answer)


@pytest.mark.parametrize("life", [stuck_with_a_schedule, busy_with_a_schedule])
async def test_a_stop_waits_for_nothing_that_the_search_is_doing(life) -> None:
    """The child leaves by itself with the best it has; it is not killed for being late."""
    async with SolverProcess.start(endless_problem(), life) as solving:
        async for _ in solving:
            await solving.stop()
        solving._process.join()
        assert solving._process.exitcode == 0

    assert len(solving.solution.shifts) == 40 * 31


async def test_a_stop_before_the_first_schedule_ends_the_child_with_none() -> None:
    async with SolverProcess.start(endless_problem(), stuck_without_a_schedule) as solving:
        await solving.stop()
        solving._process.join()
        assert solving._process.exitcode == 0
        assert [news async for news in solving] == []

    assert solving.solution is None


def test_news_that_come_too_soon_wait_and_only_the_last_of_them_is_told(monkeypatch) -> None:
    monkeypatch.setattr(child, "TELL_SECONDS", LONG)
    ours, theirs = Pipe()
    teller, first = child._Teller(theirs), first_of(problem_of(small()))

    teller.tell(first)
    for solutions in (2, 3):
        teller.tell(replace(first, phase=Phase.SEARCHING, solutions=solutions))
    soon = ours.recv_bytes()
    teller.tell_what_is_left()
    assert not ours.poll()
    monkeypatch.setattr(child, "TELL_SECONDS", 0)
    teller.tell_what_is_left()
    later = ours.recv_bytes()
    teller.tell_what_is_left()

    told = [child.progress_adapter.validate_json(message[1:]) for message in (soon, later)]
    assert [news.solutions for news in told] == [1, 3]
    assert not ours.poll()


def hungry(pipe, problem):
    """A child whose search wants more than it may have."""
    child._live(pipe, problem, lambda _asked, _tell: bytearray(2 * child.MEMORY_BYTES))


async def test_a_child_without_memory_says_so() -> None:
    async with SolverProcess.start(problem_of(small()), hungry) as solving:
        with pytest.raises(SolverDied, match="the search ran out of memory"):
            await anext(aiter(solving))


async def test_a_child_that_hangs_is_killed_and_the_last_news_are_kept() -> None:
    async with SolverProcess.start(endless_problem()) as solving:
        async for _ in solving:
            os.kill(solving.pid, signal.SIGSTOP)
            await solving.stop()
        pid = solving.pid

    assert solving.solution is not None
    assert len(solving.solution.shifts) == 40 * 31
    assert await ended(pid)


@pytest.mark.parametrize("name", ["SIGKILL", "SIGABRT", "SIGTERM"])
async def test_a_child_that_dies_is_told_with_the_signal_that_ended_it(name) -> None:
    with pytest.raises(SolverDied, match=name):
        await strike(signal.Signals[name])


async def test_leaving_the_block_ends_the_child() -> None:
    async with SolverProcess.start(endless_problem()) as solving:
        pid = solving.pid
        assert is_alive(pid)

    assert await ended(pid)


async def test_the_loop_goes_on_while_the_child_searches() -> None:
    ticks = 0

    async def tick():
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.001)

    ticking = asyncio.create_task(tick())
    async with SolverProcess.start(endless_problem()) as solving:
        before = ticks
        async for progress in solving:
            if progress.solutions > 3:
                await solving.stop()
    ticking.cancel()

    assert ticks - before > 50


async def test_two_searches_run_side_by_side() -> None:
    async def run():
        async with SolverProcess.start(problem_of(small())) as solving:
            async for _ in solving:
                assert solving.pid is not None
        return solving.solution

    one, other = await asyncio.gather(run(), run())

    assert one.shifts == other.shifts


PARENT = """
import asyncio
from solver.process import SolverProcess
from tests.solver.test_process import endless_problem

async def main():
    async with SolverProcess.start(endless_problem()) as solving:
        async for _ in solving:
            print(solving.pid, flush=True)

if __name__ == "__main__":
    asyncio.run(main())
"""


async def test_the_child_goes_with_its_parent(tmp_path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = await asyncio.create_subprocess_exec(
        sys.executable, script, stdout=asyncio.subprocess.PIPE, env=environment
    )
    child = int(await parent.stdout.readline())
    assert is_alive(child)
    parent.kill()
    await parent.communicate()

    assert await ended(child)

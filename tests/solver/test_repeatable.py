"""A repeatable search gives one schedule everywhere, and digests that say so."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.ids import ShiftAssignmentId
from domain.runs import TierName, TierStatus
from domain.shifts import ShiftSource
from solver import child, digests
from solver.clock import Clock
from solver.process import SolverProcess
from tests.builders import cell, cover
from tests.searches import problem_of
from tests.solver.test_search import month

DAY = date(2025, 1, 6)
PROGRAM = """
import os
os.sched_setaffinity(0, set(map(int, os.environ["CORES"].split())))
from server.cli import main
main()
"""


def cut_short(**fields):
    """A month whose time, counted in work and not in seconds, ends before all is proved."""
    given = {"time_limit_seconds": 0.4, "seed": 3, **fields}
    return problem_of(month(staff=20, days=31), **given)


def replay(file, *, workers, cores, hash_seed):
    command = [sys.executable, "-c", PROGRAM, "solve", str(file), "--workers", str(workers)]
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed), "CORES": " ".join(cores)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)


def on_one_core(pipe, problem):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    child.generate(pipe, problem)


async def test_one_schedule_with_any_number_of_workers_and_cores_and_under_load(tmp_path) -> None:
    file, problem = tmp_path / "run.json", cut_short()
    file.write_text(problem.to_json())
    cores = sorted(map(str, os.sched_getaffinity(0)))
    settings = [(1, cores[:1]), (2, cores[:2]), (4, cores[:4])]

    side_by_side = [
        replay(file, workers=workers, cores=few, hash_seed=n)
        for n, (workers, few) in enumerate(settings)
    ]
    async with SolverProcess.start(problem, on_one_core) as solving:
        async for _ in solving:
            continue
    answers = [json.loads(running.communicate()[0]) for running in side_by_side]

    for answer in answers:
        answer.pop("elapsed_seconds")
        answer.pop("steps")  # those that come fast are told as one, and that goes by the clock
    assert {json.dumps(answer) for answer in answers} == {json.dumps(answers[0])}
    assert TierStatus.FEASIBLE in {tier["status"] for tier in answers[0]["tiers"]}
    found = solving.solution
    assert digests.of_schedule(found.shifts, found.covers) == answers[0]["schedule_hash"]
    assert digests.of_problem(problem) == answers[0]["input_hash"]


@pytest.mark.parametrize("tier", TierName)
def test_what_the_solver_is_told_depends_on_neither_workers_nor_seconds(tier) -> None:
    request = cut_short().request
    clocks = [Clock(request=request, workers=n, started=1e6 * n) for n in (1, 2, 4)]

    (told,) = {str(clock.solver_for(tier).parameters) for clock in clocks}

    assert "max_deterministic_time" in told
    assert "max_time_in_seconds" not in told


def test_the_digest_of_a_problem_is_that_of_its_file_however_it_is_written() -> None:
    problem = cut_short(time_limit_seconds=20)
    pretty = json.dumps(json.loads(problem.to_json()), indent=2, sort_keys=True)

    assert digests.of_problem(problem.from_json(pretty)) == digests.of_problem(problem)


@pytest.mark.parametrize(
    "fields", [{"seed": 4}, {"good_enough_percent": 1}, {"time_limit_seconds": 2}]
)
def test_another_question_has_another_digest(fields) -> None:
    assert digests.of_problem(cut_short(**fields)) != digests.of_problem(cut_short())


def test_another_version_of_the_solver_has_another_digest(monkeypatch) -> None:
    known = digests.of_problem(cut_short())
    versions = {"understudy": digests.version("understudy"), "ortools": "9.99"}

    monkeypatch.setattr(digests, "version", versions.__getitem__)

    assert digests.of_problem(cut_short()) != known


def test_the_digest_of_a_schedule_is_of_who_works_what_and_covers_whom() -> None:
    shifts = (cell(1, DAY, "○"), cell(2, DAY, "×"))
    covers = (cover(DAY, 1, 1),)
    known = digests.of_schedule(shifts, covers)
    stored = tuple(
        replace(shift, id=ShiftAssignmentId(9), source=ShiftSource.GENERATED) for shift in shifts
    )

    assert digests.of_schedule(reversed(stored), covers) == known
    others = [
        ((cell(1, DAY, "○"), cell(2, DAY, "★")), covers),
        ((cell(1, DAY, "×"), cell(2, DAY, "○")), covers),
        ((cell(1, DAY + timedelta(days=1), "○"), cell(2, DAY, "×")), covers),
        (shifts, (cover(DAY, 2, 1),)),
        (shifts, ()),
    ]
    assert known not in {digests.of_schedule(*other) for other in others}

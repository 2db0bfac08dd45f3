"""A stored problem solved again, for whoever wants to see what a run saw."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from solver import digests
from solver.clock import WORKERS
from solver.conflict_sets import with_conflict_sets
from solver.problem import NonsenseProblem, Problem
from solver.search import solve
from solver.solution import Solution


class FileRefused(ValueError):  # noqa: N818 - a refusal is no error of ours
    """The file holds no problem that could be solved."""


@dataclass(frozen=True, kw_only=True)
class Replay:
    """The hashes are those of a run that was asked and answered the same."""

    input_hash: str
    schedule_hash: str
    solution: Solution

    def to_json(self) -> str:
        hashes = {"input_hash": self.input_hash, "schedule_hash": self.schedule_hash}
        solution: dict[str, Any] = json.loads(self.solution.to_json())
        return json.dumps(hashes | solution, ensure_ascii=False)


def solve_text(text: str, *, workers: int = WORKERS, **changes: Any) -> Replay:
    """The answer to a problem as JSON; `changes` take the place of what its own request says."""
    problem = Problem.from_json(text)
    given = {name: value for name, value in changes.items() if value is not None}
    problem = replace(problem, request=replace(problem.request, **given))
    solution = with_conflict_sets(problem, solve(problem, workers=workers))
    return Replay(
        input_hash=digests.of_problem(problem),
        schedule_hash=digests.of_schedule(solution.shifts, solution.covers),
        solution=solution,
    )


def solve_file(file: Path, *, workers: int = WORKERS, **changes: Any) -> str:
    """The answer as JSON; raises FileRefused for what cannot be read as a problem."""
    try:
        text = file.read_text(encoding="utf-8")
        return solve_text(text, workers=workers, **changes).to_json()
    except (OSError, UnicodeDecodeError) as error:
        raise FileRefused(f"{file} cannot be read: {error}") from error
    except (ValidationError, NonsenseProblem) as error:
        raise FileRefused(f"{file} holds no problem: {error}") from error

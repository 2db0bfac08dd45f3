"""A stored problem solved again, for whoever wants to see what a run saw."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from solver import digests, stepwise
from solver.clock import WORKERS
from solver.conflict_sets import with_conflict_sets
from solver.problem import NonsenseProblem, Problem
from solver.sense import require_sense
from solver.solution import Solution

LARGEST_FILE = 256 * 2**20


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
    require_sense(problem)
    given = {name: value for name, value in changes.items() if value is not None}
    problem = replace(problem, request=replace(problem.request, **given))
    found = stepwise.run(problem, lambda _: None, workers=workers)
    solution = with_conflict_sets(problem, found)
    return Replay(
        input_hash=digests.of_problem(problem),
        schedule_hash=digests.of_schedule(solution.shifts, solution.covers),
        solution=solution,
    )


def solve_file(file: Path, *, workers: int = WORKERS, **changes: Any) -> str:
    """The answer as JSON; raises FileRefused, naming the place, for what is no problem."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise FileRefused(f"{file.name}: it is larger than any problem.")
        text = file.read_text(encoding="utf-8")
        return solve_text(text, workers=workers, **changes).to_json()
    except (OSError, UnicodeDecodeError) as error:
        raise FileRefused(f"{file} cannot be read: {error}") from error
    except ValidationError as error:
        raise FileRefused(f"{file.name}, {_place_and_fault(error)}") from error
    except NonsenseProblem as error:
        raise FileRefused(f"{file.name}, {error}") from error


def _place_and_fault(error: ValidationError) -> str:
    """The first fault with its line, where the text breaks off, or with its field."""
    faults = error.errors(include_url=False, include_context=False)
    first, more = faults[0], len(faults) - 1
    words = first["msg"].removeprefix("Invalid JSON: ")
    fault, _, place = words.partition(" at line ")
    if place:
        line, _, column = place.partition(" column ")
        return f"line {line}, column {column}: {fault}; is the file cut off?"
    if first["type"] == "value_error" and not first["loc"]:
        return words.removeprefix("Value error, ")
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in first["loc"])
    field = "".join(steps).removeprefix(".") or "the whole"
    return f"{field}: {words}" + (f" ({more} more like this)" if more else "")

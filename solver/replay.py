"""A stored problem solved again, for whoever wants to see what a run saw."""

from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from solver.conflict_sets import with_conflict_sets
from solver.problem import NonsenseProblem, Problem
from solver.search import solve
from solver.solution import Solution


class FileRefused(ValueError):  # noqa: N818 - a refusal is no error of ours
    """The file holds no problem that could be solved."""


def solve_text(text: str, *, seconds: float | None = None) -> Solution:
    """The solution of a problem as JSON; `seconds` takes the place of its own time limit."""
    problem = Problem.from_json(text)
    if seconds is not None:
        request = replace(problem.request, time_limit_seconds=seconds)
        problem = replace(problem, request=request)
    return with_conflict_sets(problem, solve(problem))


def solve_file(file: Path, *, seconds: float | None = None) -> str:
    """The solution as JSON; raises FileRefused for what cannot be read as a problem."""
    try:
        text = file.read_text(encoding="utf-8")
        return solve_text(text, seconds=seconds).to_json()
    except (OSError, UnicodeDecodeError) as error:
        raise FileRefused(f"{file} cannot be read: {error}") from error
    except (ValidationError, NonsenseProblem) as error:
        raise FileRefused(f"{file} holds no problem: {error}") from error

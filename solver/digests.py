"""Digests of a question and of its answer, so that a replay can be compared with its run."""

from collections.abc import Iterable
from hashlib import sha256
from importlib.metadata import version

from domain.covers import Cover
from domain.shifts import ShiftAssignment
from solver.problem import Problem

VERSIONS = ("understudy", "ortools")


def of_problem(problem: Problem) -> str:
    """The problem with its seed, and the versions that answer it.

    Taken from what a reader of its JSON gets, so that no number depends on how it was written.
    """
    told = "\n".join(f"{name} {version(name)}" for name in VERSIONS)
    text = Problem.from_json(problem.to_json()).to_json()
    return _digest((told, text))


def of_schedule(shifts: Iterable[ShiftAssignment], covers: Iterable[Cover]) -> str:
    """Who works what on which day, and who covers which group; the order of rows has no effect."""
    cells = sorted((s.date.isoformat(), s.staff_id, s.shift_type) for s in shifts)
    held = sorted((c.date.isoformat(), c.group_id, c.staff_id) for c in covers)
    rows = [("cell", *row) for row in cells] + [("cover", *row) for row in held]
    return _digest(" ".join(map(str, row)) for row in rows)


def _digest(lines: Iterable[str]) -> str:
    return sha256("\n".join(lines).encode()).hexdigest()

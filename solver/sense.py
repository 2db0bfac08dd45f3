"""What a problem may not say though it can be read: sizes, negative numbers, contradictions.

The database keeps all but the sizes from a restaurant's own rows; a file may hold anything. Faults
name the field as the file spells it, and the row by its id.
"""

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

from domain.schedules import Board
from solver.problem import NonsenseProblem, Problem

MOST_STAFF = 2_000
MOST_CELLS = 100_000  # what 4 GB hold
LARGEST_SEED = 2**31 - 1
WEIGHT = ("weight", 1, 1000)
BOUNDS: dict[str, tuple[tuple[str, int, float], ...]] = {
    "staff": (("maximum_groups_per_day", 1, math.inf),),
    "groups": (("criticality", 1, 5), ("minimum_present", 0, math.inf)),
    "shift_types": (("rest_half_days", 0, 2),),
    "backup_assignments": (("priority_order", 1, math.inf),),
    "work_limits": (
        ("minimum_half_days", 0, math.inf),
        ("maximum_half_days", 0, math.inf),
        ("days", 1, 366),
        WEIGHT,
    ),
    "priority_rules": (WEIGHT,),
    "succession_rules": (WEIGHT,),
    "standing_rules": (WEIGHT,),
}
ORDERED = (
    ("staff", "employed_from", "employed_until"),
    ("backup_assignments", "effective_from", "effective_until"),
    ("work_limits", "minimum_half_days", "maximum_half_days"),
)
KEYS = {
    "staff": ("id",),
    "groups": ("id",),
    "shift_types": ("code",),
    "shifts": ("staff_id", "date"),
    "history": ("staff_id", "date"),
    "covers": ("date", "group_id", "staff_id"),
}
OF_A_GROUP = ("memberships", "backup_assignments")


def require_size(board: Board) -> None:
    """Raises NonsenseProblem for more people or cells than one search can hold."""
    people, days = len(board.staff), len(board.days)
    if people > MOST_STAFF:
        raise NonsenseProblem(f"board.staff: {people} people are more than {MOST_STAFF}.")
    if people * days > MOST_CELLS:
        cells = f"{people} people × {days} days are {people * days} cells"
        raise NonsenseProblem(f"board.schedule: {cells}, more than {MOST_CELLS}.")


def require_sense(problem: Problem) -> None:
    """Raises NonsenseProblem with the first fault of what somebody else may have written."""
    require_size(problem.board)
    fault = next(_faults(problem), None)
    if fault is not None:
        raise NonsenseProblem(fault)


def _faults(problem: Problem) -> Iterator[str]:
    board, seed = problem.board, problem.request.seed
    if not 0 <= seed <= LARGEST_SEED:
        yield f"request.seed: {seed} is not from 0 to {LARGEST_SEED}."
    for name, fields in BOUNDS.items():
        for row in getattr(board, name):
            yield from _out_of_bounds(name, row, fields)
    for name, low, high in ORDERED:
        for row in getattr(board, name):
            yield from _upside_down(name, row, low, high)
    for name, keys in KEYS.items():
        yield from _twice(board, name, keys)
    for name in OF_A_GROUP:
        for row in getattr(board, name):
            if row.group_id not in board.group_by_id:
                yield f"board.{name}[id {row.id}].group_id: there is no group {row.group_id}."


def _out_of_bounds(
    name: str, row: Any, fields: tuple[tuple[str, int, float], ...]
) -> Iterator[str]:
    for field, least, most in fields:
        value = getattr(row, field)
        if value is not None and not least <= value <= most:
            upper = "on" if most == math.inf else f"to {most}"
            yield f"board.{name}[id {row.id}].{field}: {value} is not from {least} {upper}."


def _upside_down(name: str, row: Any, low: str, high: str) -> Iterator[str]:
    first, last = getattr(row, low), getattr(row, high)
    if first is not None and last is not None and first > last:
        yield f"board.{name}[id {row.id}].{low}: {first} is beyond {high}, {last}."


def _twice(board: Board, name: str, keys: tuple[str, ...]) -> Iterator[str]:
    rows = Counter(tuple(getattr(row, key) for key in keys) for row in getattr(board, name))
    for values, count in rows.items():
        if count > 1:
            which = ", ".join(f"{key} {value}" for key, value in zip(keys, values, strict=True))
            yield f"board.{name}: {which} stands there {count} times."

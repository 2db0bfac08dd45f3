"""What columns say of a board's soft rules: a bound, and cells that come near it."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from domain.ids import ShiftCode, StaffId
from domain.runs import TierName
from solver.columns.boards import task
from solver.columns.dives import dive
from solver.columns.generation import EPSILON, Choice, Generation, Pool
from solver.variables import Variables

CONVERGING = 0.6
FEWEST_CELLS, MOST_CELLS = 150, 5_000


@dataclass(frozen=True, kw_only=True)
class Aid:
    """No schedule that keeps the earlier tiers pays less than `bound`; cells may be incomplete."""

    bound: int
    cells: dict[tuple[StaffId, date], ShiftCode]


def is_worth_it(variables: Variables) -> bool:
    """Small boards are proved before a line is priced; large ones outlast their share of time."""
    cells = sum(1 for _ in variables.employed_cells())
    return FEWEST_CELLS <= cells <= MOST_CELLS


def aid(
    variables: Variables,
    kept: Mapping[TierName, int],
    seconds: float,
    is_stopped: Callable[[], bool],
) -> Aid:
    """The bound and the cells that these seconds allow, of a board that can keep all hard rules."""
    end = time.monotonic() + seconds

    def left() -> float:
        return 0.0 if is_stopped() else end - time.monotonic()

    root = Generation(Pool(task(variables, kept)), lambda: left() > seconds * (1 - CONVERGING))
    optimum = root.converge()
    bound = max(0, math.ceil(root.bound - EPSILON)) if root.bound > 0 else 0
    root.may_go_on = lambda: left() > 0
    best = None
    if left() > 0 and optimum.missing < EPSILON:
        best = dive(root, math.inf, left)
    return Aid(bound=bound, cells={} if best is None else _cells(variables, best))


def _cells(variables: Variables, best: Choice) -> dict[tuple[StaffId, date], ShiftCode]:
    """The cells of a choice; days without a cell, and closed ones, have none."""
    board = variables.board
    codes = [kind.code for kind in board.shift_types]
    return {
        (person.id, day): codes[option]
        for person, column in zip(board.staff, best.columns, strict=True)
        for day, option in zip(board.days, column.options, strict=True)
        if option < len(codes)
    }

"""What columns say of a board's later tiers: a bound, and cells that come near it.

A tier is minimised together with those before it, each later one weighted so little that it gives
way. What the earlier ones are kept at is then taken off, so the bound holds for any weights.
"""

import math
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from domain.ids import ShiftCode, StaffId
from domain.runs import TierName
from solver.columns.boards import Weights, task
from solver.columns.dives import dive
from solver.columns.generation import EPSILON, Choice, Generation, Pool
from solver.columns.master import Column, OutOfTime
from solver.columns.slim import slim
from solver.rules.backup_load import load_before
from solver.variables import Variables

CONVERGING = 0.6
FEWEST_CELLS, MOST_CELLS = 150, 5_000
FINE = 1e-9
ROUGHLY = 1e-3
LOAD, BALANCE = 0.05, 0.02
WEIGHTS = {
    TierName.SOFT_RULES: Weights(),
    TierName.BACKUP_LOAD: Weights(load=LOAD),
    TierName.REST_BALANCE: Weights(load=LOAD, balance=BALANCE),
}
OF_TIER = {
    TierName.SOFT_RULES: 1.0,
    TierName.BACKUP_LOAD: LOAD,
    TierName.REST_BALANCE: BALANCE,
}


@dataclass(frozen=True, kw_only=True)
class Aid:
    """No schedule that keeps the earlier tiers pays less than `bound`; cells may be incomplete."""

    bound: int
    cells: dict[tuple[StaffId, date], ShiftCode]


def is_worth_it(variables: Variables) -> bool:
    """Small boards are proved before a line is priced; large ones outlast their share of time."""
    cells = sum(1 for _ in variables.employed_cells())
    return FEWEST_CELLS <= cells <= MOST_CELLS


class Lines:
    """The lines of a board's people, kept from one tier to the next."""

    def __init__(self, variables: Variables) -> None:
        self._variables = variables
        self._useful: list[Column] = []

    def ask(
        self,
        tier: TierName,
        kept: Mapping[TierName, int],
        seconds: float,
        is_stopped: Callable[[], bool],
    ) -> Aid:
        """The bound and the cells that these seconds allow.

        The tier is one of WEIGHTS, `kept` holds the values of all before it; hard rules must be
        kept in full.
        """
        end = time.monotonic() + seconds

        def left() -> float:
            return 0.0 if is_stopped() else end - time.monotonic()

        asked = task(self._variables, kept, WEIGHTS[tier])
        pool = Pool(slim(asked), known=self._useful)
        root = Generation(pool, lambda: left() - seconds * (1 - CONVERGING))
        is_whole = self._converge(root)
        bound = self._bound(tier, kept, root.bound)
        root.seconds_left = left
        best = self._dive(root) if is_whole and left() > 0 else None
        return Aid(bound=bound, cells={} if best is None else _cells(self._variables, best))

    def _converge(self, root: Generation) -> bool:
        """Whether the programme can be met; what it takes is where the next tier begins."""
        with suppress(OutOfTime):
            optimum = root.converge(FINE)
            self._useful = root.taken(optimum)
            return optimum.missing < EPSILON
        return False

    def _dive(self, root: Generation) -> Choice | None:
        with suppress(OutOfTime):
            best = dive(root)
            self._useful += [] if best is None else best.columns
            return best
        return None

    def _bound(self, tier: TierName, kept: Mapping[TierName, int], whole: float) -> int:
        """What is left of the whole once the earlier tiers are paid for."""
        if whole == -math.inf:
            return 0
        before = load_before(self._variables)
        values = {**kept, TierName.BACKUP_LOAD: kept.get(TierName.BACKUP_LOAD, before) - before}
        paid = sum(OF_TIER[name] * values[name] for name in OF_TIER if name in kept)
        least = (whole - paid) / OF_TIER[tier]
        if tier is TierName.BACKUP_LOAD:
            least += before
        return max(0, math.ceil(least - ROUGHLY))


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

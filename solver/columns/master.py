"""The linear programme over some of the lines, and its prices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from solver.columns import quiet
from solver.columns.lines import FORBIDDEN, Task

Vector = NDArray[np.float64]
Index = NDArray[np.int32]
CHEAP, DEAR = 2.0, 2e3
DEARER = 5.0
PERSON = 50.0  # half a person's line missing must not pay for a rule that it breaks
DUAL, PRIMAL = 1, 4
TINY = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A whole line of one person: its option on each day, its cost, the rows it stands in."""

    person: int
    options: tuple[int, ...]
    cost: float
    rows: Index
    factors: Vector


class OutOfTime(Exception):  # noqa: N818 - nothing is wrong
    """The time is over, and the programme has no optimum yet."""


class Cells:
    """Which cells stand in which rows, as arrays; a cell is (person, day, option) made flat."""

    def __init__(self, task: Task) -> None:
        habit = task.lines[0].habit
        self.shape = (len(task.lines), habit.days, habit.options)
        counts = [len(row.cells) for row in task.rows]
        numbers = np.repeat(np.arange(len(task.rows)), counts)
        listed = [cell for row in task.rows for cell in row.cells]
        places = np.array([cell[:3] for cell in listed], dtype=np.int64).reshape(-1, 3)
        flat = np.ravel_multi_index((places[:, 0], places[:, 1], places[:, 2]), self.shape)
        order = np.argsort(flat, kind="stable")
        self._flat, self._numbers = flat[order], numbers[order]
        self._factors = np.array([cell[3] for cell in listed], dtype=np.float64)[order]
        self._starts = np.searchsorted(self._flat, np.arange(int(np.prod(self.shape)) + 1))

    def priced(self, costs: Vector, prices: Vector) -> Vector:
        """What each cell costs once its rows are paid for."""
        weights = self._factors * prices[self._numbers]
        paid = np.bincount(self._flat, weights=weights, minlength=costs.size)
        return costs - paid.reshape(self.shape)

    def rows_of(self, person: int, options: Sequence[int]) -> tuple[Index, Vector]:
        """The rows in which a line stands, and its factor in each."""
        _, days, kinds = self.shape
        flat = (person * days + np.arange(days)) * kinds + np.array(options)
        picked = np.concatenate([np.arange(self._starts[c], self._starts[c + 1]) for c in flat])
        numbers, places = np.unique(self._numbers[picked], return_inverse=True)
        weights = self._factors[picked]
        factors = np.bincount(places, weights=weights, minlength=len(numbers))
        return numbers.astype(np.int32), factors.astype(np.float64)


@dataclass(frozen=True, slots=True)
class Optimum:
    """The least value, how much of each column it takes, and the price of each row.

    `joint` prices the rows of the task, `single` one more of each person; `missing` is what
    artificial columns had to give.
    """

    value: float
    shares: Vector
    joint: Vector
    single: Vector
    missing: float


class Master:
    """Choose one column a person; artificial columns make every choice possible.

    They cost little at first if so asked: prices settle sooner, and what is still missing then
    makes them dearer.
    """

    def __init__(
        self, task: Task, columns: Iterable[Column] = (), *, is_cheap: bool = False
    ) -> None:
        self.task = task
        dearest = max((extra.cost for extra in task.extras if extra.cost > 0), default=DEAR)
        self._artificial = min(DEAR, CHEAP * dearest) if is_cheap else DEAR
        self.columns: list[Column] = []
        self._programme = quiet.programme()
        self._has_moved = False
        self._lay()
        self._base = self._programme.getNumCol()
        self.add(list(columns))

    def _lay(self) -> None:
        h, task = self._programme, self.task
        for number, extra in enumerate(task.extras):
            h.addVar(extra.lower, extra.upper)
            h.changeColCost(number, extra.cost)
        for row in task.rows:
            places = np.array([n for n, _ in row.extras], dtype=np.int32)
            h.addRow(
                row.lower, row.upper, len(places), places, np.array([f for _, f in row.extras])
            )
        for _ in task.lines:
            h.addRow(1.0, 1.0, 0, np.array([], dtype=np.int32), np.array([]))
        for number, row in enumerate(task.rows):
            for sign, bound in ((1.0, row.lower), (-1.0, row.upper)):
                if abs(bound) != FORBIDDEN:
                    self._add_artificial(number, sign, self._artificial)
        for person in range(len(task.lines)):
            self._add_artificial(len(task.rows) + person, 1.0, PERSON * self._artificial)

    def _add_artificial(self, row: int, sign: float, price: float) -> None:
        place = np.array([row], dtype=np.int32)
        self._programme.addCol(price, 0.0, FORBIDDEN, 1, place, np.array([sign]))

    def make_dearer(self, *, at_once: bool) -> bool:
        """Whether artificial columns could be made dearer."""
        if self._artificial >= DEAR:
            return False
        self._artificial = DEAR if at_once else min(DEAR, DEARER * self._artificial)
        for place in range(len(self.task.extras), self._base):
            self._programme.changeColCost(place, self._price(place))
        return True

    def _price(self, place: int) -> float:
        """What an artificial column costs; those of people are the last."""
        is_person = place >= self._base - len(self.task.lines)
        return self._artificial * (PERSON if is_person else 1.0)

    def add(self, columns: list[Column]) -> None:
        if not columns:
            return
        single = len(self.task.rows)
        sizes = np.array([len(c.rows) + 1 for c in columns])
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32)
        rows = np.concatenate([np.append(c.rows, single + c.person) for c in columns])
        factors = np.concatenate([np.append(c.factors, 1.0) for c in columns])
        count = len(columns)
        self._programme.addCols(
            count,
            np.array([c.cost for c in columns]),
            np.zeros(count),
            np.full(count, FORBIDDEN),
            int(sizes.sum()),
            starts,
            rows.astype(np.int32),
            factors,
        )
        self.columns += columns

    def solve(self, seconds: float = FORBIDDEN) -> Optimum:
        """The optimum; columns that were added since are best met by the primal method.

        Raises OutOfTime once these seconds are over.
        """
        h, rows, extras = self._programme, len(self.task.rows), len(self.task.extras)
        h.setOptionValue("simplex_strategy", DUAL if self._has_moved else PRIMAL)
        self._has_moved = False
        h.setOptionValue("time_limit", h.getRunTime() + seconds)
        h.run()
        status = h.getModelStatus()
        if status == highspy.HighsModelStatus.kTimeLimit:
            raise OutOfTime
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"The programme over the columns ended as {status.name}.")
        solution = h.getSolution()
        values, prices = np.array(solution.col_value), np.array(solution.row_dual)
        return Optimum(
            value=h.getObjectiveValue(),
            shares=values[self._base :],
            joint=prices[:rows],
            single=prices[rows:],
            missing=float(values[extras : self._base].sum()),
        )

    def drop(self, places: list[int]) -> None:
        if not places:
            return
        dropped = set(places)
        indexes = np.array([self._base + n for n in places], dtype=np.int32)
        self._programme.deleteCols(len(indexes), indexes)
        self.columns = [c for n, c in enumerate(self.columns) if n not in dropped]
        self._has_moved = True


def dual_value(task: Task, prices: Vector) -> float:
    """What rows and extras add to the Lagrangian bound at these prices; −inf where unbounded."""
    value = 0.0
    reduced = np.array([extra.cost for extra in task.extras])
    for price, row in zip(prices.tolist(), task.rows, strict=True):
        bound = row.lower if price > 0 else row.upper
        if abs(price) > TINY:
            value += -FORBIDDEN if abs(bound) == FORBIDDEN else price * bound
        for place, factor in row.extras:
            reduced[place] -= price * factor
    for cost, extra in zip(reduced.tolist(), task.extras, strict=True):
        if cost < -TINY and extra.upper == FORBIDDEN:
            return -FORBIDDEN
        value += cost * (extra.upper if cost < 0 and extra.upper != FORBIDDEN else extra.lower)
    return value

"""Column generation: lines are priced until none betters the programme, which gives the bound."""

from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.columns.lines import FORBIDDEN, Habit, Task
from solver.columns.master import Cells, Column, Master, Optimum, Vector, dual_value
from solver.columns.pricing import Crew, Found

SMOOTHING = 0.6
COLUMNS_A_ROUND = 3
LARGEST_CREW = 30
EPSILON = 1e-6
LEAST_SECONDS = 0.5
HALF = 0.5
Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Choice:
    """One column a person, and what they cost together; `missing` is what rows still lack."""

    columns: tuple[Column, ...]
    cost: float
    missing: float


class Pool:
    """Every line priced so far, and the way to price more.

    `known` are columns of a task with the same lines, whose rows may differ.
    """

    def __init__(self, task: Task, workers: int = 1, known: Iterable[Column] = ()) -> None:
        self.task = task
        self.cells = Cells(task)
        self._threads = ThreadPoolExecutor(workers)
        self.costs = np.array([line.costs for line in task.lines])
        self._crews = _crews(task)
        self._known: list[dict[tuple[int, ...], Column]] = [{} for _ in task.lines]
        for column in known:
            self._keep(column.person, column.options, column.cost)

    @property
    def columns(self) -> list[Column]:
        return [column for known in self._known for column in known.values()]

    def price(
        self, prices: Vector, closed: Vector, settled: Collection[int]
    ) -> tuple[float, list[Column]]:
        """Σ of the cheapest lines of those who are not settled, and the lines themselves.

        `closed` is infinite at [person, day, option] where a line may not go, else 0.
        """
        costs = self.cells.priced(self.costs, prices) + closed
        asked = [
            (crew, [n for n, person in enumerate(crew.members) if person not in settled])
            for crew in self._crews
        ]

        def cheapest(pair: tuple[Crew, list[int]]) -> list[list[Found]]:
            crew, who = pair
            return crew.cheapest(costs[crew.members], COLUMNS_A_ROUND, who) if who else []

        least, found = 0.0, []
        for (crew, who), answers in zip(asked, self._threads.map(cheapest, asked), strict=True):
            for n, lines in zip(who, answers, strict=True):
                least += lines[0].cost if lines else FORBIDDEN
                found += [self._column(crew.members[n], line, costs) for line in lines]
        return least, found

    def _column(self, person: int, line: Found, costs: Vector) -> Column:
        known = self._known[person].get(line.options)
        if known is not None:
            return known
        days = np.arange(len(line.options))
        paid = costs[person, days, line.options] - self.costs[person, days, line.options]
        return self._keep(person, line.options, line.cost - float(paid.sum()))

    def _keep(self, person: int, options: tuple[int, ...], cost: float) -> Column:
        column = Column(person, options, cost, *self.cells.rows_of(person, options))
        self._known[person][options] = column
        return column


def reduced(column: Column, optimum: Optimum) -> float:
    """What a column costs once its rows and its person's share are paid for."""
    paid = float(column.factors @ optimum.joint[column.rows])
    return column.cost - paid - float(optimum.single[column.person])


@dataclass(frozen=True, slots=True)
class Decision:
    """Cells that were decided, and the columns that this dropped."""

    people: Index
    days: Index
    dropped: list[Column]


class Generation:
    """One programme through its time; `bound` holds for those who are not settled.

    Whatever asks for its optimum raises OutOfTime where the time does not suffice for one.
    """

    def __init__(
        self, pool: Pool, seconds_left: Callable[[], float], settled: tuple[Column, ...] = ()
    ) -> None:
        self.pool = pool
        self.bound = -FORBIDDEN
        self.seconds_left = seconds_left
        people = {column.person for column in settled}
        others = [column for column in pool.columns if column.person not in people]
        self.master = Master(pool.task, [*others, *settled], is_cheap=not others)
        self._inside = set(map(id, self.master.columns))
        self._settled = {column.person: column for column in settled}
        self._closed = np.zeros(pool.costs.shape)
        self._days = np.arange(pool.task.lines[0].habit.days)
        self._open = np.ones((len(pool.task.lines), len(self._days)), dtype=bool)
        self._open[list(people)] = False

    def converge(
        self, tolerance: float = EPSILON, rounds: int = 10_000, floor: float = -FORBIDDEN
    ) -> Optimum:
        """Add columns until the programme is so near its bound, or time or rounds are over.

        Whoever knows that nothing will be below the `floor` has no need of a bound that says so.
        """
        optimum = self._converge(tolerance, rounds, floor)
        while self.master.make_dearer(at_once=optimum.missing < EPSILON):
            optimum = self._converge(tolerance, rounds, floor)
        return optimum

    def _converge(self, tolerance: float, rounds: int, floor: float) -> Optimum:
        smoothing, centre = SMOOTHING, None
        optimum = self._solve()
        for _ in range(rounds):
            reached = max(self.bound, floor) + tolerance * max(1.0, abs(optimum.value))
            if self.seconds_left() <= 0 or optimum.value < reached:
                break
            prices = _between(centre, optimum.joint, smoothing)
            dual, added = self._round(prices, optimum)
            if dual > self.bound:
                self.bound, centre = dual, prices
            if not added and smoothing == 0:
                break
            smoothing = SMOOTHING if added else 0.0
            optimum = self._solve() if added else optimum
        return optimum

    def _solve(self) -> Optimum:
        return self.master.solve(max(LEAST_SECONDS, self.seconds_left()))

    def _round(self, prices: Vector, optimum: Optimum) -> tuple[float, int]:
        """The bound at these prices, and how many columns came that the programme asks for."""
        least, found = self.pool.price(prices, self._closed, self._settled)
        for column in self._settled.values():
            least += column.cost - float(column.factors @ prices[column.rows])
        new = {
            id(column): column
            for column in found
            if id(column) not in self._inside and reduced(column, optimum) < -EPSILON
        }
        self._inside |= new.keys()
        self.master.add(list(new.values()))
        return dual_value(self.pool.task, prices) + least, len(new)

    def prune(self, optimum: Optimum, gap: float) -> None:
        """Drop columns that cannot stand in a choice better than the optimum and this gap."""
        far = [
            place
            for place, column in enumerate(self.master.columns)
            if column.person not in self._settled and reduced(column, optimum) > gap
        ]
        self._drop(far)

    def _drop(self, places: list[int]) -> None:
        self._inside -= {id(self.master.columns[place]) for place in places}
        self.master.drop(places)

    def taken(self, optimum: Optimum) -> list[Column]:
        """The columns that the programme takes any of."""
        return [self.master.columns[place] for place in np.flatnonzero(optimum.shares > EPSILON)]

    def favourites(self, optimum: Optimum) -> list[Column]:
        """The column of each person that the programme takes most of."""
        best: dict[int, tuple[float, Column]] = {}
        for column, share in zip(self.master.columns, optimum.shares.tolist(), strict=True):
            if share > best.get(column.person, (-1.0, column))[0]:
                best[column.person] = share, column
        return [best[person][1] for person in sorted(best)]

    @property
    def open_cells(self) -> NDArray[np.bool_]:
        """Whether a cell, [person, day], is still to be decided."""
        return self._open

    def shares(self, optimum: Optimum) -> Vector:
        """How much of each option the programme takes in each cell: [person, day, option]."""
        shares = np.zeros(self.pool.costs.shape)
        for place in np.flatnonzero(optimum.shares > EPSILON):
            column = self.master.columns[place]
            shares[column.person, self._days, column.options] += optimum.shares[place]
        return shares

    def decide(self, people: Index, days: Index, options: Index) -> Decision:
        """Close all but these options of these cells, which are open no more."""
        self._open[people, days] = False
        self._closed[people, days] = FORBIDDEN
        self._closed[people, days, options] = 0.0
        gone = [
            place
            for place, column in enumerate(self.master.columns)
            if self._closed[column.person, self._days, column.options].any()
        ]
        dropped = [self.master.columns[place] for place in gone]
        self._drop(gone)
        self.bound = -FORBIDDEN
        return Decision(people, days, dropped)

    def reopen(self, decision: Decision) -> None:
        """Take a decision back, with the columns that it dropped."""
        self._open[decision.people, decision.days] = True
        self._closed[decision.people, decision.days] = 0.0
        self._inside |= set(map(id, decision.dropped))
        self.master.add(decision.dropped)
        self.bound = -FORBIDDEN

    def chosen(self, optimum: Optimum) -> Choice | None:
        """The choice of a programme that takes one column of each person, if it does."""
        columns = [
            column
            for column, share in zip(self.master.columns, optimum.shares, strict=True)
            if share > HALF
        ]
        if len(columns) < len(self.pool.task.lines):
            return None
        columns.sort(key=lambda column: column.person)
        return Choice(tuple(columns), optimum.value, optimum.missing)


def _between(centre: Vector | None, prices: Vector, smoothing: float) -> Vector:
    return prices if centre is None else smoothing * centre + (1 - smoothing) * prices


def _crews(task: Task) -> list[Crew]:
    """People by habit; small crews keep what a walk touches near."""
    found: dict[Habit, list[int]] = {}
    for person, line in enumerate(task.lines):
        found.setdefault(line.habit, []).append(person)
    return [
        Crew(members[n : n + LARGEST_CREW], [task.lines[p] for p in members[n : n + LARGEST_CREW]])
        for members in found.values()
        for n in range(0, len(members), LARGEST_CREW)
    ]

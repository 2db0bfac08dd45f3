"""Column generation: lines are priced until none betters the programme, which gives the bound."""

import math
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from solver.columns.lines import FORBIDDEN, Habit, Task
from solver.columns.master import Cells, Column, Master, Optimum, Vector, dual_value
from solver.columns.pricing import Crew, Found

SMOOTHING = 0.6
COLUMNS_A_ROUND = 3
LARGEST_CREW = 8
EPSILON = 1e-6
ALL_BUT_CHOSEN = 1 - 1e-4


@dataclass(frozen=True, slots=True)
class Choice:
    """One column a person, and what they cost together; `missing` is what rows still lack."""

    columns: tuple[Column, ...]
    cost: float
    missing: float


class Pool:
    """Every line priced so far, and the way to price more."""

    def __init__(self, task: Task, workers: int = 1) -> None:
        self.task = task
        self.cells = Cells(task)
        self._threads = ThreadPoolExecutor(workers)
        self.costs = np.array([line.costs for line in task.lines])
        self._crews = _crews(task)
        self._known: list[dict[tuple[int, ...], Column]] = [{} for _ in task.lines]

    @property
    def columns(self) -> list[Column]:
        return [column for known in self._known for column in known.values()]

    def price(self, prices: Vector, settled: frozenset[int]) -> tuple[float, list[Column]]:
        """Σ of the cheapest lines of those who are not settled, and the lines themselves."""
        costs = self.cells.priced(self.costs, prices)
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
        rows, factors = self.cells.rows_of(person, line.options)
        column = Column(person, line.options, line.cost - float(paid.sum()), rows, factors)
        self._known[person][line.options] = column
        return column


def reduced(column: Column, optimum: Optimum) -> float:
    """What a column costs once its rows and its person's share are paid for."""
    paid = float(column.factors @ optimum.joint[column.rows])
    return column.cost - paid - float(optimum.single[column.person])


class Generation:
    """One programme through its time; `bound` holds for those who are not settled."""

    def __init__(
        self, pool: Pool, may_go_on: Callable[[], bool], settled: tuple[Column, ...] = ()
    ) -> None:
        self.pool = pool
        self.bound = -FORBIDDEN
        self.may_go_on = may_go_on
        people = {column.person for column in settled}
        others = [column for column in pool.columns if column.person not in people]
        self.master = Master(pool.task, [*others, *settled])
        self._inside = set(map(id, self.master.columns))
        self._settled: dict[int, Column] = {}
        if settled:
            self.settle(settled)

    def settle(self, columns: Iterable[Column]) -> None:
        """These people have exactly these columns from now on."""
        chosen = list(columns)
        self._settled.update({column.person: column for column in chosen})
        self.master.settle(chosen)
        self.bound = -FORBIDDEN

    def converge(self, tolerance: float = EPSILON, rounds: int = 10_000) -> Optimum:
        """Add columns until the programme is so near its bound, or time or rounds are over."""
        smoothing, centre = SMOOTHING, None
        optimum = self.master.solve()
        for _ in range(rounds):
            if not self.may_go_on() or not self._is_far(optimum, tolerance):
                break
            prices = _between(centre, optimum.joint, smoothing)
            dual, added = self._round(prices, optimum)
            if dual > self.bound:
                self.bound, centre = dual, prices
            if not added and smoothing == 0:
                break
            smoothing = SMOOTHING if added else 0.0
            optimum = self.master.solve() if added else optimum
        return optimum

    def _is_far(self, optimum: Optimum, tolerance: float) -> bool:
        return optimum.value - self.bound >= tolerance * max(1.0, abs(optimum.value))

    def _round(self, prices: Vector, optimum: Optimum) -> tuple[float, int]:
        """The bound at these prices, and how many columns came that the programme asks for."""
        least, found = self.pool.price(prices, frozenset(self._settled))
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
        self._inside -= {id(self.master.columns[place]) for place in far}
        self.master.drop(far)

    def dive(self, ceiling: float, pace: "Pace") -> Choice | None:
        """Settle what the programme wants most and price again, until everybody is settled.

        None once nothing under the ceiling can come of it.
        """
        people = len(self.pool.task.lines)
        while True:
            optimum = self.converge(pace.tolerance, pace.rounds)
            if optimum.value > ceiling + EPSILON:
                return None
            unsettled = people - len(self._settled)
            if not unsettled:
                break
            wanted = self._wanted(optimum, pace.next_count(unsettled))
            if not wanted:
                return None
            self.settle(wanted)
        columns = tuple(self._settled[person] for person in range(people))
        return Choice(columns, optimum.value, optimum.missing)

    def _wanted(self, optimum: Optimum, count: int) -> list[Column]:
        """The columns that the programme has all but chosen, or the few that it wants most."""
        free = [
            (share, -place)
            for place, share in enumerate(optimum.shares.tolist())
            if share > EPSILON and self.master.columns[place].person not in self._settled
        ]
        chosen: dict[int, Column] = {}
        for share, place in sorted(free, reverse=True):
            if len(chosen) >= count and share < ALL_BUT_CHOSEN:
                break
            column = self.master.columns[-place]
            chosen.setdefault(column.person, column)
        return list(chosen.values())


def _between(centre: Vector | None, prices: Vector, smoothing: float) -> Vector:
    return prices if centre is None else smoothing * centre + (1 - smoothing) * prices


class Pace:
    """How many people a dive settles at a time, so that it ends when it should."""

    def __init__(self, seconds_left: Callable[[], float], *, tolerance: float, rounds: int) -> None:
        self.tolerance = tolerance
        self.rounds = rounds
        self._seconds_left = seconds_left
        self._before: float | None = None

    def next_count(self, unsettled: int) -> int:
        """One at first, then as many as the time of the last step says; half of all at most."""
        left = self._seconds_left()
        before, self._before = self._before, left
        if before is None:
            return 1
        if left <= 0:
            return unsettled
        needed = math.ceil(unsettled * (before - left) / left)
        return max(1, min(needed, math.ceil(unsettled / 4)))


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

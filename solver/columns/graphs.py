"""The graph of a habit: what a line can have been by each day, as arrays that numpy can walk.

A node holds what the rest of the line depends on, totals and counts excepted: those are axes beside
the nodes. Options that every rule treats alike are of one kind, and an arc is about a kind.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, starmap

import numpy as np
from numpy.typing import NDArray

from solver.columns.counters import State, counters_of
from solver.columns.lines import FORBIDDEN, Habit, Line, axes_of
from solver.columns.windows import Axis, Shift, Window, axis_of, shift_of, windows_of

Index = NDArray[np.int64]
Costs = NDArray[np.float64]
Step = tuple[int, int, float]
Added = tuple[int, ...]
FEW = 4


@dataclass(frozen=True, slots=True)
class Steps:
    """Arcs side by side: from which node, by which kind, at what cost."""

    sources: Index
    kinds: Index
    costs: Costs


@dataclass(frozen=True, slots=True)
class Arcs:
    """The steps of one day that add the same to every axis, and what that does to the axes.

    Nodes with up to `FEW` arcs come first, those with most of them before the others: `ranks[k]`
    holds the arc k of the first of them. Each of the others has a block of steps of its own.
    Either no earlier arcs of the day lead to any of these nodes, which then stand side by side
    (`are_new`), or to all of them.
    """

    nodes: Index
    are_new: bool
    ranks: tuple[Steps, ...]
    blocks: tuple[Steps, ...]
    shifts: tuple[Shift, ...]


@dataclass(frozen=True)
class Graph:
    """`layers[day]` leads from the nodes before that day to those after it.

    `widths` has the number of nodes before each day and after the last, `windows` the counts that
    each axis tells apart by then.
    """

    habit: Habit
    first: dict[State, int]
    widths: tuple[int, ...]
    axes: tuple[Axis, ...]
    windows: tuple[tuple[Window, ...], ...]
    layers: tuple[tuple[Arcs, ...], ...]

    @cached_property
    def options_of_kind(self) -> tuple[Index, ...]:
        kinds = np.array(kinds_of(self.habit))
        return tuple(np.flatnonzero(kinds == kind) for kind in range(int(kinds.max()) + 1))

    def shape(self, day: int) -> tuple[int, ...]:
        """How many counts each axis tells apart before that day."""
        return tuple(window.size for window in self.windows[day])


def kinds_of(habit: Habit) -> list[int]:
    """The kind of each option."""
    seen: dict[tuple[object, ...], int] = {}
    return [seen.setdefault(_treatment(habit, o), len(seen)) for o in range(habit.options)]


def _treatment(habit: Habit, option: int) -> tuple[object, ...]:
    return (
        *((option in pair.first, option in pair.second) for pair in habit.pairs),
        *(option in rule.listed for rule in habit.runs),
        *(option in rule.listed for rule in habit.marked),
        *(rule.amounts[option] for rule in habit.tallies),
        *(rule.amounts[option] for rule in habit.totals),
    )


def start_of(line: Line) -> State:
    """The node in which a line begins."""
    return tuple(counter.begin(line) for counter in counters_of(line.habit))


def graph_of(habit: Habit, starts: Iterable[tuple[State, tuple[int, ...]]]) -> Graph:
    """The graph of all that these beginnings can lead to: nodes, and what is counted by then."""
    return _Builder(habit).build(sorted(set(starts)))


@dataclass(frozen=True, slots=True)
class _Bundle:
    """Steps that add the same, by the node they lead to; `into[n]` holds those into `nodes[n]`."""

    added: Added
    nodes: list[int]
    are_new: bool
    into: list[list[Step]]


class _Builder:
    def __init__(self, habit: Habit) -> None:
        self._habit = habit
        self._counters = counters_of(habit)
        kinds = kinds_of(habit)
        self._examples = [kinds.index(kind) for kind in range(max(kinds) + 1)]

    def build(self, starts: list[tuple[State, tuple[int, ...]]]) -> Graph:
        states = dict.fromkeys(state for state, _ in starts)
        first = {state: n for n, state in enumerate(states)}
        nodes, widths, found = first, [len(first)], []
        for day in range(self._habit.days):
            nodes, bundles = _bundles(self._steps(nodes, day))
            found.append(bundles)
            widths.append(len(nodes))
        axes, windows = self._axes([counted for _, counted in starts], found)
        layers = [
            tuple(_arcs(bundle, _shifts(axes, before, after, bundle.added)) for bundle in bundles)
            for bundles, (before, after) in zip(found, pairwise(windows), strict=True)
        ]
        return Graph(self._habit, first, tuple(widths), axes, windows, tuple(layers))

    def _axes(
        self, starts: list[tuple[int, ...]], layers: list[list[_Bundle]]
    ) -> tuple[tuple[Axis, ...], tuple[tuple[Window, ...], ...]]:
        axes, windows = [], []
        for n, costs in enumerate(axes_of(self._habit)):
            most = [max((b.added[n] for b in bundles), default=0) for bundles in layers]
            counted = [counts[n] for counts in starts]
            reach = [max(counted) + sum(most[:day]) for day in range(len(most) + 1)]
            axis = axis_of(costs, reach[-1])
            axes.append(axis)
            windows.append(windows_of(axis, min(counted), reach, most))
        by_day = zip(*windows, strict=True) if windows else [() for _ in range(len(layers) + 1)]
        return tuple(axes), tuple(by_day)

    def _steps(self, nodes: dict[State, int], day: int) -> dict[Added, dict[State, list[Step]]]:
        """The steps of a day by what they add, and by where they lead."""
        found: dict[Added, dict[State, list[Step]]] = {}
        for state, source in nodes.items():
            for kind, option in enumerate(self._examples):
                following, cost, counted = self._step(state, day, option)
                if cost == FORBIDDEN:
                    continue
                added = (*(total.amounts[option] for total in self._habit.totals), *counted)
                into = found.setdefault(added, {})
                into.setdefault(following, []).append((source, kind, cost))
        return found

    def _step(self, state: State, day: int, option: int) -> tuple[State, float, tuple[int, ...]]:
        values: list[int] = []
        counted: list[int] = []
        cost = 0.0
        for counter, value in zip(self._counters, state, strict=True):
            after, price, marks = counter.step(value, day, option)
            values.append(after)
            counted += marks
            cost += price
        return tuple(values), cost, tuple(counted)


def _bundles(
    found: dict[Added, dict[State, list[Step]]],
) -> tuple[dict[State, int], list[_Bundle]]:
    """Steps that are walked together, and a numbering in which new nodes stand side by side."""
    numbers: dict[State, int] = {}
    bundles = []
    for added, into in sorted(found.items()):
        met = {state: steps for state, steps in into.items() if state in numbers}
        new = {state: steps for state, steps in into.items() if state not in numbers}
        for part in filter(None, (new, met)):
            states = sorted(part, key=lambda state: _place(part[state]))
            nodes = [numbers.setdefault(state, len(numbers)) for state in states]
            steps = [part[state] for state in states]
            bundles.append(_Bundle(added, nodes, part is new, steps))
    return numbers, bundles


def _place(steps: list[Step]) -> tuple[bool, int]:
    return len(steps) > FEW, -len(steps)


def _shifts(
    axes: tuple[Axis, ...],
    before: tuple[Window, ...],
    after: tuple[Window, ...],
    added: Added,
) -> tuple[Shift, ...]:
    return tuple(starmap(shift_of, zip(axes, before, after, added, strict=True)))


def _arcs(bundle: _Bundle, shifts: tuple[Shift, ...]) -> Arcs:
    few = [steps for steps in bundle.into if len(steps) <= FEW]
    most = len(few[0]) if few else 0
    ranks = ([steps[k] for steps in few if len(steps) > k] for k in range(most))
    return Arcs(
        nodes=np.array(bundle.nodes, dtype=np.int64),
        are_new=bundle.are_new,
        ranks=tuple(map(_side_by_side, ranks)),
        blocks=tuple(map(_side_by_side, bundle.into[len(few) :])),
        shifts=shifts,
    )


def _side_by_side(steps: list[Step]) -> Steps:
    return Steps(
        sources=np.array([step[0] for step in steps], dtype=np.int64),
        kinds=np.array([step[1] for step in steps], dtype=np.int64),
        costs=np.array([step[2] for step in steps]),
    )

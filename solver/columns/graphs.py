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
Step = tuple[int, int, int, float]
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

    Nodes with up to `FEW` arcs are `few`, those with most of them first: `ranks[k]` holds the arc
    k of the first of them. Each of the others, `many`, has steps of its own.
    """

    few: Index
    ranks: tuple[Steps, ...]
    many: Index
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
            nodes, steps = self._layer(nodes, day)
            found.append(steps)
            widths.append(len(nodes))
        axes, windows = self._axes([counted for _, counted in starts], found)
        layers = [
            tuple(_arcs(steps, _shifts(axes, before, after, added)) for added, steps in layer)
            for layer, (before, after) in zip(found, pairwise(windows), strict=True)
        ]
        return Graph(self._habit, first, tuple(widths), axes, windows, tuple(layers))

    def _axes(
        self, starts: list[tuple[int, ...]], layers: list["Layer"]
    ) -> tuple[tuple[Axis, ...], tuple[tuple[Window, ...], ...]]:
        axes, windows = [], []
        for n, costs in enumerate(axes_of(self._habit)):
            most = [max((added[n] for added, _ in layer), default=0) for layer in layers]
            counted = [counts[n] for counts in starts]
            reach = [max(counted) + sum(most[:day]) for day in range(len(most) + 1)]
            axis = axis_of(costs, reach[-1])
            axes.append(axis)
            windows.append(windows_of(axis, min(counted), reach, most))
        by_day = zip(*windows, strict=True) if windows else [() for _ in range(len(layers) + 1)]
        return tuple(axes), tuple(by_day)

    def _layer(self, nodes: dict[State, int], day: int) -> tuple[dict[State, int], "Layer"]:
        after: dict[State, int] = {}
        found: dict[tuple[int, ...], list[Step]] = {}
        for state, source in nodes.items():
            for kind, option in enumerate(self._examples):
                following, cost, counted = self._step(state, day, option)
                if cost == FORBIDDEN:
                    continue
                node = after.setdefault(following, len(after))
                added = (*(total.amounts[option] for total in self._habit.totals), *counted)
                found.setdefault(added, []).append((node, source, kind, cost))
        return after, [(added, sorted(steps)) for added, steps in sorted(found.items())]

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


Layer = list[tuple[tuple[int, ...], list[Step]]]


def _shifts(
    axes: tuple[Axis, ...],
    before: tuple[Window, ...],
    after: tuple[Window, ...],
    added: tuple[int, ...],
) -> tuple[Shift, ...]:
    return tuple(starmap(shift_of, zip(axes, before, after, added, strict=True)))


def _arcs(steps: list[Step], shifts: tuple[Shift, ...]) -> Arcs:
    into: dict[int, list[Step]] = {}
    for step in steps:
        into.setdefault(step[0], []).append(step)
    few = sorted((node for node in into if len(into[node]) <= FEW), key=lambda n: -len(into[n]))
    many = [node for node in into if len(into[node]) > FEW]
    most = max((len(into[node]) for node in few), default=0)
    ranks = [[into[n][k] for n in few if len(into[n]) > k] for k in range(most)]
    return Arcs(
        few=np.array(few, dtype=np.int64),
        ranks=tuple(map(_steps, ranks)),
        many=np.array(many, dtype=np.int64),
        blocks=tuple(_steps(into[node]) for node in many),
        shifts=shifts,
    )


def _steps(steps: list[Step]) -> Steps:
    return Steps(
        sources=np.array([step[1] for step in steps], dtype=np.int64),
        kinds=np.array([step[2] for step in steps], dtype=np.int64),
        costs=np.array([step[3] for step in steps]),
    )

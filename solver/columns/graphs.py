"""The graph of a habit: what a line can have been by each day, as arrays that numpy can walk.

A node holds what the rest of the line depends on, totals and counts excepted: those are axes beside
the nodes. Options that every rule treats alike are of one kind, and an arc is about a kind.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from solver.columns.counters import State, counters_of
from solver.columns.lines import FORBIDDEN, Habit, Line, axes_of

Index = NDArray[np.int64]
Step = tuple[int, int, int, float]


@dataclass(frozen=True, slots=True)
class Arcs:
    """The steps of one day that add the same to every axis, sorted by the node they lead to.

    `starts[n]` is the first arc to `nodes[n]`.
    """

    added: tuple[int, ...]
    sources: Index
    kinds: Index
    costs: NDArray[np.float64]
    starts: Index
    nodes: Index


@dataclass(frozen=True)
class Graph:
    """`layers[day]` leads from the nodes before that day to those after it.

    `widths` has the number of nodes before each day and after the last, `reach` how far each axis
    can have been counted by then.
    """

    habit: Habit
    first: dict[State, int]
    widths: tuple[int, ...]
    reach: tuple[tuple[int, ...], ...]
    layers: tuple[tuple[Arcs, ...], ...]

    @cached_property
    def options_of_kind(self) -> tuple[Index, ...]:
        kinds = np.array(kinds_of(self.habit))
        return tuple(np.flatnonzero(kinds == kind) for kind in range(int(kinds.max()) + 1))


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


def graph_of(habit: Habit, starts: Iterable[State], counted: tuple[int, ...]) -> Graph:
    """The graph of all that these beginnings can lead to, with at most so much counted before."""
    return _Builder(habit).build(sorted(set(starts)), counted)


class _Builder:
    def __init__(self, habit: Habit) -> None:
        self._habit = habit
        self._counters = counters_of(habit)
        kinds = kinds_of(habit)
        self._examples = [kinds.index(kind) for kind in range(max(kinds) + 1)]
        self._sizes = tuple(map(len, axes_of(habit)))

    def build(self, starts: list[State], counted: tuple[int, ...]) -> Graph:
        first = {state: n for n, state in enumerate(starts)}
        nodes, widths, layers = first, [len(first)], []
        reach = [self._within(tuple(1 + n for n in counted))]
        for day in range(self._habit.days):
            nodes, arcs = self._layer(nodes, day)
            layers.append(arcs)
            widths.append(len(nodes))
            most = [max((a.added[n] for a in arcs), default=0) for n in range(len(self._sizes))]
            farther = zip(reach[-1], most, strict=True)
            reach.append(self._within(tuple(far + more for far, more in farther)))
        return Graph(self._habit, first, tuple(widths), tuple(reach), tuple(layers))

    def _within(self, lengths: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(min(n, size) for n, size in zip(lengths, self._sizes, strict=True))

    def _layer(
        self, nodes: dict[State, int], day: int
    ) -> tuple[dict[State, int], tuple[Arcs, ...]]:
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
        return after, tuple(_arcs(added, sorted(steps)) for added, steps in sorted(found.items()))

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


def _arcs(added: tuple[int, ...], steps: list[Step]) -> Arcs:
    nodes = np.array([step[0] for step in steps], dtype=np.int64)
    starts = np.flatnonzero(np.r_[True, nodes[1:] != nodes[:-1]])
    return Arcs(
        added=added,
        sources=np.array([step[1] for step in steps], dtype=np.int64),
        kinds=np.array([step[2] for step in steps], dtype=np.int64),
        costs=np.array([step[3] for step in steps]),
        starts=starts,
        nodes=nodes[starts],
    )

"""The way back from an end of the walk to its beginning, for many lines at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.columns.graphs import Arcs, Graph, Index, Steps
from solver.columns.lines import FORBIDDEN

Values = NDArray[np.float64]
Places = tuple[Index, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """The arcs into each node as rows of a table, filled up with forbidden ones.

    `row_of` has the row of each node after the day; `axes` for each axis the places a count may
    come from, and their charges.
    """

    row_of: Index
    steps: Steps
    axes: tuple[tuple[Index, Values], ...]


class Ways:
    """Every step back through a graph."""

    def __init__(self, graph: Graph) -> None:
        self._layers = [
            [_table(arcs, width) for arcs in layer]
            for layer, width in zip(graph.layers, graph.widths[1:], strict=True)
        ]

    def back(self, layers: list[Values], prices: Values, members: Index, ends: Places) -> Index:
        """The kinds of each line, kinds[line, day], from where each one ends.

        Prices are those of [member, day, kind], ends the node and the place on each axis.
        """
        kinds = np.empty((len(members), len(self._layers)), dtype=np.int64)
        at = ends
        for day in reversed(range(len(self._layers))):
            steps = [
                _cheapest(table, layers[day], prices[:, day], members, at)
                for table in self._layers[day]
            ]
            chosen = np.argmin(np.stack([costs for costs, _ in steps]), axis=0)
            lines = np.arange(len(members))
            kind, *before = (
                np.stack(values)[chosen, lines]
                for values in zip(*(places for _, places in steps), strict=True)
            )
            kinds[:, day] = kind
            at = tuple(before)
        return kinds


def _table(arcs: Arcs, width: int) -> _Table:
    count = len(arcs.nodes)
    longest = max(len(arcs.ranks), *(len(block.sources) for block in arcs.blocks), 0)
    sources = np.zeros((count + 1, longest), dtype=np.int64)
    kinds = np.zeros((count + 1, longest), dtype=np.int64)
    costs = np.full((count + 1, longest), FORBIDDEN)
    count - len(arcs.blocks)
    for n, steps in enumerate(arcs.ranks):
        some = slice(len(steps.sources))
        sources[some, n], kinds[some, n], costs[some, n] = steps.sources, steps.kinds, steps.costs
    for row, steps in enumerate(arcs.blocks, count - len(arcs.blocks)):
        some = slice(len(steps.sources))
        sources[row, some], kinds[row, some] = steps.sources, steps.kinds
        costs[row, some] = steps.costs
    row_of = np.full(width, count)
    row_of[arcs.nodes] = np.arange(count)
    return _Table(row_of, Steps(sources, kinds, costs), tuple(s.sources() for s in arcs.shifts))


def _cheapest(
    table: _Table, before: Values, prices: Values, members: Index, at: Places
) -> tuple[Values, Places]:
    """For each line the cost of its cheapest step, and its kind, source and earlier places."""
    node, *places = at
    row = table.row_of[node]
    sources, kinds = table.steps.sources[row], table.steps.kinds[row]
    paid = prices[members[:, np.newaxis], kinds] + table.steps.costs[row]
    count = len(places)
    values = paid.reshape(*paid.shape, *(1 for _ in places))
    earlier: list[Index] = []
    for n, ((from_place, charged), place) in enumerate(zip(table.axes, places, strict=True)):
        shape = (len(members), 1, *(-1 if k == n else 1 for k in range(count)))
        earlier.append(from_place[place].reshape(shape))
        values = values + charged[place].reshape(shape)
    wide = (len(members), -1, *(1 for _ in places))
    values = (
        values
        + before[(sources.reshape(wide), members.reshape(-1, *(1 for _ in wide[1:])), *earlier)]
    )
    flat = values.reshape(len(members), -1)
    best = np.argmin(flat, axis=1)
    arc, *which = np.unravel_index(best, values.shape[1:])
    lines = np.arange(len(members))
    found = [kinds[lines, arc], sources[lines, arc]]
    for (from_place, _), place, w in zip(table.axes, places, which, strict=True):
        found.append(from_place[place, w])
    return flat[lines, best], tuple(found)

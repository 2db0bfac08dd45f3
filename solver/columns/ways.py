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
    nodes = [*arcs.few.tolist(), *arcs.many.tolist()]
    into = [_into(arcs, place) for place in range(len(arcs.few))]
    into += [[(s.sources, s.kinds, s.costs)] for s in arcs.blocks]
    longest = max(sum(len(part[0]) for part in parts) for parts in into)
    rows = len(nodes) + 1
    sources = np.zeros((rows, longest), dtype=np.int64)
    kinds = np.zeros((rows, longest), dtype=np.int64)
    costs = np.full((rows, longest), FORBIDDEN)
    for row, parts in enumerate(into):
        for table, n in ((sources, 0), (kinds, 1), (costs, 2)):
            joined = np.concatenate([part[n] for part in parts])
            table[row, : len(joined)] = joined
    row_of = np.full(width, rows - 1)
    row_of[nodes] = np.arange(len(nodes))
    return _Table(row_of, Steps(sources, kinds, costs), tuple(s.sources() for s in arcs.shifts))


def _into(arcs: Arcs, place: int) -> list[tuple[Index, Index, Values]]:
    part = slice(place, place + 1)
    return [
        (rank.sources[part], rank.kinds[part], rank.costs[part])
        for rank in arcs.ranks
        if len(rank.sources) > place
    ]


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

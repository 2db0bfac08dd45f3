"""The cheapest lines of many people at once: a walk through their common graph, day by day."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.columns.graphs import Arcs, graph_of, start_of
from solver.columns.lines import FORBIDDEN, Line, axes_of

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Found:
    """A line: the option of each day, and what it costs under the prices asked."""

    options: tuple[int, ...]
    cost: float


class Crew:
    """People who share a habit; `members` are their places in the task."""

    def __init__(self, members: list[int], lines: list[Line]) -> None:
        self.members = members
        habit = lines[0].habit
        self._ends = [np.array(costs) for costs in axes_of(habit)]
        self._counted = [line.counted or (0,) * len(self._ends) for line in lines]
        starts = [start_of(line) for line in lines]
        most = tuple(max(counts) for counts in zip(*self._counted, strict=True))
        self.graph = graph_of(habit, starts, most)
        self._first = [self.graph.first[state] for state in starts]

    def cheapest(self, costs: Values, wanted: int, who: list[int]) -> list[list[Found]]:
        """Up to `wanted` lines for each of these members; costs[member, day, option]."""
        of_options = costs[who]
        of_kind = [of_options[:, :, same].min(axis=2) for same in self.graph.options_of_kind]
        prices = np.stack(of_kind, axis=2)
        layers = self._walk(prices, who)
        last = self._ended(layers[-1])
        found = []
        for n in range(len(who)):
            ends = _lowest(last[n], wanted)
            found.append([self._line(layers, prices[n], of_options[n], n, end) for end in ends])
        return found

    def _walk(self, costs: Values, who: list[int]) -> list[Values]:
        """What the cheapest way to each node costs: values[member, node, axes] before each day."""
        graph = self.graph
        values = np.full((len(who), graph.widths[0], *graph.reach[0]), FORBIDDEN)
        for n, member in enumerate(who):
            values[(n, self._first[member], *self._counted[member])] = 0.0
        layers = [values]
        for day, layer in enumerate(graph.layers):
            shape = (len(who), graph.widths[day + 1], *graph.reach[day + 1])
            values = np.full(shape, FORBIDDEN)
            for arcs in layer:
                _spread(layers[-1], values, arcs, costs[:, day])
            layers.append(values)
        return layers

    def _ended(self, last: Values) -> Values:
        """The last values with what all axes cost by then."""
        ended = last.copy()
        for axis, costs in enumerate(self._ends):
            shape = [1] * ended.ndim
            shape[2 + axis] = ended.shape[2 + axis]
            ended += costs[: shape[2 + axis]].reshape(shape)
        return ended

    def _line(
        self,
        layers: list[Values],
        prices: Values,
        costs: Values,
        person: int,
        end: tuple[tuple[int, ...], float],
    ) -> Found:
        """The way back from an end, each kind made the cheapest of its options."""
        (node, *axes), cost = end
        at = tuple(axes)
        options: list[int] = []
        for day in reversed(range(len(self.graph.layers))):
            before = layers[day][person]
            arcs = self.graph.layers[day]
            _, kind, node, at = min(_last_steps(arcs, before, prices[day], node, at))
            same = self.graph.options_of_kind[kind]
            options.append(int(same[np.argmin(costs[day, same])]))
        return Found(options=tuple(reversed(options)), cost=cost)


def _lowest(values: Values, wanted: int) -> list[tuple[tuple[int, ...], float]]:
    """The places of the lowest values, those that are not forbidden, cheapest first."""
    flat = values.ravel()
    count = min(wanted, flat.size)
    places = np.argpartition(flat, count - 1)[:count]
    in_order = [int(p) for p in places[np.argsort(flat[places], kind="stable")]]
    return [
        (tuple(int(n) for n in np.unravel_index(place, values.shape)), float(flat[place]))
        for place in in_order
        if flat[place] < FORBIDDEN
    ]


def _spread(values: Values, after: Values, arcs: Arcs, costs: Values) -> None:
    """Carry the values over these arcs where that is cheaper than what is there already."""
    inside: list[slice] = [slice(None), slice(None)]
    beyond: list[slice] = [slice(None), slice(None)]
    for amount, size, room in zip(arcs.added, values.shape[2:], after.shape[2:], strict=True):
        kept = min(size, room - amount)
        if kept <= 0:
            return
        inside.append(slice(0, kept))
        beyond.append(slice(amount, amount + kept))
    price = costs[:, arcs.kinds] + arcs.costs
    shape = (*price.shape, *(1 for _ in arcs.added))
    carried = values[tuple(inside)][:, arcs.sources] + price.reshape(shape)
    target = after[:, arcs.nodes]
    view = target[tuple(beyond)]
    np.minimum(view, np.minimum.reduceat(carried, arcs.starts, axis=1), out=view)
    after[:, arcs.nodes] = target


def _last_steps(
    layer: tuple[Arcs, ...], before: Values, costs: Values, node: int, axes: tuple[int, ...]
) -> list[tuple[float, int, int, tuple[int, ...]]]:
    """The cheapest arc of each sort into a node: its value, kind, source and earlier counts."""
    found = []
    for arcs in layer:
        at = int(np.searchsorted(arcs.nodes, node))
        earlier = tuple(a - b for a, b in zip(axes, arcs.added, strict=True))
        is_there = at < len(arcs.nodes) and arcs.nodes[at] == node
        if not is_there or not all(
            0 <= count < size for count, size in zip(earlier, before.shape[1:], strict=True)
        ):
            continue
        end = arcs.starts[at + 1] if at + 1 < len(arcs.starts) else len(arcs.sources)
        part = slice(int(arcs.starts[at]), int(end))
        sources, kinds = arcs.sources[part], arcs.kinds[part]
        values = before[(sources, *earlier)] + costs[kinds] + arcs.costs[part]
        n = int(np.argmin(values))
        found.append((float(values[n]), int(kinds[n]), int(sources[n]), earlier))
    return found

"""The cheapest lines of many people at once: a walk through their common graph, day by day."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.columns.graphs import Arcs, Steps, graph_of, start_of
from solver.columns.lines import FORBIDDEN, Line
from solver.columns.ways import Ways

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
        counted = [line.counted or (0,) * len(habit.totals + habit.marked) for line in lines]
        starts = [start_of(line) for line in lines]
        self.graph = graph_of(habit, zip(starts, counted, strict=True))
        self._first = [self.graph.first[state] for state in starts]
        self._placed = [self._start(counts) for counts in counted]
        self._ways = Ways(self.graph)

    def _start(self, counted: tuple[int, ...]) -> list[tuple[int, float]]:
        asked = zip(self.graph.axes, counted, self.graph.windows[0], strict=True)
        return [axis.placed(count, window) for axis, count, window in asked]

    def cheapest(self, costs: Values, wanted: int, who: list[int]) -> list[list[Found]]:
        """Up to `wanted` lines for each of these members; costs[member, day, option]."""
        of_options = costs[who]
        same = self.graph.options_of_kind
        prices = np.stack([of_options[:, :, s].min(axis=2) for s in same], axis=2)
        best = np.stack([s[of_options[:, :, s].argmin(axis=2)] for s in same], axis=2)
        layers = self._walk(np.ascontiguousarray(prices.transpose(1, 2, 0)), who)
        ends = _lowest(self._ended(layers[-1]), wanted)
        if not ends.costs:
            return [[] for _ in who]
        kinds = self._ways.back(layers, prices, ends.members, ends.places)
        days = np.arange(kinds.shape[1])
        options = best[ends.members[:, np.newaxis], days, kinds].tolist()
        found: list[list[Found]] = [[] for _ in who]
        for member, line, cost in zip(ends.members.tolist(), options, ends.costs, strict=True):
            found[member].append(Found(options=tuple(line), cost=cost))
        return found

    def _walk(self, prices: Values, who: list[int]) -> list[Values]:
        """What the cheapest way to each node costs: values[node, member, axes] before each day.

        Prices are those of [day, kind, member].
        """
        graph = self.graph
        values = np.full((graph.widths[0], len(who), *graph.shape(0)), FORBIDDEN)
        for n, member in enumerate(who):
            places = [place for place, _ in self._placed[member]]
            values[(self._first[member], n, *places)] = sum(c for _, c in self._placed[member])
        layers = [values]
        for day, layer in enumerate(graph.layers):
            after = np.empty((graph.widths[day + 1], len(who), *graph.shape(day + 1)))
            for arcs in layer:
                _spread(layers[-1], after, arcs, prices[day])
            layers.append(after)
        return layers

    def _ended(self, last: Values) -> Values:
        """The last values with what all axes cost by then."""
        ended = last.copy()
        for n, (axis, window) in enumerate(
            zip(self.graph.axes, self.graph.windows[-1], strict=True)
        ):
            shape = [1] * ended.ndim
            shape[2 + n] = window.size
            ended += np.array(axis.costs[window.low : window.high + 1]).reshape(shape)
        return ended


def _spread(values: Values, after: Values, arcs: Arcs, prices: Values) -> None:
    """Carry the values over these arcs where that is cheaper than what is there already."""
    count, people = len(arcs.nodes), values.shape[1]
    before, behind = values.shape[2:], after.shape[2:]
    shifts = [
        (2 + n, shift) for n, shift in enumerate(arcs.shifts) if not shift.is_plain(before[n])
    ]
    first = int(arcs.nodes[0])
    target = after[first : first + count] if arcs.are_new else np.empty((count, people, *behind))
    shape = (count, people, *before)
    best = target if not shifts else np.empty(shape)
    _step(values, arcs, prices, best)
    for n, (axis, shift) in enumerate(shifts, 1):
        shape = (*shape[:axis], shift.size, *shape[axis + 1 :])
        carried = target if n == len(shifts) else np.empty(shape)
        shift.carry(best, axis, carried)
        best = carried
    if not arcs.are_new:
        after[arcs.nodes] = np.minimum(after[arcs.nodes], target)


def _step(values: Values, arcs: Arcs, prices: Values, best: Values) -> None:
    """The cheapest way into each of the nodes, counts as they were before the day."""
    few = len(best) - len(arcs.blocks)
    for n, steps in enumerate(arcs.ranks):
        count = len(steps.sources)
        if n:
            np.minimum(best[:count], _stepped(values, steps, prices), out=best[:count])
        else:
            best[:count] = _stepped(values, steps, prices)
    for n, steps in enumerate(arcs.blocks, few):
        np.minimum.reduce(_stepped(values, steps, prices), axis=0, out=best[n])


def _stepped(values: Values, steps: Steps, prices: Values) -> Values:
    paid = prices[steps.kinds] + steps.costs[:, np.newaxis]
    stepped = values[steps.sources]
    stepped += paid.reshape(*paid.shape, *(1 for _ in values.shape[2:]))
    return stepped


@dataclass(frozen=True, slots=True)
class _Ends:
    """Where lines end: whose, at which node and counts, and at what cost."""

    members: NDArray[np.int64]
    places: tuple[NDArray[np.int64], ...]
    costs: list[float]


def _lowest(ended: Values, wanted: int) -> _Ends:
    """The lowest values of each member, those that are not forbidden, cheapest first."""
    people = ended.shape[1]
    rest = (ended.shape[0], *ended.shape[2:])
    flat = np.moveaxis(ended, 1, 0).reshape(people, -1)
    count = min(wanted, flat.shape[1])
    places = np.argpartition(flat, count - 1, axis=1)[:, :count]
    places.sort(axis=1)
    costs = np.take_along_axis(flat, places, axis=1)
    order = np.argsort(costs, axis=1, kind="stable")
    places = np.take_along_axis(places, order, axis=1).ravel()
    costs = np.take_along_axis(costs, order, axis=1).ravel()
    members = np.repeat(np.arange(people), count)
    allowed = costs < FORBIDDEN
    return _Ends(
        members=members[allowed],
        places=np.unravel_index(places[allowed], rest),
        costs=costs[allowed].tolist(),
    )

"""The cheapest flow by OR-Tools, and exchanges in it that cost nothing."""

from collections import deque
from collections.abc import Iterator

from ortools.graph.python import min_cost_flow


class Flow:
    """Arcs by number; after `solve`, `flows` holds how much runs through each of them."""

    def __init__(self) -> None:
        self.flows: list[int] = []
        self._arcs: list[tuple[int, int, int, int]] = []
        self._around: list[list[int]] = []
        self._heights: list[int] = []
        self._settled: set[int] = set()

    def node(self) -> int:
        self._around.append([])
        return len(self._around) - 1

    def arc(self, tail: int, head: int, capacity: int, cost: int) -> int:
        number = len(self._arcs)
        self._arcs.append((tail, head, capacity, cost))
        self._around[tail].append(number)
        self._around[head].append(~number)
        return number

    def solve(self, source: int, sink: int, amount: int) -> None:
        """Send the amount from source to sink as cheaply as possible.

        Raises ArithmeticError when it does not fit through or costs leave 64 bits.
        """
        solver = min_cost_flow.SimpleMinCostFlow()
        for arc in self._arcs:
            solver.add_arc_with_capacity_and_unit_cost(*arc)
        solver.set_node_supply(source, amount)
        solver.set_node_supply(sink, -amount)
        status = solver.solve()
        if status != solver.OPTIMAL:
            raise ArithmeticError(f"no cheapest flow: {status.name}")
        self.flows = [solver.flow(number) for number in range(len(self._arcs))]
        self._heights = self._lowest_heights()

    def raise_if_free(self, arc: int) -> bool:
        """Send one unit more through an arc if that changes no cost and no settled arc."""
        tail, head, _, _ = self._arcs[arc]
        is_free = self._is_open(arc) and self._height_over(arc) == 0
        found = self._way(head, tail) if is_free else None
        if found is None:
            return False
        for step in (arc, *found):
            self.flows[step if step >= 0 else ~step] += 1 if step >= 0 else -1
        return True

    def settle(self, arc: int) -> None:
        """Keep what runs through an arc from now on."""
        self._settled.add(arc)

    # A step is an arc forwards, or its complement backwards, where something can be taken back.

    def _is_open(self, step: int) -> bool:
        if step < 0:
            return self.flows[~step] > 0
        return self.flows[step] < self._arcs[step][2]

    def _ends(self, step: int) -> tuple[int, int, int]:
        if step < 0:
            tail, head, _, cost = self._arcs[~step]
            return head, tail, -cost
        tail, head, _, cost = self._arcs[step]
        return tail, head, cost

    def _steps_from(self, node: int) -> Iterator[int]:
        return (step for step in self._around[node] if self._is_open(step))

    def _height_over(self, step: int) -> int:
        """What a step costs beyond the difference in height; never below 0 in a cheapest flow."""
        tail, head, cost = self._ends(step)
        return cost + self._heights[tail] - self._heights[head]

    def _lowest_heights(self) -> list[int]:
        """Heights that make no open step cheaper than free, by Bellman and Ford."""
        heights = [0] * len(self._around)
        waiting = deque(range(len(heights)))
        is_waiting = [True] * len(heights)
        while waiting:
            node = waiting.popleft()
            is_waiting[node] = False
            for step in self._steps_from(node):
                _, head, cost = self._ends(step)
                if heights[node] + cost < heights[head]:
                    heights[head] = heights[node] + cost
                    if not is_waiting[head]:
                        is_waiting[head] = True
                        waiting.append(head)
        return heights

    def _way(self, start: int, end: int) -> list[int] | None:
        """The fewest free steps from one node to another."""
        came: dict[int, int | None] = {start: None}
        waiting = deque([start])
        while waiting and end not in came:
            for step in self._free_steps_from(waiting.popleft()):
                head = self._ends(step)[1]
                if head not in came:
                    came[head] = step
                    waiting.append(head)
        if end not in came:
            return None
        found: list[int] = []
        while (last := came[end]) is not None:
            found.append(last)
            end = self._ends(last)[0]
        return found

    def _free_steps_from(self, node: int) -> Iterator[int]:
        return (
            step
            for step in self._steps_from(node)
            if max(step, ~step) not in self._settled and self._height_over(step) == 0
        )

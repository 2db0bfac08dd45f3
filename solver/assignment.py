"""Who meets which wants, as one flow: from backups over their days to the groups in want.

The costs are lexicographic: coverage, then steps down from the first choice, then load. A change
for the better of a flow goes round a ring that meets each node once, so each level need only
outweigh what a ring can lose on the levels below it, and the numbers stay small.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from domain.ids import GroupId, StaffId
from solver.flow import Flow

Weight = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """Units that a group lacks, and what each weighs in REQUIRED_GAPS and DESIRED_GAPS."""

    day: date
    group_id: GroupId
    units: int
    weight: Weight


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Somebody who may cover a group on a day; `steps` is what that adds to PRIORITY_ORDER."""

    day: date
    group_id: GroupId
    staff_id: StaffId
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Offers stand by day, then group, then staff order, and each meets a want.

    `capacity` is how many groups somebody may still cover on a day, `loads` how many covers they
    have already, `last` when the last one was; `standing` holds covers that are decided.
    """

    wants: tuple[Want, ...]
    offers: tuple[Offer, ...]
    capacity: Mapping[tuple[StaffId, date], int]
    loads: Mapping[StaffId, int]
    last: Mapping[StaffId, date]
    standing: tuple[tuple[StaffId, date], ...] = ()


def assign(request: Request) -> tuple[Offer, ...]:
    """The offers taken: the best there are, and of equally good ones the canonical."""
    if not request.offers:
        return ()
    network = _Network(request)
    network.flow.solve(network.source, network.sink, sum(w.units for w in request.wants))
    return _canonical(request, network)


class _Network:
    def __init__(self, request: Request) -> None:
        self.flow = Flow()
        self.source, self.sink = self.flow.node(), self.flow.node()
        self.arcs: dict[Offer, int] = {}
        self._request = request
        self._covers_of: dict[StaffId, list[Offer]] = {}
        for offer in request.offers:
            self._covers_of.setdefault(offer.staff_id, []).append(offer)
        self._connect()

    def _connect(self) -> None:
        request, flow = self._request, self.flow
        by_step, by_want = _scales(request, self._covers_of)
        places = {w: n for n, w in enumerate(sorted({w.weight for w in request.wants}), start=1)}
        flow.arc(self.source, self.sink, sum(w.units for w in request.wants), 0)
        wants = {(want.day, want.group_id): flow.node() for want in request.wants}
        for want in request.wants:
            worth = places[want.weight] * by_want
            flow.arc(wants[want.day, want.group_id], self.sink, want.units, -worth)
        for staff_id, offers in self._covers_of.items():
            person = self._person(staff_id, len(offers))
            for day, same_day in groupby(offers, key=lambda offer: offer.day):
                node = flow.node()
                flow.arc(person, node, request.capacity[staff_id, day], 0)
                for offer in same_day:
                    want_node = wants[day, offer.group_id]
                    self.arcs[offer] = flow.arc(node, want_node, 1, offer.steps * by_step)

    def _person(self, staff_id: StaffId, most: int) -> int:
        """The next cover after n earlier ones adds 2n + 1 to the load squared."""
        node, before = self.flow.node(), self._request.loads.get(staff_id, 0)
        for n in range(most):
            self.flow.arc(self.source, node, 1, 2 * (before + n) + 1)
        return node


def _scales(request: Request, covers_of: Mapping[StaffId, list[Offer]]) -> tuple[int, int]:
    """What one step costs, and what the lightest want is worth.

    Which wants can be met together is a matroid: only the order of their weights matters, so they
    are worth their place in it.
    """
    load = max(2 * (request.loads.get(s, 0) + len(found)) for s, found in covers_of.items())
    by_step = load + 1
    steps: dict[tuple[date, GroupId], int] = {}
    for offer in request.offers:
        key = (offer.day, offer.group_id)
        steps[key] = max(offer.steps, steps.get(key, 0))
    return by_step, (sum(steps.values()) + 1) * by_step


def _canonical(request: Request, network: _Network) -> tuple[Offer, ...]:
    """Day by day and group by group, whoever's last cover is longest ago as soon as it can be."""
    flow = network.flow
    covers = sorted(request.standing, key=lambda held: held[1])
    taken: list[Offer] = []
    for day, found in groupby(request.offers, key=lambda offer: offer.day):
        last = _last_before(day, request.last, covers)
        for _, offers in groupby(found, key=lambda offer: offer.group_id):
            for offer in sorted(offers, key=lambda o: last.get(o.staff_id, date.min)):
                arc = network.arcs[offer]
                if flow.flows[arc] or flow.raise_if_free(arc):
                    taken.append(offer)
                flow.settle(arc)
        today = [(offer.staff_id, day) for offer in taken if offer.day == day]
        covers = sorted((*covers, *today), key=lambda held: held[1])
    return tuple(taken)


def _last_before(
    day: date, last: Mapping[StaffId, date], covers: list[tuple[StaffId, date]]
) -> dict[StaffId, date]:
    return {**last, **{staff_id: on for staff_id, on in covers if on < day}}

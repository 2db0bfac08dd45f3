"""The best board of a tiny problem, found by trying every one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, combinations, product, takewhile

from domain.checker import check
from domain.checker.lending import facts_against
from domain.checker.promises import kept_covers
from domain.checker.reading import read
from domain.covers import Cover, CoverSource
from domain.ids import StaffId
from domain.runs import GenerationMode, TierName
from domain.schedules import Board
from domain.shifts import ShiftAssignment, ShiftSource
from domain.staff import IdlePolicy

# These are sums over the days, given the cells and covers of each day.
SUMS = (
    TierName.REQUIRED_GAPS,
    TierName.DESIRED_GAPS,
    TierName.PRIORITY_ORDER,
    TierName.CHANGES,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One way to fill a day, and what it adds to the first tiers that are sums over days."""

    cells: tuple[ShiftAssignment, ...]
    covers: tuple[Cover, ...]
    cost: tuple[int, ...]


def any_day(_: Day) -> bool:
    return True


def best(
    before: Board,
    mode: GenerationMode = GenerationMode.FILL,
    only: Callable[[Day], bool] = any_day,
) -> list[int]:
    """The least tier values in tier order, CANONICAL left out."""
    return _values(before, best_board(before, mode, only), mode)


def best_board(
    before: Board,
    mode: GenerationMode = GenerationMode.FILL,
    only: Callable[[Day], bool] = any_day,
) -> Board:
    """A board with the least tier values; of equal ones the first that is found.

    Boards are tried from the cheapest gaps on, and no longer once one without a broken hard
    rule is found and all others cost more. Fit for some ten thousand boards. `only` leaves out
    ways to fill a day.
    """
    days = [[way for way in _ways(before, mode, day) if only(way)] for day in before.days]
    found: tuple[list[int], Board] | None = None
    for cost, group in _by_cost(days):
        if found is not None and found[0][0] == 0 and [*cost] > found[0][1 : len(cost) + 1]:
            break
        for ways in product(*group):
            board = _board(before, ways)
            values = _values(before, board, mode)
            if found is None or values < found[0]:
                found = values, board
    if found is None:
        raise ValueError("every board gives up a fact")
    return found[1]


def tier_order(before: Board, mode: GenerationMode) -> list[TierName]:
    order = [name for name in TierName if name is not TierName.CANONICAL]
    if before.restaurant.soft_rules_before_priority:
        order.remove(TierName.SOFT_RULES)
        order.insert(order.index(TierName.PRIORITY_ORDER), TierName.SOFT_RULES)
    if mode is GenerationMode.REPLAN:
        order.remove(TierName.CHANGES)
        order.insert(order.index(TierName.REQUIRED_GAPS) + 1, TierName.CHANGES)
    return order


def _values(before: Board, after: Board, mode: GenerationMode) -> list[int]:
    tiers = check(before, after, mode).tiers
    return [tiers[name] for name in tier_order(before, mode)]


def _board(before: Board, ways: Iterable[Day]) -> Board:
    chosen = list(ways)
    return replace(
        before,
        shifts=tuple(chain.from_iterable(way.cells for way in chosen)),
        covers=tuple(chain.from_iterable(way.covers for way in chosen)),
    )


def _by_cost(days: list[list[Day]]) -> Iterator[tuple[tuple[int, ...], list[list[Day]]]]:
    """The ways of all days in classes of equal cost, the cheapest class first."""
    classes: list[dict[tuple[int, ...], list[Day]]] = []
    for ways in days:
        by_cost: dict[tuple[int, ...], list[Day]] = {}
        for way in ways:
            by_cost.setdefault(way.cost, []).append(way)
        classes.append(by_cost)
    totals = [
        (tuple(map(sum, zip(*costs, strict=True))), costs)
        for costs in product(*(sorted(by_cost) for by_cost in classes))
    ]
    for total, costs in sorted(totals):
        yield total, [by_cost[cost] for by_cost, cost in zip(classes, costs, strict=True)]


def _ways(before: Board, mode: GenerationMode, day: date) -> list[Day]:
    """Every filling of one day that keeps all facts, on a board that is empty elsewhere."""
    empty = replace(before, shifts=(), covers=tuple(kept_covers(before)))
    names = _leading_sums(before, mode)
    base = check(before, empty, mode)
    people = [s.id for s in before.staff if s.is_employed_on(day)]
    open_cells = [_allowed(before, empty, mode, staff_id, day) for staff_id in people]
    found = []
    for column in product(*open_cells):
        for covers in _cover_sets(before, mode, day, column):
            elsewhere = tuple(c for c in empty.covers if c.date != day)
            board = replace(empty, shifts=column, covers=(*elsewhere, *covers))
            report = check(before, board, mode)
            if len(base.broken_facts) - len(report.broken_facts) != len(column):
                continue
            cost = tuple(report.tiers[name] - base.tiers[name] for name in names)
            found.append(Day(cells=column, covers=covers, cost=cost))
    return found


def _leading_sums(before: Board, mode: GenerationMode) -> list[TierName]:
    return list(takewhile(SUMS.__contains__, tier_order(before, mode)[1:]))


def _allowed(
    before: Board, empty: Board, mode: GenerationMode, staff_id: StaffId, day: date
) -> list[ShiftAssignment]:
    """The cells one person may have that day; each mends one fact of the empty board."""
    missing = len(check(before, empty, mode).broken_facts)
    on_standby = before.people[staff_id].idle_policy is IdlePolicy.STANDBY
    stood = before.cells.get((staff_id, day))
    found = []
    for kind in before.shift_types:
        cell = ShiftAssignment(
            staff_id=staff_id, date=day, shift_type=kind.code, source=ShiftSource.GENERATED
        )
        if stood is not None and stood.shift_type == kind.code:
            cell = stood
        board = replace(empty, shifts=(cell,))
        mended = missing - len(check(before, board, mode).broken_facts)
        # Off standby is right with a cover, which is chosen later.
        if mended == 1 or (mended == 0 and on_standby and kind.can_cover):
            found.append(cell)
    return found


def _cover_sets(
    before: Board, mode: GenerationMode, day: date, column: tuple[ShiftAssignment, ...]
) -> Iterator[tuple[Cover, ...]]:
    """What is kept, and every choice among those who could cover by their facts and cells."""
    kept = tuple(c for c in kept_covers(before) if c.date == day)
    taken = {(c.staff_id, c.group_id) for c in kept}
    able = {c.staff_id for c in column if before.types[c.shift_type].can_cover}
    reading = read(before)
    pairs = sorted({(a.staff_id, a.group_id) for a in before.backup_assignments} - taken)
    open_pairs = [
        (staff_id, group_id)
        for staff_id, group_id in pairs
        if staff_id in able and not list(facts_against(reading, mode, staff_id, group_id, day))
    ]
    for size in range(len(open_pairs) + 1):
        for chosen in combinations(open_pairs, size):
            covers = (
                Cover(date=day, group_id=g, staff_id=s, source=CoverSource.SOLVER)
                for s, g in chosen
            )
            yield (*kept, *covers)

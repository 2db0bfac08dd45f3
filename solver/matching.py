"""Cover as a matching: absences and all other cells as they stand, only the holders open.

The solver's tiers, reduced to what is left of them then: the heaviest coverage, the lowest rank
sum, the fairest load, and of equal ones the canonical. One flow runs from backups over their days
to the needs; OR-Tools finds the cheapest, and free exchanges make it the canonical one.

People who belong to another group that day are asked only where they are away from it anyway:
lending changes the needs themselves, which is for the search to weigh.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from domain.candidates import assignment_on, ranks_of_people
from domain.covers import Cover, CoverSource
from domain.eligibility import fits_as_it_stands
from domain.facts import kept_covers
from domain.ids import GroupId, StaffId
from domain.lending import is_at_hand
from domain.need import absent_members, missing
from domain.schedules import Board, once_per_board
from domain.supply import Fits, eligible_on, unit_weight
from domain.tiers import is_borrowed
from solver.assignment import Offer, Request, Want, assign


def match(board: Board, fits: Fits = fits_as_it_stands) -> tuple[Cover, ...]:
    """The covers of the whole schedule, those that a run must keep among them."""
    return _match(board, tuple(board.days), fits)


def match_day(board: Board, day: date, fits: Fits = fits_as_it_stands) -> tuple[Cover, ...]:
    """The covers of one day, by the load of all others as they stand."""
    return _match(board, (day,), fits)


def chosen_on(board: Board, day: date, standing: Iterable[Cover]) -> tuple[Cover, ...]:
    """What a day still lacks, met by those who covered it so far as far as that costs no unit.

    `standing` names them; the board has let go of their covers already.
    """
    held = {(cover.staff_id, cover.group_id) for cover in standing}
    offers = tuple(_offers(board, day, fits_as_it_stands))
    beyond = 1 + sum(offer.steps for offer in offers)
    preferred = tuple(
        offer
        if (offer.staff_id, offer.group_id) in held
        else replace(offer, steps=offer.steps + beyond)
        for offer in offers
    )
    request = _request(board, (day,), preferred, board.covers)
    return tuple(_cover(board, offer) for offer in assign(request))


def _match(board: Board, days: tuple[date, ...], fits: Fits) -> tuple[Cover, ...]:
    bare = _without_open_covers(board)
    open_days = tuple(day for day in days if day not in board.closed_days)
    kept = [cover for cover in bare.covers if cover.date in days]
    standing = [*(cover for cover in board.covers if cover.date not in days), *kept]
    offers = tuple(offer for day in open_days for offer in _offers(bare, day, fits))
    chosen = [_cover(bare, offer) for offer in assign(_request(bare, open_days, offers, standing))]
    place = {group.id: n for n, group in enumerate(board.groups)}
    return tuple(sorted((*kept, *chosen), key=lambda c: _place(board, place, c)))


def _request(
    bare: Board, days: tuple[date, ...], offers: tuple[Offer, ...], standing: Iterable[Cover]
) -> Request:
    decided = tuple(standing)
    return Request(
        wants=tuple(want for day in days for want in _wants(bare, day)),
        offers=offers,
        capacity={(o.staff_id, o.day): _capacity(bare, o) for o in offers},
        loads=_loads(bare, decided),
        last=bare.last_cover_dates,
        standing=tuple((cover.staff_id, cover.date) for cover in decided),
    )


def _place(board: Board, place: Mapping[GroupId, int], cover: Cover) -> tuple[date, int, int]:
    return cover.date, place.get(cover.group_id, len(place)), board.staff_order[cover.staff_id]


@once_per_board
def _without_open_covers(board: Board) -> Board:
    return board.edited(covers=kept_covers(board))


def _wants(board: Board, day: date) -> Iterator[Want]:
    for group in board.groups:
        units = missing(board, group.id, day)
        if units:
            weight = unit_weight(board, group, day)
            yield Want(day=day, group_id=group.id, units=units, weight=weight)


def _offers(board: Board, day: date, fits: Fits) -> Iterator[Offer]:
    for group in board.groups:
        if not missing(board, group.id, day):
            continue
        ranks = ranks_of_people(board, group.id, day)
        held = {cover.staff_id for cover in board.covers_by_need.get((group.id, day), ())}
        for staff_id in eligible_on(board, group.id, day, fits):
            if staff_id not in held and is_at_hand(board, staff_id, group.id, day):
                lent = is_borrowed(board, staff_id, group.id, day)
                steps = ranks[staff_id] - 1 + lent
                yield Offer(day=day, group_id=group.id, staff_id=staff_id, steps=steps)


def _capacity(board: Board, offer: Offer) -> int:
    held = {c.group_id for c in board.covers_by_holder.get((offer.staff_id, offer.day), ())}
    return max(0, board.people[offer.staff_id].maximum_groups_per_day - len(held))


def _loads(board: Board, covers: Iterable[Cover]) -> dict[StaffId, int]:
    loads = dict(board.past_cover_counts)
    for cover in covers:
        loads[cover.staff_id] = loads.get(cover.staff_id, 0) + 1
    return loads


def _cover(board: Board, offer: Offer) -> Cover:
    assignment = assignment_on(board, offer.staff_id, offer.group_id, offer.day)
    return Cover(
        date=offer.day,
        group_id=offer.group_id,
        staff_id=offer.staff_id,
        source=CoverSource.SOLVER,
        backup_assignment_id=None if assignment is None else assignment.id,
        priority_order=None if assignment is None else assignment.priority_order,
        rank=ranks_of_people(board, offer.group_id, offer.day).get(offer.staff_id),
        absent_member_ids=absent_members(board, offer.group_id, offer.day),
        schedule_id=board.schedule.id,
    )

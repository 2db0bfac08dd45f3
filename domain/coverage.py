"""Gaps with their reasons, after every edit and not only after a run."""

from collections.abc import Iterable
from datetime import date
from enum import Enum, auto

from domain.candidates import Candidate, candidates
from domain.covers import Cover, CoverageGap, CoverSource, Reason
from domain.eligibility import reasons_against
from domain.ids import GroupId, StaffId
from domain.kept import once_per_cell, once_per_day, once_per_day_and_rows
from domain.need import counting_covers, is_provisional, missing, need, needs_on
from domain.questions import Setting
from domain.schedules import Board
from domain.supply import passes_facts, short_set, supply_on

Shortage = tuple[tuple[GroupId, ...], tuple[StaffId, ...]]


class Told(Enum):
    """What is known when a gap is told; `AFTER_SEARCH`: a run stopped before it had decided."""

    AS_IT_STANDS = auto()
    AFTER_SEARCH = auto()


def gaps(board: Board, *, search_ended: bool = False) -> tuple[CoverageGap, ...]:
    """Every need not met, by date and group order, with one reason for each candidate.

    `search_ended` says that a run stopped before it had decided about these gaps.
    """
    told = Told.AFTER_SEARCH if search_ended else Told.AS_IT_STANDS
    return tuple(gap for day in board.open_days for gap in _gaps_on(board, day, told))


def gaps_on(board: Board, day: date) -> tuple[CoverageGap, ...]:
    """Those of one day, as it stands: the same object while all that they depend on is the same."""
    return _gaps_on(board, day, Told.AS_IT_STANDS) if day not in board.closed_days else ()


def _asked_on(board: Board, day: date, _: Told) -> frozenset[StaffId]:
    wanting = needs_on(board, day)
    return frozenset(c.staff_id for group_id in wanting for c in candidates(board, group_id, day))


def _asked(board: Board, day: date, group_id: GroupId, _: Told) -> frozenset[StaffId]:
    return frozenset(c.staff_id for c in candidates(board, group_id, day))


@once_per_day_and_rows(_asked_on)
def _gaps_on(board: Board, day: date, told: Told) -> tuple[CoverageGap, ...]:
    found = (_gap(board, day, group_id, told) for group_id in needs_on(board, day))
    return tuple(gap for gap in found if gap is not None)


@once_per_day_and_rows(_asked)
def _gap(board: Board, day: date, group_id: GroupId, told: Told) -> CoverageGap | None:
    lacking = missing(board, group_id, day)
    if lacking == 0:
        return None
    needed = need(board, group_id, day)
    return CoverageGap(
        date=day,
        group_id=group_id,
        needed=needed,
        covered=needed - lacking,
        reasons=_reasons(board, group_id, day, told),
        is_provisional=is_provisional(board, group_id, day),
    )


def _reasons(board: Board, group_id: GroupId, day: date, told: Told) -> tuple[Reason, ...]:
    asked = candidates(board, group_id, day)
    if not asked:
        name = board.group_by_id[group_id].name
        return (Reason(code="NO_ASSIGNMENT", message=f"{name} has no backup on {day}."),)
    found = [_reason_of(board, c, group_id, day, told) for c in asked]
    shortage = shortage_reason(board, day, group_id)
    return (*found, *(() if shortage is None else (shortage,)))


def _reason_of(
    board: Board, candidate: Candidate, group_id: GroupId, day: date, told: Told
) -> Reason:
    chosen = chosen_reason(board, candidate, group_id, day)
    if chosen is not None:
        return chosen
    if told is Told.AFTER_SEARCH and passes_facts(board, candidate.staff_id, group_id, day):
        name = board.people[candidate.staff_id].name
        return Reason(
            code="SEARCH_ENDED",
            message=f"The search ended before it had decided about {name} on {day}.",
            staff_id=candidate.staff_id,
        )
    return _obstacle(board, candidate.staff_id, day, group_id)


@once_per_cell
def _obstacle(board: Board, staff_id: StaffId, day: date, group_id: GroupId) -> Reason:
    """The first failing test of somebody as the board stands, or that they could come."""
    failing = reasons_against(board, staff_id, group_id, day, Setting.AS_IT_STANDS)
    return failing[0] if failing else available(board, staff_id, day)


def available(board: Board, staff_id: StaffId, day: date) -> Reason:
    name = board.people[staff_id].name
    return Reason(
        code="AVAILABLE",
        message=f"{name} could come on {day}; nobody has generated or set the cover yet.",
        staff_id=staff_id,
    )


def cover_of(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> Cover | None:
    """The counting cover that somebody holds."""
    held = counting_covers(board, group_id, day)
    return next((cover for cover in held if cover.staff_id == staff_id), None)


def chosen_reason(
    board: Board, candidate: Candidate, group_id: GroupId, day: date
) -> Reason | None:
    """Why somebody covers; None when they do not."""
    cover = cover_of(board, candidate.staff_id, group_id, day)
    if cover is None:
        return None
    name = board.people[candidate.staff_id].name
    rank = candidate.rank if cover.rank is None else cover.rank
    if cover.source is CoverSource.MANUAL:
        code, message = "MANUAL", f"{name} was set to cover on {day} by hand."
    elif rank == 1:
        code, message = "FIRST_CHOICE", f"{name} is asked first and comes on {day}."
    else:
        code, message = "BEST_AVAILABLE", f"{name} is the best who can come on {day}."
    return Reason(code=code, message=message, staff_id=candidate.staff_id)


@once_per_day
def _short_sets(board: Board, day: date) -> tuple[Shortage, ...]:
    """Groups in want and whom they share: all who pass E1 to E9 in a run or cover now."""
    supply = supply_on(board, day, passes_or_covers)
    return tuple(short_set(supply, unmet) for unmet in supply.unmet)


def passes_or_covers(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> bool:
    covers_now = cover_of(board, staff_id, group_id, day) is not None
    return covers_now or passes_facts(board, staff_id, group_id, day)


def shortage_at(board: Board, group_id: GroupId, day: date) -> Shortage | None:
    """The groups that need more people than their eligible backups, and these backups.

    None where the group's need can be met, or where it has no eligible backup at all.
    """
    holding = [found for found in _short_sets(board, day) if group_id in found[0] and found[1]]
    return min(holding, key=lambda found: len(found[0]), default=None)


@once_per_day
def shortage_reason(board: Board, day: date, group_id: GroupId) -> Reason | None:
    shortage = shortage_at(board, group_id, day)
    if shortage is None:
        return None
    return Reason(code="DEMAND_EXCEEDS_SUPPLY", message=shortage_message(board, shortage, [day]))


def shortage_message(board: Board, shortage: Shortage, days: Iterable[date]) -> str:
    groups, people = shortage
    first = next(iter(days))
    needed = sum(need(board, group_id, first) for group_id in groups)
    return (
        f"On {', '.join(map(str, days))}, {_names(board.group_by_id[g].name for g in groups)} "
        f"need {needed} people and share {len(people)}: "
        f"{_names(board.people[s].name for s in people)}."
    )


def _names(names: Iterable[str]) -> str:
    return ", ".join(names)

"""Backups that would help: each new pair of person and group, measured against now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.candidates import assignments_of
from domain.eligibility import fits_once_assigned
from domain.findings import spoken
from domain.hard_breaches import added_by
from domain.ids import GroupId, ShiftCode, StaffId
from domain.lending import NOTHING, opened_by_lending, total
from domain.need import absent_members, gap_units, gap_weight, missing, needs
from domain.schedules import Board, once_per_board
from domain.single_points import failing_without, single_points_on
from domain.staff import CoverageMode
from domain.supply import DaySupply, Pair, supplies, widened


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupSuggestion:
    """Gaps are missing units of the whole schedule; each suggestion alone is measured."""

    staff_id: StaffId
    group_id: GroupId
    gaps_before: int
    gaps_after: int
    dates_gained: tuple[date, ...]
    fragile_days_before: int
    fragile_days_after: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gain:
    """What some pairs gain together: weights, units, and by how many fewer days are fragile."""

    required: int = 0
    desired: int = 0
    units: int = 0
    dates: tuple[date, ...] = ()
    steadied: int = 0

    @property
    def worth(self) -> tuple[int, int, int]:
        return self.required, self.desired, self.steadied


def suggest(board: Board, group_id: GroupId | None, first: int) -> tuple[BackupSuggestion, ...]:
    """The best pairs for one group or for all, each of which still gains after those before it."""
    able = {pair: _days_able(board, pair) for pair in _pairs(board, group_id)}
    alone = {pair: _gain(board, {pair: days}) for pair, days in able.items() if days}
    useful = [pair for pair, gain in alone.items() if gain.worth > (0, 0, 0)]
    chosen: dict[Pair, frozenset[date]] = {}
    reached = _Gain().worth
    for pair in sorted(useful, key=lambda pair: _order(board, pair, alone[pair])):
        if len(chosen) >= first:
            break
        together = _gain(board, {**chosen, pair: able[pair]}).worth
        if together > reached:
            chosen[pair] = able[pair]
            reached = together
    return tuple(_suggestion(board, pair, alone[pair]) for pair in chosen)


def _order(board: Board, pair: Pair, gain: _Gain) -> tuple[object, ...]:
    staff_id, group_id = pair
    load = board.past_cover_counts.get(staff_id, 0) + sum(
        cover.staff_id == staff_id for cover in board.covers
    )
    place = [group.id for group in board.groups].index(group_id)
    worth = tuple(-value for value in gain.worth)
    return (*worth, len(gain.dates), load, board.staff_order[staff_id], place)


def _pairs(board: Board, group_id: GroupId | None) -> Iterator[Pair]:
    for group in board.groups:
        if group_id not in (None, group.id):
            continue
        for person in board.staff:
            if person.is_active and not assignments_of(board, person.id, group.id):
                yield person.id, group.id


def _days_able(board: Board, pair: Pair) -> frozenset[date]:
    """The days on which somebody could come and the group has something to gain."""
    staff_id, group_id = pair
    return frozenset(
        day
        for day, groups in _wanting(board).items()
        if group_id in groups
        and fits_once_assigned(board, staff_id, group_id, day)
        and _costs_nothing_at_home(board, staff_id, group_id, day)
    )


def _gain(board: Board, pairs: dict[Pair, frozenset[date]]) -> _Gain:
    found = _Gain()
    cells: dict[StaffId, dict[date, ShiftCode]] = {}
    for day in sorted(frozenset[date]().union(*pairs.values())):
        able = [pair for pair, days in pairs.items() if day in days]
        wider = widened(supplies(board)[day], able)
        found = _with_day(board, found, supplies(board)[day], wider)
        for staff_id, _ in able:
            _note_cell(board, cells.setdefault(staff_id, {}), wider, staff_id, day)
    breaks = any(sum(a.half_days for a in added_by(board, s, c)) > 0 for s, c in cells.items())
    return _Gain() if breaks else found


def _costs_nothing_at_home(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> bool:
    is_member = bool(board.groups_of.get((staff_id, day)))
    if is_member and not board.restaurant.borrowing:
        return False
    return total(opened_by_lending(board, staff_id, group_id, day)) == NOTHING


@once_per_board
def _wanting(board: Board) -> dict[date, frozenset[GroupId]]:
    """By day, the groups where one more backup would close a gap or mend a fragile day."""
    found: dict[date, frozenset[GroupId]] = {}
    for day, supply in supplies(board).items():
        failing = [failing_without(board, supply, s) for s in _fragile(board).get(day, ())]
        ends = [(supply.matching, g) for g in supply.unmet] + [f for f in failing if f is not None]
        found[day] = frozenset(g for match, end in ends for g in match.reachable(end)[0])
    return found


@once_per_board
def _fragile(board: Board) -> dict[date, tuple[StaffId, ...]]:
    found = {day: single_points_on(board, supply) for day, supply in supplies(board).items()}
    return {day: people for day, people in found.items() if people}


def _with_day(board: Board, sum_: _Gain, supply: DaySupply, wider: DaySupply) -> _Gain:
    required = desired = units = 0
    for group_id, before in supply.unmet.items():
        after = wider.unmet.get(group_id, 0)
        weight = _weight(board, group_id, supply.day, before, after)
        is_required = board.group_by_id[group_id].coverage_mode is CoverageMode.REQUIRED
        required += weight if is_required else 0
        desired += 0 if is_required else weight
        units += before - after
    was_fragile = supply.day in _fragile(board)
    return _Gain(
        required=sum_.required + required,
        desired=sum_.desired + desired,
        units=sum_.units + units,
        dates=(*sum_.dates, *([supply.day] if units else [])),
        steadied=sum_.steadied + was_fragile - _is_fragile(board, wider),
    )


def _is_fragile(board: Board, supply: DaySupply) -> bool:
    """Whether the day has a single point of failure; the likeliest people are asked first."""
    likely = (*_fragile(board).get(supply.day, ()), *supply.matching.held)
    if any(_works(board, s, supply.day) and failing_without(board, supply, s) for s in likely):
        return True
    return bool(single_points_on(board, supply))


def _works(board: Board, staff_id: StaffId, day: date) -> bool:
    cell = board.cells.get((staff_id, day))
    return cell is not None and board.types[cell.shift_type].works


def _weight(board: Board, group_id: GroupId, day: date, before: int, after: int) -> int:
    group = board.group_by_id[group_id]
    absent = len(absent_members(board, group_id, day))
    return gap_weight(group) * (gap_units(group, before, absent) - gap_units(group, after, absent))


def _note_cell(
    board: Board, cells: dict[date, ShiftCode], wider: DaySupply, staff_id: StaffId, day: date
) -> None:
    """The cell that the gain would ask of somebody, so that all of them can be judged at once."""
    cell = board.cells.get((staff_id, day))
    if not wider.matching.held.get(staff_id) or board.standard_type is None:
        return
    if cell is None or not board.types[cell.shift_type].can_cover:
        cells[day] = board.standard_type.code


def _suggestion(board: Board, pair: Pair, gain: _Gain) -> BackupSuggestion:
    before = sum(missing(board, *key) for key in needs(board))
    fragile = len(_fragile(board))
    name, group = board.people[pair[0]].name, board.group_by_id[pair[1]].name
    return BackupSuggestion(
        staff_id=pair[0],
        group_id=pair[1],
        gaps_before=before,
        gaps_after=before - gain.units,
        dates_gained=gain.dates,
        fragile_days_before=fragile,
        fragile_days_after=fragile - gain.steadied,
        message=f"With {name} as a backup of {group}: {_words(gain)}.",
    )


def _words(gain: _Gain) -> str:
    if gain.units == 0:
        return f"{gain.steadied} fragile {'day' if gain.steadied == 1 else 'days'} less"
    return f"{gain.units} {'gap' if gain.units == 1 else 'gaps'} less, on {spoken(gain.dates)}"

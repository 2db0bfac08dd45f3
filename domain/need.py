"""How many people a group lacks on a day, and how much a gap there weighs."""

from datetime import date

from domain.covers import Cover
from domain.ids import GroupId, ShiftCode, StaffId
from domain.kept import once_per_day
from domain.schedules import Board, once_per_board
from domain.staff import NeedPolicy, StaffGroup

Needs = dict[tuple[GroupId, date], int]


def is_absent(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> bool:
    """Whether an employed member is away from their group; an unset cell is not an absence."""
    if day in board.closed_days or staff_id not in board.members(group_id, day):
        return False
    return _is_away(board, staff_id, group_id, day)


def _is_away(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> bool:
    cell = board.cells.get((staff_id, day))
    if cell is not None and board.types[cell.shift_type].absent_for_coverage:
        return True
    held = board.covers_by_holder.get((staff_id, day), ())
    return any(cover.group_id != group_id for cover in held)


def absence_type(board: Board) -> ShiftCode | None:
    """What an absent person's cell holds: the type of a day off, if that is an absence."""
    away = [t for t in board.shift_types if t.absent_for_coverage and not t.works]
    rest = board.rest_type
    if rest in away:
        return None if rest is None else rest.code
    return away[0].code if away else None


@once_per_day
def _absences(board: Board, day: date) -> dict[GroupId, tuple[StaffId, ...]]:
    if day in board.closed_days or not board.schedule.start <= day <= board.schedule.end:
        return {}
    return {
        g.id: tuple(m for m in board.members(g.id, day) if _is_away(board, m, g.id, day))
        for g in board.groups
    }


def absent_members(board: Board, group_id: GroupId, day: date) -> tuple[StaffId, ...]:
    """The absent members in staff order; nobody on a closed day."""
    return _absences(board, day).get(group_id, ())


def need_of(group: StaffGroup, employed: int, absent: int, *, closed: bool) -> int:
    """The group's policy alone: what is lacking when so many of its members are absent."""
    if closed:
        return 0
    minimum = group.minimum_present or 0
    if employed == 0:
        is_counted = group.count_vacancy and group.need_policy is NeedPolicy.MINIMUM_PRESENT
        return minimum if is_counted else 0
    if group.need_policy is NeedPolicy.ANY_ABSENT:
        return min(absent, 1)
    if group.need_policy is NeedPolicy.PER_ABSENCE:
        return absent
    return max(0, minimum - (employed - absent))


@once_per_day
def needs_on(board: Board, day: date) -> dict[GroupId, int]:
    """The needs above 0 of one day, in the order of the groups."""
    if day in board.closed_days or not board.schedule.start <= day <= board.schedule.end:
        return {}
    counted = {
        group.id: need_of(
            group,
            len(board.members(group.id, day)),
            len(absent_members(board, group.id, day)),
            closed=False,
        )
        for group in board.groups
    }
    return {group_id: units for group_id, units in counted.items() if units > 0}


@once_per_board
def needs(board: Board) -> Needs:
    """Every need above 0, by day, then in the order of the groups."""
    return {
        (group_id, day): units
        for day in board.open_days
        for group_id, units in needs_on(board, day).items()
    }


def need(board: Board, group_id: GroupId, day: date) -> int:
    """How many people the group lacks on a day of the schedule, as the board stands."""
    return needs_on(board, day).get(group_id, 0)


def gap_units(group: StaffGroup, missing: int, absent: int) -> int:
    """Units of a gap; with ANY_ABSENT each absence, so that days off are not heaped on one day."""
    if missing <= 0:
        return 0
    return absent if group.need_policy is NeedPolicy.ANY_ABSENT else missing


def gap_weight(group: StaffGroup) -> int:
    """One unit of criticality 5 weighs ten of criticality 4."""
    return int(10 ** (group.criticality - 1))


def is_provisional(board: Board, group_id: GroupId, day: date) -> bool:
    """Whether some member's cell is not decided, so that the need may still change."""
    if day in board.closed_days:
        return False
    return any((member, day) not in board.cells for member in board.members(group_id, day))


def counting_covers(board: Board, group_id: GroupId, day: date) -> tuple[Cover, ...]:
    """The covers that count: the holder is employed and their cell has `can_cover`."""
    return tuple(c for c in board.covers_by_need.get((group_id, day), ()) if is_counting(board, c))


def is_counting(board: Board, cover: Cover) -> bool:
    cell = board.cells.get((cover.staff_id, cover.date))
    if cell is None or not board.people[cover.staff_id].is_employed_on(cover.date):
        return False
    return board.types[cell.shift_type].can_cover


def missing(board: Board, group_id: GroupId, day: date) -> int:
    """Units of the need that no counting cover meets."""
    return max(0, need(board, group_id, day) - len(counting_covers(board, group_id, day)))

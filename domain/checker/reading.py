"""A board laid out for counting: who is there, what each cell says, who is lent where."""

from dataclasses import dataclass
from datetime import date, timedelta

from domain.covers import Cover
from domain.ids import GroupId, ShiftCode, StaffId
from domain.rules import CalendarRuleKind
from domain.schedules import Board
from domain.shifts import ShiftAssignment, ShiftType
from domain.staff import StaffMember

Cells = dict[tuple[StaffId, date], ShiftCode]
Groups = dict[tuple[StaffId, date], frozenset[GroupId]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """`rows` are the cells as stored, `cells` the types of those on employed days.

    `lent` maps a holder and day to the groups covered.
    """

    board: Board
    people: dict[StaffId, StaffMember]
    types: dict[ShiftCode, ShiftType]
    days: tuple[date, ...]
    closed: frozenset[date]
    employed: frozenset[tuple[StaffId, date]]
    members: dict[tuple[GroupId, date], frozenset[StaffId]]
    homes: Groups
    rows: dict[tuple[StaffId, date], ShiftAssignment]
    cells: Cells
    past: Cells
    covers: dict[tuple[GroupId, date], list[Cover]]
    lent: Groups

    @property
    def open_days(self) -> tuple[date, ...]:
        return tuple(day for day in self.days if day not in self.closed)

    def type_of(self, staff_id: StaffId, day: date) -> ShiftType | None:
        code = self.cells.get((staff_id, day))
        return None if code is None else self.types.get(code)

    def is_absent(self, staff_id: StaffId, group_id: GroupId, day: date) -> bool:
        """Whether a member is missing at a group, by their own type or by being lent."""
        if day in self.closed or staff_id not in self.members[group_id, day]:
            return False
        own = self.type_of(staff_id, day)
        if own is not None and own.absent_for_coverage:
            return True
        return bool(self.lent.get((staff_id, day), frozenset()) - {group_id})

    def absent_members(self, group_id: GroupId, day: date) -> list[StaffId]:
        return [s for s in self.members[group_id, day] if self.is_absent(s, group_id, day)]

    def covers_of(self, group_id: GroupId, day: date) -> list[Cover]:
        return self.covers.get((group_id, day), [])


def is_employed(member: StaffMember, day: date) -> bool:
    if day < member.employed_from:
        return False
    if member.employed_until is not None and day > member.employed_until:
        return False
    return member.deactivated_on is None or day < member.deactivated_on


def is_within(first: date | None, last: date | None, day: date) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


def read(board: Board) -> Reading:
    length = (board.schedule.end - board.schedule.start).days + 1
    days = tuple(board.schedule.start + timedelta(days=n) for n in range(length))
    employed = frozenset((s.id, d) for s in board.staff for d in days if is_employed(s, d))
    members = _members(board, days, employed)
    return Reading(
        board=board,
        people={s.id: s for s in board.staff},
        types={t.code: t for t in board.shift_types},
        days=days,
        closed=frozenset(r.date for r in board.calendar_rules if r.kind is CalendarRuleKind.CLOSED),
        employed=employed,
        members=members,
        homes=_homes(members),
        rows={(s.staff_id, s.date): s for s in board.shifts},
        cells={
            (s.staff_id, s.date): s.shift_type
            for s in board.shifts
            if (s.staff_id, s.date) in employed
        },
        past=_past(board),
        covers=_covers(board),
        lent=_lent(board),
    )


def _members(
    board: Board, days: tuple[date, ...], employed: frozenset[tuple[StaffId, date]]
) -> dict[tuple[GroupId, date], frozenset[StaffId]]:
    found: dict[tuple[GroupId, date], frozenset[StaffId]] = {}
    for group in board.groups:
        rows = [m for m in board.memberships if m.group_id == group.id]
        for day in days:
            found[group.id, day] = frozenset(
                m.staff_id
                for m in rows
                if is_within(m.effective_from, m.effective_until, day)
                and (m.staff_id, day) in employed
            )
    return found


def _homes(members: dict[tuple[GroupId, date], frozenset[StaffId]]) -> Groups:
    found: dict[tuple[StaffId, date], set[GroupId]] = {}
    for (group_id, day), people in members.items():
        for staff_id in people:
            found.setdefault((staff_id, day), set()).add(group_id)
    return {key: frozenset(groups) for key, groups in found.items()}


def _past(board: Board) -> Cells:
    people = {s.id: s for s in board.staff}
    return {
        (s.staff_id, s.date): s.shift_type
        for s in board.history
        if s.date < board.schedule.start
        and s.staff_id in people
        and is_employed(people[s.staff_id], s.date)
    }


def _covers(board: Board) -> dict[tuple[GroupId, date], list[Cover]]:
    found: dict[tuple[GroupId, date], list[Cover]] = {}
    for cover in board.covers:
        found.setdefault((cover.group_id, cover.date), []).append(cover)
    return found


def _lent(board: Board) -> Groups:
    found: dict[tuple[StaffId, date], set[GroupId]] = {}
    for cover in board.covers:
        found.setdefault((cover.staff_id, cover.date), set()).add(cover.group_id)
    return {key: frozenset(groups) for key, groups in found.items()}

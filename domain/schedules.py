"""A schedule and its board: everything that one period needs to be judged, as one value."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property, wraps
from typing import TypeVar, cast

from domain.backups import BackupAssignment
from domain.configurations import ConfigurationVersion, Restaurant
from domain.covers import Cover
from domain.ids import GroupId, RestaurantId, ScheduleId, ShiftCode, StaffId
from domain.kept import Kept
from domain.periods import days_between
from domain.rules import (
    CalendarRule,
    CalendarRuleKind,
    DayOffRequest,
    PriorityRule,
    StandingRule,
    SuccessionRule,
    WorkLimit,
)
from domain.shifts import ShiftAssignment, ShiftType, rest_type, standard_type
from domain.staff import GroupMembership, StaffGroup, StaffMember

MAXIMUM_SCHEDULE_DAYS = 366
Derived = TypeVar("Derived")


class ScheduleStatus(StrEnum):
    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    id: ScheduleId
    restaurant_id: RestaurantId
    start: date
    end: date
    status: ScheduleStatus = ScheduleStatus.DRAFT
    is_active: bool = True
    revision: int = 0
    published_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerGroup:
    """A deleted group, those who ever belonged to it, and the backups that ended with it."""

    group: StaffGroup
    memberships: tuple[GroupMembership, ...]
    backup_assignments: tuple[BackupAssignment, ...]


@dataclass(frozen=True, kw_only=True)
class Board:
    """All facts of one schedule at one revision.

    Tuples hold only what is in force (active rows; requests REQUESTED or APPROVED), staff, groups
    and assignments by creation then id, shift types in list order. `staff` is everybody of the
    restaurant, deactivated people too, so that history can be read. `history` holds the known cells
    before the start. `past_cover_counts` counts covers of the 90 days before the start in published
    schedules; `last_cover_dates` is each person's latest cover before the start. `published_days`
    is for a board of dates without a schedule of their own: those that a published one holds.
    `former_groups` are the groups of the version that were deleted after the start.
    """

    restaurant: Restaurant
    configuration: ConfigurationVersion
    schedule: Schedule
    today: date
    shift_types: tuple[ShiftType, ...]
    staff: tuple[StaffMember, ...] = ()
    groups: tuple[StaffGroup, ...] = ()
    memberships: tuple[GroupMembership, ...] = ()
    backup_assignments: tuple[BackupAssignment, ...] = ()
    work_limits: tuple[WorkLimit, ...] = ()
    priority_rules: tuple[PriorityRule, ...] = ()
    succession_rules: tuple[SuccessionRule, ...] = ()
    standing_rules: tuple[StandingRule, ...] = ()
    calendar_rules: tuple[CalendarRule, ...] = ()
    day_off_requests: tuple[DayOffRequest, ...] = ()
    shifts: tuple[ShiftAssignment, ...] = ()
    covers: tuple[Cover, ...] = ()
    history: tuple[ShiftAssignment, ...] = ()
    past_cover_counts: dict[StaffId, int] = field(default_factory=dict)
    last_cover_dates: dict[StaffId, date] = field(default_factory=dict)
    published_days: frozenset[date] = frozenset()
    former_groups: tuple[FormerGroup, ...] = ()

    @cached_property
    def derived(self) -> dict[object, object]:
        """What functions marked `once_per_board` have answered about this board."""
        return {}

    @cached_property
    def kept(self) -> Kept:
        """Answers that also hold for boards with other cells and covers elsewhere."""
        return Kept()

    def is_published_on(self, day: date) -> bool:
        is_published = self.schedule.status is ScheduleStatus.PUBLISHED
        return is_published or day in self.published_days

    @cached_property
    def days(self) -> tuple[date, ...]:
        return tuple(days_between(self.schedule.start, self.schedule.end))

    @cached_property
    def closed_days(self) -> frozenset[date]:
        return self._dates_of(CalendarRuleKind.CLOSED)

    @cached_property
    def must_work_days(self) -> frozenset[date]:
        return self._dates_of(CalendarRuleKind.MUST_WORK)

    @cached_property
    def holidays(self) -> frozenset[date]:
        return self._dates_of(CalendarRuleKind.HOLIDAY)

    def _dates_of(self, kind: CalendarRuleKind) -> frozenset[date]:
        return frozenset(r.date for r in self.calendar_rules if r.kind is kind)

    @cached_property
    def open_days(self) -> tuple[date, ...]:
        return tuple(day for day in self.days if day not in self.closed_days)

    @cached_property
    def open_days_of(self) -> dict[StaffId, tuple[date, ...]]:
        """The open days of the schedule on which each person is employed."""
        return {p.id: tuple(d for d in self.open_days if p.is_employed_on(d)) for p in self.staff}

    @cached_property
    def types(self) -> dict[ShiftCode, ShiftType]:
        return {t.code: t for t in self.shift_types}

    @cached_property
    def standard_type(self) -> ShiftType | None:
        return standard_type(self.shift_types)

    @cached_property
    def rest_type(self) -> ShiftType | None:
        return rest_type(self.shift_types)

    @cached_property
    def people(self) -> dict[StaffId, StaffMember]:
        return {s.id: s for s in self.staff}

    @cached_property
    def staff_order(self) -> dict[StaffId, int]:
        return {s.id: n for n, s in enumerate(self.staff)}

    @cached_property
    def group_by_id(self) -> dict[GroupId, StaffGroup]:
        return {g.id: g for g in self.groups}

    @cached_property
    def cells(self) -> dict[tuple[StaffId, date], ShiftAssignment]:
        """Cells of the schedule by staff and date; an unset cell is not a key."""
        return {(s.staff_id, s.date): s for s in self.shifts}

    @cached_property
    def history_cells(self) -> dict[tuple[StaffId, date], ShiftAssignment]:
        return {(s.staff_id, s.date): s for s in self.history}

    @cached_property
    def requested_days_off(self) -> frozenset[tuple[StaffId, date]]:
        return frozenset((r.staff_id, r.date) for r in self.day_off_requests)

    @cached_property
    def covers_by_need(self) -> dict[tuple[GroupId, date], tuple[Cover, ...]]:
        found: dict[tuple[GroupId, date], list[Cover]] = {}
        for cover in self.covers:
            found.setdefault((cover.group_id, cover.date), []).append(cover)
        return {key: tuple(covers) for key, covers in found.items()}

    @cached_property
    def covers_by_day(self) -> dict[date, tuple[Cover, ...]]:
        found: dict[date, list[Cover]] = {}
        for cover in self.covers:
            found.setdefault(cover.date, []).append(cover)
        return {day: tuple(covers) for day, covers in found.items()}

    @cached_property
    def covers_by_holder(self) -> dict[tuple[StaffId, date], tuple[Cover, ...]]:
        found: dict[tuple[StaffId, date], list[Cover]] = {}
        for cover in self.covers:
            found.setdefault((cover.staff_id, cover.date), []).append(cover)
        return {key: tuple(covers) for key, covers in found.items()}

    @cached_property
    def assignments_of_group(self) -> dict[GroupId, tuple[BackupAssignment, ...]]:
        found: dict[GroupId, list[BackupAssignment]] = {g.id: [] for g in self.groups}
        for assignment in self.backup_assignments:
            found.setdefault(assignment.group_id, []).append(assignment)
        return {key: tuple(assignments) for key, assignments in found.items()}

    @cached_property
    def _memberships_of_group(self) -> dict[GroupId, tuple[GroupMembership, ...]]:
        found: dict[GroupId, list[GroupMembership]] = {g.id: [] for g in self.groups}
        for membership in self.memberships:
            found.setdefault(membership.group_id, []).append(membership)
        return {key: tuple(rows) for key, rows in found.items()}

    @cached_property
    def _members(self) -> dict[tuple[GroupId, date], tuple[StaffId, ...]]:
        return {
            (group.id, day): self._members_on(group.id, day)
            for group in self.groups
            for day in self.days
        }

    def _members_on(self, group_id: GroupId, day: date) -> tuple[StaffId, ...]:
        rows = self._memberships_of_group.get(group_id, ())
        found = {
            m.staff_id
            for m in rows
            if m.period.contains(day) and self.people[m.staff_id].is_employed_on(day)
        }
        return tuple(sorted(found, key=self.staff_order.__getitem__))

    def members(self, group_id: GroupId, day: date) -> tuple[StaffId, ...]:
        """The employed members of a group on a day, in staff order."""
        found = self._members.get((group_id, day))
        return self._members_on(group_id, day) if found is None else found

    @cached_property
    def ever_members(self) -> dict[GroupId, frozenset[StaffId]]:
        """Whoever is an employed member of a group on some day of the schedule."""
        return {
            group.id: frozenset(m for day in self.days for m in self.members(group.id, day))
            for group in self.groups
        }

    @cached_property
    def groups_of(self) -> dict[tuple[StaffId, date], tuple[GroupId, ...]]:
        """The groups somebody is an employed member of on a day of the schedule."""
        found: dict[tuple[StaffId, date], list[GroupId]] = {}
        for group in self.groups:
            for day in self.days:
                for staff_id in self.members(group.id, day):
                    found.setdefault((staff_id, day), []).append(group.id)
        return {key: tuple(ids) for key, ids in found.items()}

    @cached_property
    def rows(self) -> dict[StaffId, tuple[ShiftAssignment, ...]]:
        """The cells of each person by date."""
        found: dict[StaffId, list[ShiftAssignment]] = {}
        for cell in self.shifts:
            found.setdefault(cell.staff_id, []).append(cell)
        return {s: tuple(sorted(cells, key=lambda c: c.date)) for s, cells in found.items()}

    def edited(
        self,
        *,
        shifts: tuple[ShiftAssignment, ...] | None = None,
        covers: tuple[Cover, ...] | None = None,
    ) -> "Board":
        """The same board with other cells or covers; what they leave untouched is kept."""
        changes: dict[str, tuple[object, ...]] = {}
        if shifts is not None:
            changes["shifts"] = shifts
        if covers is not None:
            changes["covers"] = covers
        after = replace(self, **changes)  # type: ignore[arg-type]
        known = vars(self)
        vars(after).update({name: known[name] for name in OF_SETTINGS if name in known})
        people, days = _touched(self, after)
        vars(after)["kept"] = self.kept.without(people, days)
        same = (*(OF_CELLS if shifts is None else ()), *(OF_COVERS if covers is None else ()))
        vars(after).update({name: known[name] for name in same if name in known})
        return after


OF_SETTINGS = (
    "days", "closed_days", "must_work_days", "holidays", "open_days", "open_days_of", "types",
    "standard_type", "rest_type", "people", "staff_order", "group_by_id", "history_cells",
    "requested_days_off", "assignments_of_group", "_memberships_of_group", "_members",
    "ever_members", "groups_of",
)  # fmt: skip


OF_CELLS = ("cells", "rows")
OF_COVERS = ("covers_by_day", "covers_by_need", "covers_by_holder")


def changed_cells(before: Board, after: Board) -> list[tuple[StaffId, date]]:
    """The cells that are set now and were not set so before."""
    old = before.cells
    return [k for k, c in after.cells.items() if (was := old.get(k)) is not c and was != c]


def _touched(before: Board, after: Board) -> tuple[set[StaffId], set[date]]:
    """Whose cells or covers differ between two boards, and on which days."""
    found: set[tuple[StaffId, date]] = set()
    if after.shifts is not before.shifts:
        found |= before.cells.keys() - after.cells.keys()
        found |= set(changed_cells(before, after))
    if after.covers is not before.covers:
        gone, come = set(before.covers), set(after.covers)
        found |= {(cover.staff_id, cover.date) for cover in gone ^ come}
    return {staff_id for staff_id, _ in found}, {day for _, day in found}


def once_per_board(judge: Callable[[Board], Derived]) -> Callable[[Board], Derived]:
    """Keep what is derived from a board beside the board, which never changes."""

    @wraps(judge)
    def kept(board: Board) -> Derived:
        if judge not in board.derived:
            board.derived[judge] = judge(board)
        return cast("Derived", board.derived[judge])

    return kept

"""What a mutation wrote, as far as findings can be about it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from domain.changes import Change, EntityType
from domain.findings import Conflict
from domain.ids import BackupAssignmentId, ConfigurationId, GroupId, StaffId
from domain.periods import days_between
from domain.schedules import Board

FORESEEN = timedelta(days=30)
LONGEST = timedelta(days=365)
EMPLOYMENT = ("employed_from", "employed_until", "deactivated_on")
BINDING_ALL = frozenset(
    {
        EntityType.RESTAURANT,
        EntityType.SHIFT_TYPE,
        EntityType.CONFIGURATION,
        EntityType.WORK_LIMIT,
        EntityType.SUCCESSION_RULE,
    }
)
Row = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """Whom, what and which dates a mutation wrote; `everything` for what binds everybody.

    `came_or_left` are those whose employment changed: their groups are touched as well.
    """

    staff_ids: frozenset[StaffId] = field(default=frozenset())
    came_or_left: frozenset[StaffId] = field(default=frozenset())
    group_ids: frozenset[GroupId] = field(default=frozenset())
    assignment_ids: frozenset[BackupAssignmentId] = field(default=frozenset())
    dates: frozenset[date] = field(default=frozenset())
    everything: bool = False

    def span(self, today: date) -> tuple[date, date]:
        """The dates to look for findings in: those written, or else a month from today.

        What binds everybody is looked at from today, whatever rows were moved for it.
        """
        if self.everything or not self.dates:
            return today, today + FORESEEN
        start = min(self.dates)
        return start, min(max(self.dates), start + LONGEST)

    def with_their_groups(self, board: Board) -> "Touched":
        """Also the groups that those who came or left are members or backups of."""
        who = self.came_or_left
        joined = {row.group_id for row in board.memberships if row.staff_id in who}
        backed = {row.group_id for row in board.backup_assignments if row.staff_id in who}
        return replace(self, group_ids=self.group_ids | joined | backed)

    def concerns(self, conflict: Conflict) -> bool:
        """Whether a finding is about any of this, or falls on one of the dates."""
        return (
            self.everything
            or not self.dates.isdisjoint(conflict.dates)
            or conflict.staff_id in self.staff_ids
            or conflict.group_id in self.group_ids
            or conflict.backup_assignment_id in self.assignment_ids
            or not self.group_ids.isdisjoint(conflict.group_ids)
        )


def touched_by(changes: Collection[Change], active: ConfigurationId) -> Touched | None:
    """What these changes touch; None for nothing that a finding could be about.

    Rows of a configuration version that is not in force bring nothing about.
    """
    rows = [
        (change.entity_type, row)
        for change in changes
        for row in (change.before, change.after)
        if row is not None and row.get("configuration_id", active) == active
    ]
    dates = {day for change in changes for day in _dates(change)}
    dates |= {_date(row["date"]) for _, row in rows if "date" in row}
    touched = Touched(
        staff_ids=frozenset(
            StaffId(n)
            for n in (
                *_numbers(rows, EntityType.STAFF_MEMBER, "id"),
                *_numbers(rows, EntityType.PRIORITY_RULE, "staff_id"),
            )
        ),
        came_or_left=frozenset(_came_or_left(changes)),
        group_ids=frozenset(
            GroupId(n)
            for n in (
                *_numbers(rows, EntityType.STAFF_GROUP, "id"),
                *_numbers(rows, EntityType.BACKUP_ASSIGNMENT, "group_id"),
            )
        ),
        assignment_ids=frozenset(
            map(BackupAssignmentId, _numbers(rows, EntityType.BACKUP_ASSIGNMENT, "id"))
        ),
        dates=frozenset(dates),
        everything=any(kind in BINDING_ALL for kind, _ in rows),
    )
    return None if touched == Touched() else touched


def _numbers(rows: Iterable[tuple[EntityType, Row]], wanted: EntityType, name: str) -> list[int]:
    found = (row[name] for kind, row in rows if kind is wanted)
    return [number for number in found if isinstance(number, int)]


def _came_or_left(changes: Iterable[Change]) -> Iterator[StaffId]:
    for change in changes:
        if change.entity_type is EntityType.STAFF_MEMBER:
            before, after = change.before or {}, change.after or {}
            if any(before.get(name) != after.get(name) for name in EMPLOYMENT):
                yield StaffId(int(change.entity_key))


def _dates(change: Change) -> Iterator[date]:
    """All dates of a schedule whose status changes; its revision changes with every cell."""
    before, after = change.before, change.after
    if change.entity_type is not EntityType.SCHEDULE or before is None or after is None:
        return
    if before["status"] != after["status"]:
        yield from days_between(_date(after["start"]), _date(after["end"]))


def _date(text: object) -> date:
    return date.fromisoformat(str(text))

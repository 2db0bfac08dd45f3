"""What a mutation changed, as the log keeps it and the feed tells it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.ids import RestaurantId, ScheduleId


class EntityType(StrEnum):
    """Named like the GraphQL types, since clients read these."""

    RESTAURANT = "Restaurant"
    MEMBERSHIP = "Membership"
    SHIFT_TYPE = "ShiftType"
    STAFF_MEMBER = "StaffMember"
    CONFIGURATION = "ConfigurationVersion"
    STAFF_GROUP = "StaffGroup"
    BACKUP_ASSIGNMENT = "BackupAssignment"
    WORK_LIMIT = "WorkLimit"
    PRIORITY_RULE = "PriorityRule"
    SUCCESSION_RULE = "SuccessionRule"
    STANDING_RULE = "StandingRule"
    CALENDAR_RULE = "CalendarRule"
    DAY_OFF_REQUEST = "DayOffRequest"
    SCHEDULE = "Schedule"
    SHIFT_ASSIGNMENT = "ShiftAssignment"
    COVER = "Cover"
    COVERAGE_GAP = "CoverageGap"
    GENERATION_RUN = "GenerationRun"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row before and after, as JSON objects; None where there is none.

    `entity_key` is the row's id as text; of a coverage gap `schedule-group-date`.
    """

    entity_type: EntityType
    entity_key: str
    before: dict[str, object] | None
    after: dict[str, object] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSet:
    """All changes of one committed mutation; `previous_revision` is always `revision - 1`."""

    restaurant_id: RestaurantId
    revision: int
    committed_at: datetime
    actor_id: str
    actor_name: str
    operation: str
    client_mutation_id: str | None = None
    changes: tuple[Change, ...] = ()

    @property
    def previous_revision(self) -> int:
        return self.revision - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """Which changes somebody wants to hear of; None is all of them.

    Of a schedule are its cells, covers, gaps and runs, and the schedule itself.
    """

    schedule_id: ScheduleId | None = None
    entity_types: frozenset[EntityType] | None = None

    def in_set(self, change_set: ChangeSet) -> ChangeSet:
        """The set with what is wanted of it, maybe nothing: its revision is told all the same."""
        return replace(change_set, changes=tuple(filter(self._is_in, change_set.changes)))

    def _is_in(self, change: Change) -> bool:
        if self.entity_types is not None and change.entity_type not in self.entity_types:
            return False
        return self.schedule_id is None or _schedule_of(change) == self.schedule_id


def _schedule_of(change: Change) -> object:
    row = change.after or change.before or {}
    return row.get("id" if change.entity_type is EntityType.SCHEDULE else "schedule_id")

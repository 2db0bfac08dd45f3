"""What a mutation changed, as the log keeps it and the feed tells it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import RestaurantId


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

"""Standing rules "this person may cover that group", and their ranks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.ids import BackupAssignmentId, ConfigurationId, GroupId, RestaurantId, StaffId
from domain.periods import EffectivePeriod
from domain.refusals import ValidationRefusal
from domain.staff import StaffGroup


class AssignmentType(StrEnum):
    REGULAR = "REGULAR"
    TEMPORARY = "TEMPORARY"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupAssignment:
    """`lineage_id` is the one that this was first copied from; None for that one itself."""

    id: BackupAssignmentId
    restaurant_id: RestaurantId
    configuration_id: ConfigurationId
    staff_id: StaffId
    group_id: GroupId
    assignment_type: AssignmentType = AssignmentType.REGULAR
    priority_order: int = 1
    effective_from: date | None = None
    effective_until: date | None = None
    is_active: bool = True
    notes: str | None = None
    lineage_id: BackupAssignmentId | None = None
    revision: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def period(self) -> EffectivePeriod:
        return EffectivePeriod(
            effective_from=self.effective_from, effective_until=self.effective_until
        )

    def is_in_force_on(self, day: date) -> bool:
        return self.is_active and self.period.contains(day)


def ranks_on(
    assignments: Iterable[BackupAssignment], group_id: GroupId, day: date
) -> dict[BackupAssignmentId, int]:
    """Rank by assignment among those of one group in force on a day: 1, 2, …; ties share one."""
    in_force = [a for a in assignments if a.group_id == group_id and a.is_in_force_on(day)]
    orders = sorted({a.priority_order for a in in_force})
    return {a.id: orders.index(a.priority_order) + 1 for a in in_force}


def admit(
    draft: BackupAssignment,
    group: StaffGroup,
    *,
    is_member: bool,
    existing: Iterable[BackupAssignment],
) -> None:
    """Raise ValidationRefusal unless the assignment may stand beside the active ones.

    `is_member` says whether the person is a member of the group on some day of its period.
    """
    _admit_period(draft.period)
    if draft.priority_order < 1:
        raise ValidationRefusal(
            code="PRIORITY_ORDER_TOO_SMALL",
            message="priorityOrder starts at 1, who is asked first; give 1 or more.",
            path=("priorityOrder",),
        )
    if not draft.is_active:
        return
    if is_member:
        raise ValidationRefusal(
            code="SELF_GROUP",
            message=f"This person is a member of {group.name}; choose somebody outside it.",
            path=("staffId",),
        )
    _admit_beside(draft, existing)


def _admit_period(period: EffectivePeriod) -> None:
    first, last = period.effective_from, period.effective_until
    if first is None or last is None or first <= last:
        return
    raise ValidationRefusal(
        code="FROM_AFTER_UNTIL",
        message=f"effectiveFrom {first} is after effectiveUntil {last}; swap or correct them.",
        path=("effectiveFrom",),
    )


def _admit_beside(draft: BackupAssignment, existing: Iterable[BackupAssignment]) -> None:
    same_pair = [
        other
        for other in existing
        if other.is_active
        and other.id != draft.id
        and (other.staff_id, other.group_id) == (draft.staff_id, draft.group_id)
    ]
    if any(other.period == draft.period for other in same_pair):
        raise ValidationRefusal(
            code="DUPLICATE",
            message="This person already backs the group on the same dates; change that one.",
            path=("staffId",),
        )
    if any(other.period.overlaps(draft.period) for other in same_pair):
        raise ValidationRefusal(
            code="EFFECTIVE_PERIODS_OVERLAP",
            message="This person already backs the group on some of these dates; "
            "choose effectiveFrom and effectiveUntil apart from those.",
            path=("effectiveFrom",),
        )

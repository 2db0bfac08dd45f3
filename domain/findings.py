"""Findings about settings or dates, before or after any schedule exists."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.ids import BackupAssignmentId, GroupId, StaffId


class Severity(StrEnum):
    ERROR = "ERROR"
    WARNING = "WARNING"
    INFO = "INFO"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """`key` is stable between lists; dates of one cause are one finding; `fix` is a sentence."""

    code: str
    severity: Severity
    message: str
    key: str
    fix: str
    staff_id: StaffId | None = None
    group_id: GroupId | None = None
    backup_assignment_id: BackupAssignmentId | None = None
    dates: tuple[date, ...] = ()

"""Findings about settings or dates, before or after any schedule exists."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.ids import BackupAssignmentId, GroupId, StaffId

FEW_DATES = 4


class Severity(StrEnum):
    ERROR = "ERROR"
    WARNING = "WARNING"
    INFO = "INFO"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """`key` is stable between lists; dates of one cause are one finding; `fix` is a sentence.

    `group_ids` holds every group of a finding that is about several.
    """

    code: str
    severity: Severity
    message: str
    key: str
    fix: str
    staff_id: StaffId | None = None
    group_id: GroupId | None = None
    backup_assignment_id: BackupAssignmentId | None = None
    dates: tuple[date, ...] = ()
    group_ids: tuple[GroupId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whom and what a finding is about; its key is made of these."""

    staff_id: StaffId | None = None
    group_id: GroupId | None = None
    backup_assignment_id: BackupAssignmentId | None = None
    group_ids: tuple[GroupId, ...] = ()
    extra: str = ""

    def key(self, code: str) -> str:
        named = {
            "staff": self.staff_id,
            "group": self.group_id,
            "assignment": self.backup_assignment_id,
        }
        parts = [f"{name}-{number}" for name, number in named.items() if number is not None]
        return ":".join([code, *parts, *([self.extra] if self.extra else [])])


def finding(  # noqa: PLR0913 - one argument for each thing that a finding says
    code: str,
    severity: Severity,
    about: About,
    message: str,
    *,
    fix: str,
    dates: tuple[date, ...] = (),
) -> Conflict:
    """A conflict whose key stays the same while its cause does."""
    return Conflict(
        code=code,
        severity=severity,
        message=message,
        key=about.key(code),
        fix=fix,
        staff_id=about.staff_id,
        group_id=about.group_id,
        backup_assignment_id=about.backup_assignment_id,
        dates=dates,
        group_ids=about.group_ids,
    )


def spoken(dates: tuple[date, ...]) -> str:
    """Dates as a sentence holds them: all of a few, else the first, the last and the number."""
    if len(dates) <= FEW_DATES:
        return ", ".join(map(str, dates))
    return f"{len(dates)} days from {dates[0]} to {dates[-1]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictComparison:
    """What became of the findings of an earlier list: `fixed` by key, `new` and `still` in full."""

    fixed: tuple[str, ...]
    new: tuple[Conflict, ...]
    still: tuple[Conflict, ...]


def compared(known_keys: Collection[str], now: Sequence[Conflict]) -> ConflictComparison:
    """Findings of now beside the keys of an earlier list, each side in its own order."""
    known, present = set(known_keys), {conflict.key for conflict in now}
    return ConflictComparison(
        fixed=tuple(key for key in dict.fromkeys(known_keys) if key not in present),
        new=tuple(conflict for conflict in now if conflict.key not in known),
        still=tuple(conflict for conflict in now if conflict.key in known),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LastingConflict:
    """One finding in both of two lists; it has changed if its severity or its dates have."""

    before: Conflict
    now: Conflict
    has_changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictChanges:
    """What became of the findings of an earlier list that is still at hand."""

    fixed: tuple[Conflict, ...]
    new: tuple[Conflict, ...]
    still: tuple[LastingConflict, ...]


def changes_between(before: Sequence[Conflict], now: Sequence[Conflict]) -> ConflictChanges:
    """Both lists side by side; `fixed` in the order of before, all else in that of now."""
    known = {conflict.key: conflict for conflict in before}
    beside = compared(tuple(known), now)
    return ConflictChanges(
        fixed=tuple(known[key] for key in beside.fixed),
        new=beside.new,
        still=tuple(_lasting(known[c.key], c) for c in beside.still),
    )


def _lasting(before: Conflict, now: Conflict) -> LastingConflict:
    has_changed = (before.severity, before.dates) != (now.severity, now.dates)
    return LastingConflict(before=before, now=now, has_changed=has_changed)

"""What the checker answers."""

from dataclasses import dataclass
from datetime import date

from domain.ids import GroupId, StaffId
from domain.rules import Level
from domain.runs import TierName


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One broken rule; `dates` are sorted, `half_days` is how far it is broken (one cell = 2)."""

    code: str
    staff_id: StaffId | None = None
    group_id: GroupId | None = None
    dates: tuple[date, ...] = ()
    half_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A finding with the level and weight of the rule that found it."""

    level: Level
    weight: int
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`gaps` holds (needed, covered) where units are missing.

    `broken_facts` are sentences and must be empty for the result of a run.
    """

    tiers: dict[TierName, int]
    gaps: dict[tuple[GroupId, date], tuple[int, int]]
    violations: frozenset[Finding]
    broken_facts: tuple[str, ...]

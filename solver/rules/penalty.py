"""What a rule asks a tier to pay."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.ids import StaffId
from domain.rules import Level, Side
from domain.runs import TierName
from domain.staff import CoverageMode
from solver.expressions import Sum

TIER_OF_LEVEL = {Level.HARD: TierName.HARD_RULES, Level.SOFT: TierName.SOFT_RULES}
TIER_OF_MODE = {
    CoverageMode.REQUIRED: TierName.REQUIRED_GAPS,
    CoverageMode.DESIRED: TierName.DESIRED_GAPS,
}


class Unreported(StrEnum):
    """What is minimised directly after the hard rules, without being a tier of the result."""

    IDLE_DAYS = "IDLE_DAYS"


@dataclass(frozen=True, slots=True)
class Penalty:
    tier: TierName | Unreported
    amount: Sum


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Where a rule can be broken: whose cells, on which dates, and by how many half-days.

    `staff_id` is None where people are counted together. `dates` are those of the schedule that
    decide it. `bound` is the one that holds here and `known` what the days before the start add,
    for limits only and in what the limit counts.
    """

    staff_id: StaffId | None
    dates: tuple[date, ...]
    half_days: Sum
    side: Side | None = None
    bound: int | None = None
    known: int = 0


def outside(level: Level, weight: int, half_days: Sum) -> Penalty:
    """Half-days outside a rule; only soft ones are weighed."""
    factor = weight if level is Level.SOFT else 1
    return Penalty(TIER_OF_LEVEL[level], half_days * factor)

"""What a rule asks a tier to pay."""

from dataclasses import dataclass
from enum import StrEnum

from domain.rules import Level
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


def outside(level: Level, weight: int, half_days: Sum) -> Penalty:
    """Half-days outside a rule; only soft ones are weighed."""
    factor = weight if level is Level.SOFT else 1
    return Penalty(TIER_OF_LEVEL[level], half_days * factor)

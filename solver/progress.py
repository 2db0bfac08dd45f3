"""What a search tells while it works."""

from dataclasses import dataclass
from enum import StrEnum

from domain.runs import TierName, TierResult
from solver.solution import Solution


class Phase(StrEnum):
    BUILDING = "BUILDING"
    SEARCHING = "SEARCHING"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """`tier` is the one being improved; `best` is a full schedule that could be used as it is."""

    phase: Phase
    solutions: int
    elapsed_seconds: float
    tiers: tuple[TierResult, ...]
    tier: TierName | None = None
    best: Solution | None = None

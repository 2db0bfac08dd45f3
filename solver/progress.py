"""What a search tells while it works."""

from dataclasses import dataclass

from domain.runs import Phase, TierName, TierResult
from solver.solution import Solution


@dataclass(frozen=True, kw_only=True)
class Progress:
    """`tier` is the one being improved; `best` is a full schedule that could be used as it is."""

    phase: Phase
    solutions: int
    elapsed_seconds: float
    tiers: tuple[TierResult, ...]
    tier: TierName | None = None
    best: Solution | None = None

    @classmethod
    def of(cls, best: Solution, phase: Phase, tier: TierName | None = None) -> "Progress":
        return cls(
            phase=phase,
            solutions=best.solutions,
            elapsed_seconds=best.elapsed_seconds,
            tiers=best.tiers,
            tier=tier,
            best=best,
        )

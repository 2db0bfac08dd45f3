"""How long a search may go on, and how its time is shared among the tiers."""

import math
import time
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from domain.runs import ALWAYS_EXACT, GenerationRequest, TierName

WORKERS = 2
LEAST = 0.02
SECONDS_AFTERWARDS = 5.0
SHARES = {
    TierName.HARD_RULES: 0.5,
    TierName.REQUIRED_GAPS: 0.5,
    TierName.DESIRED_GAPS: 0.4,
    TierName.PRIORITY_ORDER: 0.3,
    TierName.SOFT_RULES: 0.5,
    TierName.BACKUP_LOAD: 0.4,
    TierName.REST_BALANCE: 0.6,
    TierName.CHANGES: 0.9,
    TierName.CANONICAL: 1.0,
}


@dataclass(slots=True, kw_only=True)
class Clock:
    """The time left: seconds, or deterministic units where the result must be repeatable.

    Each tier may use its share of what is left when it starts; what it leaves goes to the next.
    Nothing but these limits depends on seconds, and in a reproducible search not even they do.
    """

    request: GenerationRequest
    workers: int = WORKERS
    started: float = field(default_factory=time.monotonic)
    spent: float = 0.0
    most_seconds: float = math.inf

    @property
    def elapsed_seconds(self) -> float:
        return time.monotonic() - self.started

    @property
    def left(self) -> float:
        used = self.spent if self.request.reproducible else self.elapsed_seconds
        return max(0.0, min(self.request.time_limit_seconds, self.most_seconds) - used)

    def allow_as_long_again(self) -> None:
        """No more for what is left than was used so far, or a few seconds; unless repeatable."""
        if not self.request.reproducible:
            used = self.elapsed_seconds
            self.most_seconds = used + max(used, SECONDS_AFTERWARDS)

    def allows(self, tier: TierName) -> bool:
        """Whether the tier's share is worth starting for."""
        return self.left * SHARES[tier] >= LEAST

    def solver_for(self, tier: TierName) -> cp_model.CpSolver:
        """A solver with the tier's share of the time.

        It is never stopped in its course: CP-SAT 9.15 aborts the process when that happens between
        its first solution and its first exchange of solutions.
        """
        solver = cp_model.CpSolver()
        share = self.left * SHARES[tier]
        solver.parameters.num_workers = self.workers
        solver.parameters.random_seed = self.request.seed % 2**31
        if tier not in ALWAYS_EXACT:
            solver.parameters.relative_gap_limit = self.request.good_enough_percent / 100
        if self.request.reproducible:
            # The number of workers decides which ways of searching there are, so it stays the same.
            solver.parameters.num_workers = WORKERS
            solver.parameters.interleave_search = True
            # One task at a time: of two that run side by side, the first to end would win a tie.
            solver.parameters.interleave_batch_size = 1
            solver.parameters.max_deterministic_time = share
        else:
            solver.parameters.max_time_in_seconds = share
        return solver

    def charge(self, solver: cp_model.CpSolver) -> None:
        self.spent += solver.response_proto.deterministic_time

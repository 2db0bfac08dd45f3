"""What the look for clashes and repairs may cost, beyond the time limit of its run."""

import time
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

SECONDS = 2.0
SECONDS_EACH = 0.5
UNITS_FOR_ASKING = 0.002


class OutOfTime(Exception):  # noqa: N818 - nothing is wrong
    """The allowance is spent, or one question was too hard for its share."""


@dataclass(slots=True, kw_only=True)
class Allowance:
    """Seconds, or deterministic units where the answer must be repeatable.

    Each question costs a little beside what the solver needs, so that their number is bounded too.
    """

    is_repeatable: bool
    seconds: float = SECONDS
    spent: float = 0.0
    started: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        used = self.spent if self.is_repeatable else time.monotonic() - self.started
        return self.seconds - used

    def solve(self, model: cp_model.CpModel) -> tuple[cp_model.CpSolver, bool]:
        """A solver with its solution, and whether there is any; raises OutOfTime."""
        solver = self._solver()
        status = solver.solve(model)
        self.spent += solver.response_proto.deterministic_time + UNITS_FOR_ASKING
        if status == cp_model.UNKNOWN:
            raise OutOfTime
        return solver, status != cp_model.INFEASIBLE

    def _solver(self) -> cp_model.CpSolver:
        share = min(self.left, SECONDS_EACH)
        if share <= 0:
            raise OutOfTime
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 2
        if self.is_repeatable:
            solver.parameters.max_deterministic_time = share
        else:
            solver.parameters.max_time_in_seconds = share
        return solver

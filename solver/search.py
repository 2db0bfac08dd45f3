"""The search: tier after tier, each kept at its best value while the next is improved.

Time: a tier that is still unproved may use a fixed share of what is left when its turn comes (see
solver.clock); tiers that are proved early leave theirs to the later ones. A tier whose value in the
schedule at hand is already the least its domains allow costs nothing.
"""

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from domain.runs import Outcome, Phase, TierName, TierResult, TierStatus
from domain.tiers import tier_order
from solver import canonical, fallback, standing, tiers
from solver.best import Candidate, candidate
from solver.cells import Codes
from solver.clock import WORKERS, Clock
from solver.columns import aid as columns
from solver.expressions import Sum
from solver.problem import Problem
from solver.progress import Progress
from solver.rules import RULES, Rule, Unreported
from solver.solution import Solution
from solver.variables import Variables

OnProgress = Callable[[Progress], None]
COLUMNS_SHARE = 0.35
FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN)


class SearchError(RuntimeError):
    """The model contradicts the schedule it was hinted with: a fault of ours, never of the data."""


@dataclass(frozen=True, kw_only=True)
class Start:
    """A full schedule that is known already, and the clock that has run until it was."""

    draft: fallback.Draft
    clock: Clock


def solve(  # noqa: PLR0913 - what is asked, who listens, and how it is searched
    problem: Problem,
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
    *,
    rules: Mapping[str, Rule] = RULES,
    workers: int = WORKERS,
    start: Start | None = None,
) -> Solution:
    """The best schedule that the time allows; a full one comes back however short it is.

    Progress is told from the solver's threads too, each time with the best so far. After `stop` no
    further tier is begun; who cannot wait for the one in hand takes the best that was told.
    With a start it goes on from there, in the time that is left.
    """
    search = Search(problem, on_progress, stop or threading.Event(), rules, start)
    search.clock.workers = workers
    search.improve_all()
    return search.solution()


class Search:
    """One search through its time: the model, the best schedule so far, bounds by tier."""

    def __init__(
        self,
        problem: Problem,
        on_progress: OnProgress | None,
        stop: threading.Event,
        rules: Mapping[str, Rule],
        start: Start | None = None,
    ) -> None:
        self.clock = Clock(request=problem.request) if start is None else start.clock
        self._stop = stop
        self.problem = problem
        self.variables = Variables(problem)
        self.model = self.variables.model
        self._lines = columns.Lines(self.variables)
        self.order = tier_order(problem.board.restaurant, problem.request.mode)
        self._bounds: dict[TierName, int | None] = dict.fromkeys(self.order)
        self._on_progress = on_progress
        self._solutions = 1
        draft, self.best = self._first(start)
        self._tell(Phase.BUILDING, None)
        self._tiers = tiers.build(self.variables, rules)
        values = self.variables.assign(draft.cells, draft.covers)
        self.best = replace(self.best, values=tuple(values))

    def _first(self, start: Start | None) -> tuple[fallback.Draft, Candidate]:
        """The plain pattern, or what stands already where that is better."""
        stands = standing.build(self.variables.choices) if start is None else start.draft
        drafts = (fallback.build(self.variables), stands)
        known = [
            (draft, candidate(self.variables, self.variables.assign(draft.cells, draft.covers)))
            for draft in drafts
            if draft is not None
        ]
        return min(known, key=lambda pair: tuple(pair[1].worth.values()))

    def may_start(self, name: TierName) -> bool:
        return not self._stop.is_set() and self.clock.allows(name)

    def improve_all(self) -> None:
        for name in self.order:
            if name is TierName.CANONICAL:
                continue
            self._improve(name)
            if self._bounds[name] is None:
                return
            if name is TierName.HARD_RULES:
                self._fill_idle_days()
            self._tell(Phase.SEARCHING, name)
        if all(self._is_proved(name) for name in self.order if name is not TierName.CANONICAL):
            self.clock.allow_as_long_again()
            is_settled = canonical.settle(self)
            self._bounds[TierName.CANONICAL] = 0 if is_settled else None

    def _improve(self, name: TierName) -> None:
        amount = self._tiers[name]
        floor = self.model.least(amount)
        if self.best.worth[name] <= floor:
            self._bounds[name] = floor
        elif self.may_start(name):
            self._bounds[name] = floor
            self._tell(Phase.SEARCHING, name)
            if name in columns.WEIGHTS:
                self._ask_columns(name)
            if not self._is_settled(name):
                self.raise_bound(name, self._minimise(name, amount))
        self.model.require_at_most(amount, self.best.worth[name])

    def _ask_columns(self, name: TierName) -> None:
        """The tier by whole lines: a bound that CP-SAT cannot find, and a schedule near it.

        Not where the result must be repeatable: what they find depends on the time.
        """
        if self.problem.request.reproducible or self.best.worth[TierName.HARD_RULES] > 0:
            return
        if not columns.is_worth_it(self.variables):
            return
        kept = {tier: self.best.worth[tier] for tier in self.order[: self.order.index(name)]}
        seconds = self.clock.left * COLUMNS_SHARE
        found = self._lines.ask(name, kept, seconds, self._stop.is_set)
        self.raise_bound(name, found.bound)
        if found.cells:
            draft = fallback.covered(self.variables, found.cells)
            self._take(self.variables.assign(draft.cells, draft.covers), name)
            if not self._is_settled(name):
                self._cover(name, draft.cells)

    def _cover(self, name: TierName, cells: Codes) -> None:
        """The covers with which these very cells are best, if they can be kept at all."""
        solver = self.clock.solver_for(name)
        solver.parameters.fix_variables_to_their_hinted_value = True
        self.model.hint_only(self.variables.decided_by(cells))
        self.model.minimise(self._tiers[name])
        status = solver.solve(self.model.cp)
        self.clock.charge(solver)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self._take(self.model.recount(list(solver.response_proto.solution)), name)

    def _fill_idle_days(self) -> None:
        """Put to work who is wanted at work, as far as hard rules let them."""
        amount = self._tiers[Unreported.IDLE_DAYS]
        is_least = amount.at(self.best.values) <= self.model.least(amount)
        if not is_least and self.may_start(TierName.HARD_RULES):
            solver = self.clock.solver_for(TierName.HARD_RULES)
            if self.run(solver, amount) != cp_model.UNKNOWN:
                values = self.model.recount(list(solver.response_proto.solution))
                self.best = candidate(self.variables, values)
        self.model.require_at_most(amount, amount.at(self.best.values))

    def _minimise(self, name: TierName, amount: Sum) -> int:
        solver = self.clock.solver_for(name)
        listener = _Listener(self, name)
        solver.best_bound_callback = lambda bound: self._hear_bound(name, _whole(bound))
        # What columns have proved counts for CP-SAT's own proof, and for its early stop.
        self.model.require_at_most(-amount, -(self._bounds[name] or 0))
        self.run(solver, amount, listener)
        listener.raise_if_failed()
        return _whole(solver.best_objective_bound)

    def _hear_bound(self, name: TierName, bound: int) -> None:
        known = self._bounds[name]
        self.raise_bound(name, bound)
        if self._bounds[name] != known:
            self._tell(Phase.SEARCHING, name)

    def raise_bound(self, name: TierName, bound: int) -> None:
        known = self._bounds[name]
        self._bounds[name] = bound if known is None else max(known, bound)

    def run(
        self,
        solver: cp_model.CpSolver,
        amount: Sum,
        listener: cp_model.CpSolverSolutionCallback | None = None,
    ) -> cp_model.CpSolverStatus:
        """Minimise the amount from the best schedule on; the time it took is charged."""
        self.model.hint(self.best.values)
        self.model.minimise(amount)
        status = solver.solve(self.model.cp, listener)
        self.clock.charge(solver)
        if status not in FOUND:
            raise SearchError(f"The solver answered {solver.status_name(status)}.")
        return status

    def offer(self, values: list[int], name: TierName | None) -> None:
        """A solution of the solver; it is taken when what it is truly worth is better."""
        self._take(self.model.recount(values), name)

    def _take(self, values: list[int], name: TierName | None) -> None:
        self._solutions += 1
        found = candidate(self.variables, values)
        if found.is_better_than(self.best):
            self.best = found
            self._tell(Phase.SEARCHING, name)

    # What is told

    def _is_proved(self, name: TierName) -> bool:
        bound = self._bounds[name]
        return bound is not None and self.best.worth[name] <= bound

    def _is_settled(self, name: TierName) -> bool:
        bound, value = self._bounds[name], self.best.worth[name]
        return bound is not None and self.problem.request.is_enough(name, value, bound)

    def _result(self, name: TierName) -> TierResult:
        bound = self._bounds[name]
        status = TierStatus.OPTIMAL if self._is_proved(name) else TierStatus.FEASIBLE
        return TierResult(
            name=name,
            value=self.best.worth[name],
            bound=bound,
            status=TierStatus.NOT_REACHED if bound is None else status,
        )

    def _outcome(self) -> Outcome:
        bound = self._bounds[TierName.HARD_RULES]
        if self.best.worth[TierName.HARD_RULES] > 0:
            return Outcome.RELAXED if bound is not None and bound > 0 else Outcome.UNKNOWN
        counted = [name for name in self.order if name is not TierName.CANONICAL]
        return Outcome.OPTIMAL if all(map(self._is_proved, counted)) else Outcome.FEASIBLE

    def solution(self) -> Solution:
        outcome = self._outcome()
        return Solution(
            shifts=self.best.shifts,
            covers=self.best.covers,
            outcome=outcome,
            tiers=tuple(self._result(name) for name in self.order),
            solutions=self._solutions,
            elapsed_seconds=self.clock.elapsed_seconds,
            is_explained=outcome is not Outcome.RELAXED,
        )

    def _tell(self, phase: Phase, name: TierName | None) -> None:
        if self._on_progress is None:
            return
        self._on_progress(Progress.of(self.solution(), phase, name))


def _whole(bound: float) -> int:
    return math.ceil(bound - 1e-6)


class _Listener(cp_model.CpSolverSolutionCallback):
    """Hands each solution over; what goes wrong there is raised after the solver has ended."""

    def __init__(self, search: Search, name: TierName) -> None:
        super().__init__()
        self._search = search
        self._name = name
        self._failure: Exception | None = None

    def on_solution_callback(self) -> None:
        if self._failure is not None:
            return
        try:
            self._search.offer(list(self.response_proto.solution), self._name)
        except Exception as failure:  # noqa: BLE001 - raised again outside the solver's thread
            self._failure = failure

    def raise_if_failed(self) -> None:
        if self._failure is not None:
            raise self._failure

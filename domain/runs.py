"""A generation run: one search, its states, tiers and findings."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.ids import GroupId, RestaurantId, RunId, ScheduleId, StaffId
from domain.rules import Level


class RunState(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_over(self) -> bool:
        return self in (RunState.FINISHED, RunState.FAILED, RunState.CANCELLED)


class Outcome(StrEnum):
    OPTIMAL = "OPTIMAL"
    FEASIBLE = "FEASIBLE"
    RELAXED = "RELAXED"
    UNKNOWN = "UNKNOWN"


class GenerationMode(StrEnum):
    FILL = "FILL"
    REPLAN = "REPLAN"


class Phase(StrEnum):
    """What a search does: build its model, improve tier after tier, say why hard rules broke."""

    BUILDING = "BUILDING"
    SEARCHING = "SEARCHING"
    EXPLAINING = "EXPLAINING"


class TierName(StrEnum):
    HARD_RULES = "HARD_RULES"
    REQUIRED_GAPS = "REQUIRED_GAPS"
    DESIRED_GAPS = "DESIRED_GAPS"
    PRIORITY_ORDER = "PRIORITY_ORDER"
    SOFT_RULES = "SOFT_RULES"
    BACKUP_LOAD = "BACKUP_LOAD"
    REST_BALANCE = "REST_BALANCE"
    CHANGES = "CHANGES"
    CANONICAL = "CANONICAL"


# Nobody trades hard rules, or gaps of groups that must be covered, for time; an order has no near.
ALWAYS_EXACT = (TierName.HARD_RULES, TierName.REQUIRED_GAPS, TierName.CANONICAL)


class TierStatus(StrEnum):
    OPTIMAL = "OPTIMAL"
    FEASIBLE = "FEASIBLE"
    NOT_REACHED = "NOT_REACHED"


@dataclass(frozen=True, slots=True, kw_only=True)
class TierResult:
    """`value` is counted in the schedule returned; `bound` is None for a tier not reached."""

    name: TierName
    value: int
    bound: int | None
    status: TierStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ImprovementStep:
    """From one schedule of a run to a better one; `tier` is the first whose value differs.

    What changes is counted from the schedule before, the first time from what stood.
    """

    cells_changed: int
    covers_changed: int
    tier: TierName
    before: int
    after: int
    elapsed_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A rule that a schedule breaks; `half_days` is how far (one cell = 2), 0 for findings."""

    code: str
    level: Level
    message: str
    staff_id: StaffId | None = None
    group_id: GroupId | None = None
    dates: tuple[date, ...] = ()
    half_days: int = 0
    weight: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """What was asked for, as stored with the run.

    `good_enough_percent` is how far above its bound a tier may stay for the search to go on to the
    next: 0 goes on to the proof.
    """

    mode: GenerationMode = GenerationMode.FILL
    time_limit_seconds: float = 20
    seed: int = 0
    reproducible: bool = False
    apply_when_done: bool = True
    good_enough_percent: float = 0

    def is_enough(self, tier: TierName, value: int, bound: int) -> bool:
        """Whether the tier is settled: proved best, or near enough to what is proved possible."""
        if value <= bound:
            return True
        is_near = 100 * (value - bound) <= self.good_enough_percent * value
        return is_near and tier not in ALWAYS_EXACT


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRun:
    """`attempt` counts the workers that took it; `configuration_revision` is what it read.

    `phase` and `improving` are set while it searches; the hashes are those of `solver.digests`.
    """

    id: RunId
    restaurant_id: RestaurantId
    schedule_id: ScheduleId
    request: GenerationRequest
    configuration_revision: int
    state: RunState = RunState.QUEUED
    outcome: Outcome | None = None
    is_stale: bool = False
    is_applied: bool = False
    cancel_requested: bool = False
    keep_best: bool = True
    failure: str | None = None
    attempt: int = 0
    phase: Phase | None = None
    improving: TierName | None = None
    solutions: int = 0
    elapsed_seconds: float = 0.0
    tiers: tuple[TierResult, ...] = ()
    violations: tuple[Violation, ...] = ()
    input_hash: str | None = None
    schedule_hash: str | None = None
    steps: tuple[ImprovementStep, ...] = ()
    revision: int = 0
    created_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None

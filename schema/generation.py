"""Generation runs: read and followed."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import datetime
from typing import Annotated

import strawberry

from domain import runs as domain
from domain.ids import RunId, ScheduleId
from domain.runs import GenerationMode, Outcome, Phase, RunState, TierName, TierStatus
from resolvers import run_findings
from resolvers import runs as resolver
from schema.cells import Violation
from schema.conflict_sets import ConflictSet, Repair
from schema.conflicts import ConflictChanges
from schema.context import Info
from schema.fields import described
from schema.following import read_briefly
from schema.improvement_steps import ImprovementStep
from schema.inputs import THE_ID
from schema.nodes import (
    Node,
    PageInfo,
    decode,
    encode,
    encode_cursor,
    find_key,
    page_size,
    register,
    stored,
)
from schema.pages import key_after, page_info
from schema.schedules import Schedule
from solver.solution import Solution
from store import runs

RUN = ("runId",)


@strawberry.type(description="How one aim of generation came out. Tiers are settled in order.")
class Tier:
    name: TierName = strawberry.field(description="Which aim.")
    value: int = strawberry.field(description="As counted in the schedule; 0 is best.")
    bound: int | None = strawberry.field(
        description="No schedule can have less; null for a tier that was not reached."
    )
    status: TierStatus = strawberry.field(description="How far it was settled.")

    @classmethod
    def from_domain(cls, value: domain.TierResult) -> "Tier":
        return cls(name=value.name, value=value.value, bound=value.bound, status=value.status)


@strawberry.type(
    description="One search for a schedule. It publishes nothing and never overrules a person."
)
class GenerationRun(Node):
    state: RunState = strawberry.field(description="Where it stands.")
    outcome: Outcome | None = strawberry.field(description="What was proved; null until it ends.")
    mode: GenerationMode = strawberry.field(description="What it might change.")
    seed: int = strawberry.field(description="The seed of the search.")
    time_limit_seconds: float = strawberry.field(description="How long it might search.")
    reproducible: bool = strawberry.field(
        description="Whether the same input and seed give the same schedule on any machine."
    )
    apply_when_done: bool = strawberry.field(
        description="Whether the result goes into the schedule by itself."
    )
    good_enough_percent: float = strawberry.field(
        description="So many percent above its bound an aim is settled; 0 is proved best."
    )
    is_applied: bool = strawberry.field(description="Whether the result is in the schedule.")
    configuration_revision: int = strawberry.field(
        description="The revision that it read; before it begins, the one at which it was asked."
    )
    elapsed_seconds: float = strawberry.field(description="How long it has searched.")
    solutions: int = strawberry.field(description="How many better schedules it has found.")
    phase: Phase | None = strawberry.field(
        description="What the search is doing; null unless the run is RUNNING."
    )
    improving: TierName | None = strawberry.field(
        description="Which aim is being improved; null in other phases than SEARCHING."
    )
    failure: str | None = strawberry.field(description="Why it failed; else null.")
    tiers: list[Tier] = strawberry.field(description="The aims in order; [] before any schedule.")
    violations: list[Violation] = strawberry.field(description="What its schedule breaks.")
    input_hash: str | None = strawberry.field(
        description=(
            "SHA-256 of what it was asked (board, request, seed) and of the versions that search; "
            "null before it begins. `understudy solve` prints the same for the same question."
        )
    )
    schedule_hash: str | None = strawberry.field(
        description=(
            "SHA-256 of what it found, cells and covers, whatever was edited later; null without a "
            "result. Runs that are `reproducible` and agree in `inputHash` agree in this too."
        )
    )
    steps: list[ImprovementStep] = strawberry.field(
        description="How it came to its schedule, step by step, the first one first."
    )
    revision: int = strawberry.field(
        description="The revision that asked for it, or that applied its result."
    )
    created_at: datetime = strawberry.field(description="When it was asked for.")
    started_at: datetime | None = strawberry.field(description="When a worker began.")
    finished_at: datetime | None = strawberry.field(description="When it was over.")
    value: strawberry.Private[domain.GenerationRun]

    @described("Whether settings, staff, calendar or requests changed after it read them.")
    async def is_stale(self, info: Info) -> bool:
        newest = await info.context.loaders.settings_revisions.load(self.value.restaurant_id)
        return newest is not None and newest > self.value.configuration_revision

    @described(
        "What its result changes in the findings of the board that it read, whatever people did to "
        "the schedule meanwhile or later; null until it is over, and for a run without a result."
    )
    async def conflict_changes(self, info: Info) -> ConflictChanges | None:
        found = await info.context.reads.ask(lambda c: run_findings.across_run(c, self.value))
        return None if found is None else ConflictChanges.from_domain(found)

    @described(
        "Why its schedule had to break hard rules: sets of facts and rules that cannot all hold, "
        "one for each contradiction; [] unless `outcome` is RELAXED."
    )
    async def conflict_sets(self, info: Info) -> list[ConflictSet]:
        found = await self._solution(info)
        return [] if found is None else [ConflictSet.from_domain(s) for s in found.conflict_sets]

    @described(
        "Changes that were tried and settle a conflict set, by set, those that leave least first."
    )
    async def repairs(self, info: Info) -> list[Repair]:
        found = await self._solution(info)
        return [] if found is None else [Repair.from_domain(repair) for repair in found.repairs]

    @described(
        "Whether `conflictSets` and `repairs` are complete; false where time did not allow to look "
        "for all; null without a result."
    )
    async def is_explained(self, info: Info) -> bool | None:
        found = await self._solution(info)
        return None if found is None else found.is_explained

    @described(
        "What the search was given, as JSON; null before it begins. Saved to a file it is answered "
        "again by `understudy solve FILE`, with the hashes of this run."
    )
    async def planning_problem(self, info: Info) -> str | None:
        return await info.context.reads.ask(lambda c: runs.problem_of(c, self.value.id))

    async def _solution(self, info: Info) -> Solution | None:
        if self.value.outcome is not Outcome.RELAXED:
            return None
        return await info.context.reads.ask(lambda c: run_findings.solution_of(c, self.value))

    @described("The schedule that it is for.")
    async def schedule(self, info: Info) -> Schedule | None:
        found = await info.context.loaders.schedules.load(self.value.schedule_id)
        return None if found is None else Schedule.from_domain(found)

    @classmethod
    def from_domain(cls, value: domain.GenerationRun) -> "GenerationRun":
        is_running = value.state is RunState.RUNNING
        return cls(
            id=encode("GenerationRun", value.id),
            state=value.state,
            outcome=value.outcome,
            mode=value.request.mode,
            seed=value.request.seed,
            time_limit_seconds=value.request.time_limit_seconds,
            reproducible=value.request.reproducible,
            apply_when_done=value.request.apply_when_done,
            good_enough_percent=value.request.good_enough_percent,
            is_applied=value.is_applied,
            configuration_revision=value.configuration_revision,
            elapsed_seconds=value.elapsed_seconds,
            solutions=value.solutions,
            phase=value.phase if is_running else None,
            improving=value.improving if is_running else None,
            failure=value.failure,
            tiers=[Tier.from_domain(tier) for tier in value.tiers],
            violations=[Violation.from_domain(violation) for violation in value.violations],
            input_hash=value.input_hash,
            schedule_hash=value.schedule_hash,
            steps=[ImprovementStep.from_domain(step) for step in value.steps],
            revision=value.revision,
            created_at=stored(value.created_at),
            started_at=value.started_at,
            finished_at=value.finished_at,
            value=value,
        )


register(domain.GenerationRun, GenerationRun, runs.by_ids)


@strawberry.type(description="A run in its place in the list.")
class GenerationRunEdge:
    cursor: str = strawberry.field(description="Its place; pass it as `after`.")
    node: GenerationRun = strawberry.field(description="The run.")


@strawberry.type(description="A page of generation runs.")
class GenerationRunConnection:
    edges: list[GenerationRunEdge] = strawberry.field(description="The runs of the page.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")


async def runs_page(
    info: Info, schedule_id: ScheduleId, first: int, after: str | None
) -> GenerationRunConnection:
    size = page_size(first)
    key = key_after("GenerationRun", after)
    last_seen = None if key is None else RunId(key)
    found = await info.context.reads.ask(
        lambda c: runs.of_schedule(c, schedule_id, size + 1, last_seen)
    )
    edges = [
        GenerationRunEdge(
            cursor=encode_cursor("GenerationRun", row.id), node=GenerationRun.from_domain(row)
        )
        for row in found[:size]
    ]
    where = page_info(edges, after, has_next=len(found) > size)
    return GenerationRunConnection(edges=edges, page_info=where)


async def generation_run(info: Info, id: Annotated[strawberry.ID, THE_ID]) -> GenerationRun | None:
    key = find_key("GenerationRun", id)
    if key is None:
        return None
    found = await info.context.reads.ask(lambda c: runs.by_ids(c, [RunId(key)]))
    run = found.get(RunId(key))
    if run is None or await info.context.membership(run.restaurant_id) is None:
        return None
    return GenerationRun.from_domain(run)


async def generation_progress(
    info: Info,
    run_id: Annotated[strawberry.ID, strawberry.argument(description="The run's global id.")],
) -> AsyncIterator[GenerationRun]:
    context = read_briefly(info)
    key = RunId(decode("GenerationRun", run_id, RUN))
    following = resolver.follow(context.database, context.doorbell, context.caller, key)
    async with aclosing(following) as states:
        async for run in states:
            await context.release_reads()
            yield GenerationRun.from_domain(run)

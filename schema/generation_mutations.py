"""Generation runs: asked for, cancelled, applied."""

from typing import Annotated

import strawberry

from domain import runs as domain
from domain.ids import RunId, ScheduleId
from domain.runs import GenerationMode
from resolvers import applying, run_findings
from resolvers import runs as resolver
from schema.conflicts import Conflict, PayloadWithFindings
from schema.context import Info
from schema.fields import described
from schema.generation import RUN, GenerationRun
from schema.inputs import THE_INPUT, EditInput, asking, given
from schema.nodes import decode
from schema.payloads import Payload, result
from schema.problems import AnyProblem


@strawberry.input(
    description=(
        "Ask for a generation. One run a schedule at a time; it takes no other schedule's place."
    )
)
class GenerateScheduleInput(EditInput):
    schedule_id: strawberry.ID = strawberry.field(description="Which schedule.")
    mode: GenerationMode | None = strawberry.field(default=None, description="Default FILL.")
    time_limit_seconds: float | None = strawberry.field(
        default=None, description="From 1 to 600; default 20."
    )
    seed: int | None = strawberry.field(default=None, description="From 0 on; default 0.")
    reproducible: bool | None = strawberry.field(
        default=None, description="Same input, same schedule, anywhere; slower. Default false."
    )
    apply_when_done: bool | None = strawberry.field(
        default=None, description="Default true; false keeps the result with the run."
    )
    good_enough_percent: float | None = strawberry.field(
        default=None,
        description=(
            "From 0 to 100: an aim whose value is proved to be at most so many percent above the "
            "best is settled, and the search goes on to the next. HARD_RULES and REQUIRED_GAPS are "
            "always searched to the proof. Default 0: to the proof, or as long as time allows."
        ),
    )

    def to_domain(self) -> domain.GenerationRequest:
        usual = domain.GenerationRequest()
        return domain.GenerationRequest(
            mode=given(self.mode, usual.mode),
            time_limit_seconds=given(self.time_limit_seconds, usual.time_limit_seconds),
            seed=given(self.seed, usual.seed),
            reproducible=given(self.reproducible, usual.reproducible),
            apply_when_done=given(self.apply_when_done, usual.apply_when_done),
            good_enough_percent=given(self.good_enough_percent, usual.good_enough_percent),
        )


@strawberry.input(description="Stop a run that is queued or running.")
class CancelGenerationInput(EditInput):
    run_id: strawberry.ID = strawberry.field(description="Which run.")
    keep_best: bool | None = strawberry.field(
        default=None,
        description="Whether the best schedule so far is used like a result; default true.",
    )


@strawberry.input(description="Write the result of a run into its schedule.")
class ApplyRunInput(EditInput):
    run_id: strawberry.ID = strawberry.field(description="A run that is over and not applied.")


@strawberry.type(description="The run that was queued; follow it by `generationProgress`.")
class GenerateSchedulePayload(Payload):
    run: GenerationRun = strawberry.field(description="As stored.")

    @described(
        "The findings before the run: of the board that it has read, or, before it begins, of the "
        "schedule as it stands when this is answered; the same holds for a repeated call."
    )
    async def conflicts(self, info: Info) -> list[Conflict]:
        run = self.run.value
        today = await info.context.today(run.restaurant_id)
        found = await info.context.reads.ask(lambda c: run_findings.before_run(c, run, today))
        return [Conflict.from_domain(conflict) for conflict in found]


@strawberry.type(description="The run that was asked to stop; it is over within a moment.")
class CancelGenerationPayload(Payload):
    run: GenerationRun = strawberry.field(description="As stored.")


@strawberry.type(description="The run whose result is in the schedule now.")
class ApplyRunPayload(PayloadWithFindings):
    run: GenerationRun = strawberry.field(description="As stored.")


GenerateResult = Annotated[GenerateSchedulePayload | AnyProblem, result("GenerateScheduleResult")]
CancelResult = Annotated[CancelGenerationPayload | AnyProblem, result("CancelGenerationResult")]
ApplyResult = Annotated[ApplyRunPayload | AnyProblem, result("ApplyRunResult")]


async def generate_schedule(
    info: Info, input: Annotated[GenerateScheduleInput, THE_INPUT]
) -> GenerateResult:
    key = ScheduleId(decode("Schedule", input.schedule_id, ("scheduleId",)))
    made = await resolver.request(*asking(info, "generateSchedule", input), key, input.to_domain())
    await info.context.release_reads()
    return GenerateSchedulePayload(run=GenerationRun.from_domain(made.run), revision=made.revision)


async def cancel_generation(
    info: Info, input: Annotated[CancelGenerationInput, THE_INPUT]
) -> CancelResult:
    key = RunId(decode("GenerationRun", input.run_id, RUN))
    asked = asking(info, "cancelGeneration", input)
    made = await resolver.cancel(*asked, key, keep_best=given(input.keep_best, True))
    await info.context.release_reads()
    return CancelGenerationPayload(run=GenerationRun.from_domain(made.run), revision=made.revision)


async def apply_run(info: Info, input: Annotated[ApplyRunInput, THE_INPUT]) -> ApplyResult:
    key = RunId(decode("GenerationRun", input.run_id, RUN))
    made = await applying.by_hand(*asking(info, "applyRun", input), key)
    await info.context.release_reads()
    return ApplyRunPayload(
        run=GenerationRun.from_domain(made.run),
        restaurant_id=made.run.restaurant_id,
        revision=made.revision,
    )

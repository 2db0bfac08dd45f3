from dataclasses import replace
from datetime import date

from domain.ids import RunId
from domain.rules import Level
from domain.runs import (
    GenerationMode,
    GenerationRequest,
    GenerationRun,
    ImprovementStep,
    Outcome,
    RunState,
    TierName,
    TierResult,
    TierStatus,
    Violation,
)
from store import runs
from store.engine import Database
from tests.store.conftest import Place
from tests.store.test_constraints import run_of


def finished(run: GenerationRun, place: Place) -> GenerationRun:
    return replace(
        run,
        state=RunState.FINISHED,
        outcome=Outcome.FEASIBLE,
        finished_at=run.created_at,
        tiers=(
            TierResult(name=TierName.HARD_RULES, value=0, bound=0, status=TierStatus.OPTIMAL),
            TierResult(name=TierName.CANONICAL, value=0, bound=None, status=TierStatus.NOT_REACHED),
        ),
        violations=(
            Violation(
                code="WORK_LIMIT",
                level=Level.SOFT,
                message="多すぎる",
                staff_id=place.sato.id,
                dates=(date(2025, 1, 2),),
            ),
        ),
        steps=(
            ImprovementStep(
                cells_changed=2,
                covers_changed=1,
                tier=TierName.REQUIRED_GAPS,
                before=100,
                after=0,
                elapsed_seconds=0.06,
            ),
        ),
        elapsed_seconds=1.25,
        solutions=7,
    )


async def test_a_run_is_read_back_with_its_request_and_result(database: Database, place: Place):
    request = GenerationRequest(mode=GenerationMode.REPLAN, time_limit_seconds=2.5, seed=3)
    async with database.write() as connection:
        made = await runs.insert(connection, replace(run_of(place), request=request))
        assert await runs.active_of_schedule(connection, place.schedule.id) == made
        assert await runs.active(connection) == (made,)
        over = await runs.update(connection, finished(made, place))
    async with database.read() as connection:
        assert await runs.by_ids(connection, [made.id]) == {made.id: finished(made, place)}
        assert over == finished(made, place)
        assert await runs.active_of_schedule(connection, place.schedule.id) is None
        assert await runs.of_schedule(connection, place.schedule.id) == (over,)


async def test_a_worker_whose_run_was_taken_writes_nothing(database: Database, place: Place):
    async with database.write() as connection:
        made = await runs.insert(connection, run_of(place))
        first = await runs.take(connection, made.id, "one")
        second = await runs.take(connection, made.id, "two")
        assert first is not None
        assert second is not None
        assert (first.attempt, second.attempt) == (1, 2)
        late = await runs.update(connection, replace(first, solutions=9), attempt=1)
        assert late is None
        assert await runs.update(connection, replace(second, solutions=4), attempt=2) is not None
        found = await runs.by_ids(connection, [made.id])
    assert found[made.id].solutions == 4
    assert found[made.id].started_at is not None


async def test_a_run_that_is_over_is_not_taken(database: Database, place: Place):
    async with database.write() as connection:
        made = await runs.insert(connection, run_of(place))
        await runs.update(connection, finished(made, place))
        assert await runs.take(connection, made.id, "one") is None
        assert await runs.take(connection, RunId(10**12), "one") is None


async def test_a_run_handed_back_counts_no_attempt(database: Database, place: Place):
    async with database.write() as connection:
        made = await runs.insert(connection, run_of(place))
        await runs.take(connection, made.id, "one")
        await runs.hand_back(connection, made.id)
        assert await runs.lock(connection, made.id) == made


async def test_problem_and_solution_are_kept_with_the_run(database: Database, place: Place):
    async with database.write() as connection:
        made = await runs.insert(connection, run_of(place))
        assert await runs.problem_of(connection, made.id) is None
        await runs.store_problem(connection, made.id, '{"問題": 1}')
        await runs.store_solution(connection, made.id, '{"解": 2}')
        assert await runs.problem_of(connection, made.id) == '{"問題": 1}'
        assert await runs.solution_of(connection, made.id) == '{"解": 2}'


async def test_a_new_problem_has_no_solution_yet(database: Database, place: Place):
    async with database.write() as connection:
        made = await runs.insert(connection, run_of(place))
        await runs.store_problem(connection, made.id, "1")
        await runs.store_solution(connection, made.id, "2")
        await runs.store_problem(connection, made.id, "3")
        assert await runs.problem_of(connection, made.id) == "3"
        assert await runs.solution_of(connection, made.id) is None


async def test_runs_of_a_schedule_are_paged_newest_first(database: Database, place: Place):
    async with database.write() as connection:
        made = []
        for _ in range(3):
            run = await runs.insert(connection, run_of(place))
            made.append(await runs.update(connection, finished(run, place)))
        one, two, three = made
        key = place.schedule.id
        assert await runs.of_schedule(connection, key, 2) == (three, two)
        assert await runs.of_schedule(connection, key, 2, before=two.id) == (one,)

"""The rows about writing, which are ours alone: into the database, and on to every subscriber."""

from contextlib import ExitStack
from statistics import median
from typing import Any

from benchmarks.harness import documents, goals
from benchmarks.harness.listeners import Crowd
from benchmarks.harness.load import caller
from benchmarks.harness.loops import run_fast
from benchmarks.harness.rounds import interleaved, p99, pooled, turns
from benchmarks.harness.servers import Contestant, Stage
from benchmarks.harness.telling import teller

SUBSCRIBERS = 500
WARMING = 5
Told = dict[str, Any]


def commits(ours: list[Contestant], stage: Stage, seconds: float) -> list[Told]:
    def measure(asked: Contestant) -> list[float]:
        writes = documents.writes(stage.dataset.schedule, stage.dataset.cells)
        with caller(asked) as client:
            return [client.timed(next(writes))[0] for _ in turns(seconds)]

    return _told(goals.WRITE, goals.WRITE_TAIL, pooled(interleaved(ours, measure)))


def fan_out(stage: Stage, seconds: float) -> list[Told]:
    """Half of the subscribers at each of two processes, which only Redis connects."""
    with ExitStack() as stack:
        ours = [stack.enter_context(stage.ours()) for _ in range(2)]
        samples = run_fast(_heard_by_all(ours, stage, 3 * seconds))
    return _told(goals.FAN_OUT, goals.FAN_OUT_TAIL, {ours[0].name: samples})


async def _heard_by_all(ours: list[Contestant], stage: Stage, seconds: float) -> list[float]:
    crowd = Crowd()
    try:
        for asked in ours:
            question = documents.follow(stage.dataset.restaurant)
            await crowd.join(asked, SUBSCRIBERS // len(ours), question)
        async with teller(ours[0], stage) as telling:
            for _ in range(WARMING):
                await telling.tell(crowd)
            return [1000 * await telling.tell(crowd) for _ in turns(seconds)]
    finally:
        crowd.leave()


def _told(row: goals.Row, tail: goals.Row, samples: dict[str, list[float]]) -> list[Told]:
    fewest = min(len(those) for those in samples.values())
    middle = {name: median(those) for name, those in samples.items()}
    slowest = {name: p99(those) for name, those in samples.items()}
    return [row.told(middle, fewest_samples=fewest), tail.told(slowest, fewest_samples=fewest)]

"""What a thousand subscribers cost one server process: memory while idle, time for each event."""

import asyncio
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.harness import documents, goals
from benchmarks.harness.listeners import Crowd
from benchmarks.harness.loops import run_fast
from benchmarks.harness.rounds import ROUNDS, turns
from benchmarks.harness.servers import BARE, INTERPRETED, OURS, Contestant, Stage
from benchmarks.harness.telling import teller

SUBSCRIBERS = 1000
FIRST_FEW = 10
SETTLING_SECONDS = 1.5
TICKS = os.sysconf("SC_CLK_TCK")
Told = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    kilobytes: float
    microseconds: float
    events: int


def subscribers(stage: Stage, names: list[str], seconds: float) -> list[Told]:
    """Fresh processes each round. Our own event is written through another process of ours, so
    that the write itself, which is measured elsewhere, is not counted among the costs of telling.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in names}
    for _ in range(ROUNDS):
        for name in names:
            with _pair(stage, name) as (asked, writer):
                costs[name].append(run_fast(_cost(stage, asked, writer, seconds)))
    events = min(cost.events for those in costs.values() for cost in those)
    times = {name: median(cost.microseconds for cost in those) for name, those in costs.items()}
    sizes = {name: median(cost.kilobytes for cost in those) for name, those in costs.items()}
    return [goals.EVENT.told(times, fewest_events=events), goals.MEMORY.told(sizes)]


@contextmanager
def _pair(stage: Stage, name: str) -> Iterator[tuple[Contestant, Contestant]]:
    """Who has the subscribers, and who is written to."""
    if name not in {OURS, INTERPRETED}:
        with stage.peer(name) as asked:
            yield asked, asked
        return
    with (
        stage.ours() as writer,
        stage.ours() if name == OURS else stage.interpreted() as asked,
    ):
        yield asked, writer


async def _cost(stage: Stage, asked: Contestant, writer: Contestant, seconds: float) -> Cost:
    question = None if asked.name == BARE else documents.follow(stage.dataset.restaurant)
    crowd = Crowd()
    try:
        async with teller(writer, stage) as telling:
            # what a process loads once, for its first subscribers, is not theirs
            await crowd.join(asked, FIRST_FEW, question)
            await asyncio.sleep(SETTLING_SECONDS)
            await telling.tell(crowd)
            before = kilobytes_of(asked.pid)
            await crowd.join(asked, SUBSCRIBERS, question)
            await asyncio.sleep(SETTLING_SECONDS)
            size = (kilobytes_of(asked.pid) - before) / SUBSCRIBERS
            await telling.tell(crowd)
            used, events = processor_seconds(asked.pid), 0
            for _ in turns(seconds):
                await telling.tell(crowd)
                events += 1
            used = processor_seconds(asked.pid) - used
    finally:
        crowd.leave()
    each = 1e6 * used / (events * len(crowd.listeners))
    return Cost(kilobytes=size, microseconds=each, events=events)


def kilobytes_of(pid: int) -> int:
    """The memory that a process holds at the moment."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    found = re.search(r"^Rss:\s+(\d+) kB", text, flags=re.MULTILINE)
    if found is None:
        raise RuntimeError(f"the system does not tell the memory of process {pid}")
    return int(found[1])


def processor_seconds(pid: int) -> float:
    """What a process and its threads have used so far."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS

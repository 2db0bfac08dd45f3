"""The rows about reading: warm, after a write, a document never seen, one node."""

import re
from collections.abc import Iterator
from typing import Any

from benchmarks.harness import documents, goals
from benchmarks.harness.dataset import Dataset
from benchmarks.harness.load import Caller, caller, requests_per_second
from benchmarks.harness.rounds import interleaved, medians, pooled, turns
from benchmarks.harness.servers import Contestant

WARMING = 3
REVISION = re.compile(rb'"revision": ?(\d+)')
Told = dict[str, Any]


def board(contestants: list[Contestant], dataset: Dataset, seconds: float) -> Told:
    return _rate(goals.BOARD, contestants, [documents.board(dataset.schedule)], seconds)


def small(contestants: list[Contestant], dataset: Dataset, seconds: float) -> Told:
    bodies = [documents.small(key) for key in dataset.staff]
    return _rate(goals.SMALL, contestants, bodies, seconds)


def _rate(
    row: goals.Row, contestants: list[Contestant], bodies: list[bytes], seconds: float
) -> Told:
    def measure(asked: Contestant) -> float:
        with caller(asked) as client:
            for body in bodies[:WARMING] * WARMING:
                client.post(body)
        return requests_per_second(asked, bodies, seconds)

    return row.told(medians(interleaved(contestants, measure)))


def after_a_write(contestants: list[Contestant], dataset: Dataset, seconds: float) -> Told:
    """The read alone, by the client that has just been told that its write is done."""
    read = documents.board(dataset.schedule)
    # each goes on where it stopped: a cell that is written as it stands takes no new revision
    writes = {c.name: documents.writes(dataset.schedule, dataset.cells) for c in contestants}

    def measure(asked: Contestant) -> list[float]:
        with caller(asked) as client:
            return list(_reads_after(client, writes[asked.name], read, seconds))

    return _latency(goals.AFTER_A_WRITE, pooled(interleaved(contestants, measure)))


def _reads_after(
    client: Caller, writes: Iterator[bytes], read: bytes, seconds: float
) -> Iterator[float]:
    for _ in turns(seconds):
        written = client.post(next(writes))
        taken, answer = client.timed(read)
        _require_fresh(written, answer)
        yield taken


def _require_fresh(written: bytes, answer: bytes) -> None:
    """A read that is quick because it is old counts for nothing."""
    revision = REVISION.findall(written)[-1]
    if revision not in REVISION.findall(answer):
        raise RuntimeError(f"a board read after revision {int(revision)} does not show it")


def unseen(contestants: list[Contestant], dataset: Dataset, seconds: float) -> Told:
    def measure(asked: Contestant) -> list[float]:
        with caller(asked) as client:
            return [
                client.timed(documents.unseen_board(dataset.schedule))[0] for _ in turns(seconds)
            ]

    return _latency(goals.UNSEEN, pooled(interleaved(contestants, measure)))


def _latency(row: goals.Row, samples: dict[str, list[float]]) -> Told:
    fewest = min(len(those) for those in samples.values())
    return row.told(medians(samples), fewest_samples=fewest)

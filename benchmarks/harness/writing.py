"""Writes that each change something: whoever holds a board is written to in one order only."""

from collections.abc import Iterator
from functools import cache

from benchmarks.harness import documents
from benchmarks.harness.dataset import Dataset
from benchmarks.harness.servers import INTERPRETED, OURS, Contestant


def writes_to(asked: Contestant, dataset: Dataset) -> Iterator[bytes]:
    """Goes on where the last measurement stopped, for a cell set to what it is changes nothing.

    Our processes share one database, a peer's board lives and dies with its process.
    """
    return _writes(OURS if asked.name in {OURS, INTERPRETED} else asked.pid, dataset)


@cache
def _writes(_holder: str | int, dataset: Dataset) -> Iterator[bytes]:
    return documents.writes(dataset.schedule, dataset.cells)

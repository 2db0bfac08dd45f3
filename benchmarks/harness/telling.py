"""Writes whose event a crowd waits for, by GraphQL or, for the bare broadcaster, as bytes."""

import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from benchmarks.harness import documents
from benchmarks.harness.dataset import Dataset
from benchmarks.harness.listeners import Crowd
from benchmarks.harness.posting import Poster
from benchmarks.harness.servers import BARE, Contestant, Stage

Bodies = Iterator[tuple[int, bytes]]


class Teller:
    """Causes events one by one; the next begins when everybody has heard the one before."""

    def __init__(self, writer: Contestant, poster: Poster, bodies: Bodies) -> None:
        self._writer, self._poster, self._bodies = writer, poster, bodies

    async def tell(self, crowd: Crowd) -> float:
        """Seconds from sending the write to the last listener's hearing of it."""
        revision, body = next(self._bodies)
        crowd.expect(_revision(revision).encode())
        await self._poster.wake()
        started = time.perf_counter()
        answer = await self._poster.post(body)
        if b"errors" in answer or b"Problem" in answer:
            raise RuntimeError(f"{self._writer.name} refused a write: {answer[:300]!r}")
        try:
            return await crowd.gather() - started
        except TimeoutError as error:
            raise TimeoutError(f"{self._writer.name}: {error}") from error


@asynccontextmanager
async def teller(writer: Contestant, stage: Stage) -> AsyncIterator[Teller]:
    poster = Poster(writer)
    try:
        await poster.wake()
        if writer.name == BARE:
            yield Teller(writer, poster, _plain_bytes(json.loads(stage.copy.read_bytes())["event"]))
        else:
            yield Teller(writer, poster, await _mutations(poster, stage.dataset))
    finally:
        poster.close()


async def _mutations(poster: Poster, dataset: Dataset) -> Bodies:
    """Mutations with the revisions that they will make: nobody else writes."""
    writes = documents.writes(dataset.schedule, dataset.cells)
    answer = json.loads(await poster.post(next(writes)))
    revision = answer["data"]["setShifts"]["revision"]
    return ((number, body) for number, body in enumerate(writes, revision + 1))


def _plain_bytes(event: dict[str, Any]) -> Bodies:
    """The frames that our server would send for such events."""
    revision = event["revision"]
    text = _compact({"id": "1", "type": "next", "payload": {"data": {"changes": event}}})
    while True:
        before, revision = revision, revision + 1
        yield (
            revision,
            text.replace(_revision(event["revision"]), _revision(revision))
            .replace(
                f'"previousRevision":{event["previousRevision"]}', f'"previousRevision":{before}'
            )
            .encode(),
        )


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _revision(number: int) -> str:
    return f'"revision":{number}'

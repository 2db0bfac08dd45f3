"""An audience by itself: who is told what, when revisions and listeners do not arrive in step."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from strawberry.types import ExecutionResult

from domain.access import Caller
from domain.changes import ChangeSet
from domain.ids import RestaurantId
from fast.audiences import ALONE, Audience, Listener
from schema.context import Notes
from tests.system import PATIENCE_SECONDS, until


def change_set(revision: int) -> ChangeSet:
    return ChangeSet(
        restaurant_id=RestaurantId(1),
        revision=revision,
        committed_at=datetime(2025, 1, 10, tzinfo=UTC),
        actor_id="owner",
        actor_name="Owner",
        operation="setShifts",
    )


@dataclass
class Play:
    """A feed that says what the test says."""

    said: asyncio.Queue[int] = field(default_factory=asyncio.Queue)

    @asynccontextmanager
    async def perform(self, _after: int) -> AsyncIterator[Any]:
        notes = Notes()
        yield notes, self._results(notes)

    async def _results(self, notes: Notes) -> AsyncIterator[ExecutionResult]:
        while True:
            revision = await self.said.get()
            notes.told = change_set(revision)
            yield ExecutionResult(data={"revision": revision}, errors=None)

    def listener(self, last: int, heard: list[str]) -> Listener:
        async def send(payload: str) -> None:
            heard.append(payload)

        caller = Caller(subject="owner", name="Owner")
        return Listener(caller=caller, last=last, send=send, perform=self.perform)


def event(revision: int) -> str:
    return f'{{"data":{{"revision":{revision}}}}}'


async def test_one_that_is_ahead_is_not_told_what_it_knows():
    play, audience = Play(), Audience(4, lambda: None)
    behind: list[str] = []
    ahead: list[str] = []
    listening = [
        asyncio.create_task(audience.listen(play.listener(4, behind))),
        asyncio.create_task(audience.listen(play.listener(5, ahead))),
    ]
    await asyncio.sleep(0)
    for revision in (5, 6):
        play.said.put_nowait(revision)
    await until(lambda: len(behind) == 2 and len(ahead) == 1)
    assert behind == [event(5), event(6)]
    assert ahead == [event(6)]
    for task in listening:
        task.cancel()
    await asyncio.wait(listening)


async def test_one_that_comes_a_little_late_is_told_what_was_said_lately():
    play, audience = Play(), Audience(4, lambda: None)
    first: list[str] = []
    late: list[str] = []
    listening = [asyncio.create_task(audience.listen(play.listener(4, first)))]
    for revision in (5, 6):
        play.said.put_nowait(revision)
    await until(lambda: len(first) == 2)
    listening.append(asyncio.create_task(audience.listen(play.listener(4, late))))
    await until(lambda: len(late) == 2)
    assert late == [event(5), event(6)]
    for task in listening:
        task.cancel()
    await asyncio.wait(listening)


async def test_one_that_comes_too_late_goes_on_alone():
    play, audience = Play(), Audience(9, lambda: None)
    assert await audience.listen(play.listener(4, [])) == ALONE


async def test_a_hole_before_an_event_sends_everybody_to_the_log():
    play, audience = Play(), Audience(4, lambda: None)
    heard: list[str] = []
    listening = asyncio.create_task(audience.listen(play.listener(4, heard)))
    play.said.put_nowait(6)
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await listening == ALONE
    assert heard == []


async def test_a_feed_that_breaks_is_not_shared_again():
    forbidden: list[bool] = []

    @asynccontextmanager
    async def broken(_after: int) -> AsyncIterator[Any]:
        raise RuntimeError("broken on purpose")
        yield

    audience = Audience(4, lambda: forbidden.append(True))
    listener = Play().listener(4, [])
    listener.perform = broken
    assert await audience.listen(listener) == ALONE
    await asyncio.sleep(0)
    assert forbidden == [True]

"""Where restaurants stand now: one question to the database for all who ask at the same time."""

import asyncio

from domain.ids import RestaurantId
from domain.refusals import UnavailableRefusal
from store import standings
from store.engine import Database
from store.standings import Standing

Answer = asyncio.Future[Standing | None]
Asked = dict[RestaurantId, list[Answer]]
LINGER_SECONDS = 1.0


class Standings:
    """Answers each question by a read that began after it was asked.

    So whoever has seen a revision is never told of an older one. Questions that come while a read
    is under way share the next one: however many ask, there is one statement at a time, on one
    connection that is given back after a second without questions.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked: Asked = {}
        self._knock = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None
        self._is_closed = False

    async def of(self, restaurant_id: RestaurantId) -> Standing | None:
        """None when there is no such restaurant, and while the database is away."""
        # One for each who asks: who leaves does not take the answer from the others.
        answer: Answer = asyncio.get_running_loop().create_future()
        self._asked.setdefault(restaurant_id, []).append(answer)
        self._knock.set()
        self._serve_on()
        return await answer

    async def close(self) -> None:
        """Give the connection back; questions after this are answered with None."""
        self._is_closed = True
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait({self._reading})

    def _serve_on(self) -> None:
        if self._is_closed:
            asked, self._asked = self._asked, {}
            _answer(asked, {})
        elif self._asked and self._reading is None:
            self._reading = asyncio.create_task(self._serve())

    async def _serve(self) -> None:
        try:
            async with self._database.glance() as glance:
                while await self._is_asked():
                    asked, self._asked = self._asked, {}
                    try:
                        found = await standings.as_of_now(glance, asked)
                        _answer(asked, found)
                    finally:
                        _answer(asked, {})
        except UnavailableRefusal:
            asked, self._asked = self._asked, {}
            _answer(asked, {})
        finally:
            self._reading = None
            self._serve_on()  # for what was asked while the connection was given back

    async def _is_asked(self) -> bool:
        """Wait a while for questions."""
        self._knock.clear()
        if not self._asked:
            try:
                async with asyncio.timeout(LINGER_SECONDS):
                    await self._knock.wait()
            except TimeoutError:
                return False
        return True


def _answer(asked: Asked, found: dict[RestaurantId, Standing]) -> None:
    for key, answers in asked.items():
        for answer in answers:
            if not answer.done():
                answer.set_result(found.get(key))

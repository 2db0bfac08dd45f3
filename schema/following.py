"""Reading within subscriptions, where nobody knows when the next event is asked for."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from domain.refusals import UnavailableRefusal
from schema.context import Context, Info, Reads
from store.engine import Database, ReadConnection

R = TypeVar("R")

AGAIN_SECONDS: Final = 1.0


class BriefReads(Reads):
    """Each question by itself: no connection is held while an event is sent or awaited.

    A database that is away is waited for. An event without one of its parts would be told as
    an error in its place, and the follower would never get it.
    """

    is_one_snapshot = False

    def __init__(self, context: Context) -> None:
        super().__init__(context.transactions)
        self._database: Database = context.database

    async def ask(self, question: Callable[[ReadConnection], Awaitable[R]]) -> R:
        while True:
            try:
                async with self._database.read_in_turn() as connection:
                    return await question(connection)
            except UnavailableRefusal:
                await asyncio.sleep(AGAIN_SECONDS)


def read_briefly(info: Info) -> Context:
    """The operation's context, which from now on holds no connection between its questions."""
    info.context.read_by(BriefReads(info.context))
    return info.context

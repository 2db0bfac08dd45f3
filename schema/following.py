"""Reading within subscriptions, where nobody knows when the next event is asked for."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from schema.context import Context, Info, Reads
from store.engine import ReadConnection

R = TypeVar("R")


class BriefReads(Reads):
    """Each question by itself: no connection is held while an event is sent or awaited."""

    async def ask(self, question: Callable[[ReadConnection], Awaitable[R]]) -> R:
        async with self._transactions.read() as connection:
            return await question(connection)


def read_briefly(info: Info) -> Context:
    """The operation's context, which from now on holds no connection between its questions."""
    info.context.read_by(BriefReads(info.context.transactions))
    return info.context

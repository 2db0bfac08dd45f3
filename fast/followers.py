"""One subscription of a socket: by itself until it has caught up, then with the others."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import orjson
from strawberry.schema.schema import StreamResult
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import Operation
from strawberry.types import ExecutionResult

from fast.audiences import Audiences, Listener, Performance
from fast.documents import valid_document
from fast.shareable import SharedKey, shared_key
from resolvers.changes import CaughtUp
from schema.context import Context, Notes, Resumption
from schema.root import schema


class Follower:
    """Goes to and fro between an execution of its own and the one that it shares."""

    def __init__(
        self,
        audiences: Audiences,
        context: Context,
        make_context: Callable[[], Context],
        operation: Operation[Any, None],
        send_text: Callable[[str], Awaitable[None]],
    ) -> None:
        self._audiences = audiences
        self._make_context = make_context
        self._operation = operation
        self._send_text = send_text
        self._begins = f'{{"id":{orjson.dumps(operation.id).decode()},"type":"next","payload":'
        self._key: SharedKey | None = None
        self._epoch = ""
        self._is_caught_up = False
        self._listener = Listener(
            caller=context.caller, last=0, send=self._send, perform=self._perform
        )
        self._is_production = context.is_production

    @property
    def is_caught_up(self) -> bool:
        """Whether it stands where the others are, with nothing of its own left to send."""
        return self._is_caught_up

    async def until_caught_up(self, notes: Notes, results: StreamResult) -> StreamResult:
        """The results up to the one that says so; all of them where none can be shared."""
        self._is_caught_up = False
        async for result in results:
            yield result
            if isinstance(notes.told, CaughtUp) and self._may_share():
                self._is_caught_up = True
                self._epoch, self._listener.last = notes.told.epoch, notes.told.revision
                return

    async def listen(self) -> bool:
        """Be told what others are told; whether the feed is over with that."""
        if self._key is None:
            return False
        outcome = await self._audiences.listen(self._key, self._epoch, self._listener)
        if outcome.unsent is not None:
            await outcome.unsent
        return outcome.is_over

    async def catch_up(self) -> AsyncIterator[ExecutionResult]:
        """What the log holds after the last revision; that it has caught up again is no news."""
        async with (
            self._perform(self._listener.last) as (notes, results),
            aclosing(self.until_caught_up(notes, results)) as own,
        ):
            async for result in own:
                is_news = not isinstance(notes.told, CaughtUp)
                if is_news and isinstance(result, ExecutionResult):
                    yield result

    def _may_share(self) -> bool:
        """Whether it has enough in common with others; its document has been found valid by now."""
        if self._key is None:
            operation = self._operation
            document = valid_document(operation.query, is_production=self._is_production)
            if document is not None:
                self._key = shared_key(document, operation.operation_name, operation.variables)
            if document is not None and document.loc is not None:
                operation.query = document.loc.source.body  # equal, and one for all
        return self._key is not None and self._audiences.may_share(self._key)

    @asynccontextmanager
    async def _perform(self, after: int) -> AsyncIterator[Performance]:
        context = self._make_context()
        context.notes.resumption = Resumption(after=after, epoch=self._epoch)
        results = await schema.stream(
            self._operation.query,
            variable_values=self._operation.variables,
            context_value=context,
            operation_name=self._operation.operation_name,
        )
        try:
            async with aclosing(results):
                yield context.notes, results
        finally:
            await context.release_reads()

    async def _send(self, payload: str) -> None:
        if not self._operation.completed:
            await self._send_text(f"{self._begins}{payload}}}")

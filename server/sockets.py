"""The sockets of `/graphql`: their messages, their end, and what their operations share."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import suppress
from copy import copy
from json import JSONDecodeError
from typing import Any

import orjson
from starlette.websockets import WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import (
    NonJsonMessageReceived,
    NonTextMessageReceived,
    WebSocketDisconnected,
)
from strawberry.schema.schema import StreamResult
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)

from fast.audiences import Audiences
from fast.followers import Follower
from schema.context import Context
from server.metrics import OPEN_SOCKETS, OPERATIONS

TOKEN_EXPIRED = 4401


class Socket(ASGIWebSocketAdapter):
    """Sends after the peer has gone end quietly, however Starlette says that it has gone."""

    async def iter_json(
        self,
        *,
        ignore_parsing_errors: bool = False,  # noqa: ARG002 - of a protocol that is not spoken here
    ) -> AsyncGenerator[object, None]:
        """What the peer says; while the next message is awaited no text of the last one is kept."""
        try:
            while self.ws.application_state != WebSocketState.DISCONNECTED:
                yield self.view.decode_json(await self.ws.receive_text())
        except JSONDecodeError as error:
            raise NonJsonMessageReceived from error
        except KeyError as error:
            raise NonTextMessageReceived from error
        except WebSocketDisconnect:
            return

    async def send_json(self, message: Mapping[str, object]) -> None:
        await self.send_text(orjson.dumps(message).decode())

    async def send_text(self, text: str) -> None:
        try:
            await self.ws.send_text(text)
        except (WebSocketDisconnect, RuntimeError) as error:
            raise WebSocketDisconnected from error

    async def close(self, code: int, reason: str) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            await self.ws.close(code=code, reason=reason[:120])


class SocketHandler(BaseGraphQLTransportWSHandler[Any, None]):
    """One context an operation; malformed messages close the socket with 4400."""

    websocket: Socket
    audiences: Audiences | None
    make_context: Callable[[], Context]

    async def handle(self) -> None:
        OPEN_SOCKETS.inc()
        try:
            await super().handle()
        finally:
            OPEN_SOCKETS.dec()
            if self.context.expiry is not None:
                self.context.expiry.cancel()

    async def handle_message(self, message: Any) -> None:
        if not _is_well_formed(message):
            await self.handle_invalid_message("This is no message of graphql-transport-ws")
            return
        await super().handle_message(message)
        # The loop that reads holds on to each message until the next one comes, maybe for days.
        message.clear()

    async def handle_connection_init(self, message: Any) -> None:
        await super().handle_connection_init(message)
        authenticated = self.context.authenticated
        if authenticated is None or authenticated.expires_at is None:
            return
        if self.context.expiry is None:
            closing = self._close_at(authenticated.expires_at)
            self.context.expiry = asyncio.create_task(closing)

    async def _close_at(self, expires_at: float) -> None:
        await asyncio.sleep(max(0.0, expires_at - time.time()))
        await self.websocket.close(code=TOKEN_EXPIRED, reason="Token expired")

    async def handle_task_exception(self, error: Exception) -> None:
        """An operation that had something to say when its peer had gone is no fault."""
        if not isinstance(error, WebSocketDisconnected):
            await super().handle_task_exception(error)

    async def run_operation(self, operation: Operation[Any, None]) -> None:
        OPERATIONS.labels(transport="socket").inc()
        own = copy(self)
        own.audiences, own.make_context = self.context.audiences, self.context.for_operation
        own.context = own.make_context()
        try:
            await super(SocketHandler, own).run_operation(operation)
        finally:
            await own.context.release_reads()

    async def _send_result_stream(
        self, operation: Operation[Any, None], result_source: StreamResult
    ) -> None:
        """Send what is for this operation alone, and what it shares with others, by turns."""
        if self.audiences is None:
            await super()._send_result_stream(operation, result_source)
            return
        send_text = self.websocket.send_text
        follower = Follower(self.audiences, self.context, self.make_context, operation, send_text)
        own = follower.until_caught_up(self.context.notes, result_source)
        await super()._send_result_stream(operation, own)
        if follower.is_caught_up:
            # What it had for itself alone would be kept for as long as it listens to others.
            await result_source.aclose()
        while follower.is_caught_up and not await follower.listen():
            async for result in follower.catch_up():
                await operation.send_next(result)


def _is_well_formed(message: object) -> bool:
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return False
    if message["type"] in {"connection_init", "ping", "pong"}:
        return isinstance(message.get("payload", {}), dict)
    if not isinstance(message.get("id"), str) or not message["id"]:
        return False
    return message["type"] != "subscribe" or _is_operation(message.get("payload"))


def _is_operation(payload: object) -> bool:
    return (
        isinstance(payload, dict)
        and isinstance(payload.get("query"), str)
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("operationName"), str | None)
    )

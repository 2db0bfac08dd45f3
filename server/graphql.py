"""The GraphQL door: media types, hostile bodies, and who is speaking."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from json import JSONDecodeError
from typing import Any, cast

import orjson
from cross_web import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http import GraphQLHTTPResponse
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.unset import UnsetType

from fast.shortcuts import Shortcuts
from schema.root import schema
from server.auth import Authenticator, NotAuthenticatedError
from server.contexts import ContextMaker, SocketContext
from server.media import RESPONSE_TYPE, prefers_response_type
from server.metrics import OPERATIONS, REQUEST_SECONDS
from server.remembering import Remembering
from server.sockets import Socket, SocketHandler

INIT_SECONDS = 5
OPERATIONS_PER_SOCKET = 100
EXECUTION_SECONDS = 30
BAD_REQUEST = 400


class View(GraphQL[Any, None]):
    """POST, GET and socket of `/graphql`; every request and socket names its caller first."""

    graphql_transport_ws_handler_class = SocketHandler
    websocket_adapter_class = Socket

    def __init__(
        self,
        *,
        authenticator: Authenticator,
        contexts: ContextMaker,
        may_connect: Callable[[str], bool],
        closing: asyncio.Event,
        shortcuts: Shortcuts | None,
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL),
            connection_init_wait_timeout=timedelta(seconds=INIT_SECONDS),
            max_subscriptions_per_connection=OPERATIONS_PER_SOCKET,
        )
        self._authenticator = authenticator
        self._may_connect: Callable[[str], bool] = may_connect
        self._make_context = contexts
        self._closing = closing
        self._remembering = Remembering(shortcuts.answers if shortcuts else None)
        self._audiences = shortcuts.audiences if shortcuts else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        request = Request(scope, receive)
        with REQUEST_SECONDS.time():
            response = await self._answer(request)
        if isinstance(response, StreamingResponse):
            await self._stream(request, response, send)
        else:
            await response(scope, receive, send)

    async def _stream(self, request: Request, response: Response, send: Send) -> None:
        """Send events until they end, the token expires or the process closes."""
        begun = asyncio.Event()

        async def noticed(message: Message) -> None:
            begun.set()
            await send(message)

        expires_at = getattr(request.state, "expires_at", None)
        left = None if expires_at is None else max(0.0, expires_at - time.time())
        sending = asyncio.ensure_future(response(request.scope, request.receive, noticed))
        if await _first_done(sending, self._closing, left):
            sending.result()
        elif begun.is_set():
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            late = _refused(503, "This stream would end at once; renew the token.", "CLOSING")
            await late(request.scope, request.receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(EXECUTION_SECONDS):
                response = await self._response(request)
        except NotAuthenticatedError as error:
            challenge = {"WWW-Authenticate": "Bearer"}
            return _refused(401, str(error), "UNAUTHENTICATED", challenge)
        except HTTPException as error:
            return _refused(error.status_code, error.reason, "BAD_REQUEST")
        except TimeoutError:
            return _refused(503, "The operation took too long and was stopped.", "TIMEOUT")
        return _negotiated(request, response)

    async def _response(self, request: Request) -> Response:
        """The caller first, then an answer that is remembered, then one that is worked out."""
        OPERATIONS.labels(transport="http").inc()
        offered = request.headers.get("authorization")
        authenticated = await self._authenticator.authenticate(offered)
        request.state.expires_at = authenticated.expires_at
        remembered = await self._remembering.answer(request, authenticated.caller)
        if remembered is not None:
            return remembered
        request.state.context = self._make_context(authenticated)
        return self._remembering.remember(request, await self.run(request))

    async def get_context(self, request: Request | WebSocket, response: Any) -> Any:  # noqa: ARG002
        if isinstance(request, WebSocket):
            return SocketContext(self._make_context, self._audiences)
        return request.state.context

    async def on_ws_connect(self, context: SocketContext) -> UnsetType:
        offered = context.connection_params.get("authorization")
        try:
            context.authenticated = await self._authenticator.authenticate(offered)
        except NotAuthenticatedError as error:
            raise ConnectionRejectionError from error
        return UnsetType()

    def is_websocket_origin_allowed(
        self,
        request: WebSocket,  # noqa: ARG002
        origin: str,
    ) -> bool:
        return self._may_connect(origin)

    async def process_result(self, request: Request, result: ExecutionResult) -> Any:
        answer = await super().process_result(request, result)
        # A request error (nothing was executed) is told apart from a null result.
        if result.data is None and all(e.path is None for e in result.errors or ()):
            request.state.is_request_error = True
            answer.pop("data", None)
        return answer

    def parse_json(self, data: str | bytes) -> Any:
        parsed = super().parse_json(data)
        if not isinstance(parsed, dict):
            raise HTTPException(BAD_REQUEST, "The body must be a JSON object.")
        return parsed

    def decode_json(self, data: str | bytes) -> object:
        try:
            return orjson.loads(data)
        except (ValueError, RecursionError) as error:
            raise JSONDecodeError(str(error), "", 0) from error

    def encode_json(self, data: object) -> str | bytes:
        return orjson.dumps(data)


async def _first_done(
    work: asyncio.Future[None], closing: asyncio.Event, seconds: float | None
) -> bool:
    """Whether the work came to its own end; else it was cancelled, by the event or the time."""
    event = asyncio.create_task(closing.wait())
    both: set[asyncio.Future[Any]] = {work, event}
    try:
        await asyncio.wait(both, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        is_cut = work.cancel()
        event.cancel()
        await asyncio.wait(both)
    return not is_cut


def _refused(
    status: int, message: str, code: str, headers: Mapping[str, str] | None = None
) -> Response:
    body: GraphQLHTTPResponse = cast(
        "GraphQLHTTPResponse", {"errors": [{"message": message, "extensions": {"code": code}}]}
    )
    return JSONResponse(body, status_code=status, headers=headers)


def _negotiated(request: Request, response: Response) -> Response:
    """Answer in the media type that the GraphQL-over-HTTP draft asks for, where it is preferred."""
    is_json = response.media_type == "application/json"
    if not is_json or not prefers_response_type(request.headers.get("accept", "")):
        return response
    response.headers["content-type"] = f"{RESPONSE_TYPE}; charset=utf-8"
    if getattr(request.state, "is_request_error", False):
        response.status_code = BAD_REQUEST
    return response

"""Puts one server process together: database, doorbell, GraphQL and health."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from fast.shortcuts import Shortcuts
from feed.doorbell import Doorbell
from resolvers.transaction import Transactions
from schema.context import Context
from server.auth import Authenticated, authenticator_for
from server.graphql import View
from server.health import routes
from server.origins import cross_origin, is_allowed
from server.page import welcome
from server.settings import Settings
from store.engine import Database

LARGEST_BODY = 1024 * 1024


def now() -> datetime:
    return datetime.now(UTC)


def connect(settings: Settings) -> Database:
    return Database.connect(
        settings.require_database(),
        pool_size=settings.pool_size,
        statement_timeout_seconds=settings.statement_timeout_seconds,
        fast_path=settings.fast_path,
    )


def create_app(
    settings: Settings,
    database: Database,
    doorbell: Doorbell,
    closing: asyncio.Event,
    clock: Callable[[], datetime] = now,
) -> Starlette:
    """The application of one process; database and doorbell live as long as it does.

    `closing` ends the streams, which would otherwise keep a process that was asked to end.
    """
    transactions = Transactions(database, doorbell, clock)
    shortcuts = Shortcuts(database, clock) if settings.fast_path else None

    def context_for(authenticated: Authenticated) -> Context:
        return Context(
            caller=authenticated.caller,
            transactions=transactions,
            database=database,
            doorbell=doorbell,
            clock=clock,
            heartbeat_seconds=settings.heartbeat_seconds,
            poll_seconds=settings.poll_seconds,
            is_production=settings.profile == "prod",
            is_fast=settings.fast_path,
        )

    view = View(
        authenticator=authenticator_for(settings),
        contexts=context_for,
        may_connect=partial(is_allowed, settings),
        closing=closing,
        shortcuts=shortcuts,
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        if shortcuts is not None:
            await shortcuts.close()

    return Starlette(
        routes=[
            Route("/", welcome),
            *routes(database, doorbell),
            Route("/graphql", view),
            WebSocketRoute("/graphql", view),
        ],
        middleware=[cross_origin(settings)],
        max_body_size=LARGEST_BODY,
        lifespan=lifespan,
    )

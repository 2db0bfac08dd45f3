"""The application in this process, with and without its shortcuts, and signed callers for it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from feed.doorbell import Doorbell
from server.app import create_app
from server.settings import Settings
from store.engine import Database
from tests.system import DOCUMENTS
from tests.tokens import SECRET, token_for


@dataclass(kw_only=True)
class Caller:
    """Speaks HTTP as somebody; the answers come as bytes, the way they went over the wire."""

    http: httpx.AsyncClient
    subject: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {token_for(self.subject)}"}

    async def post(self, document: str, /, **variables: Any) -> httpx.Response:
        body = {"query": DOCUMENTS.get(document, document), "variables": variables}
        return await self.http.post("/graphql", json=body, headers=self.headers)

    async def get(self, document: str, tag: str = "", **variables: Any) -> httpx.Response:
        asked = {"query": DOCUMENTS[document], "variables": json.dumps(variables)}
        more = {"If-None-Match": tag} if tag else {}
        return await self.http.get("/graphql", params=asked, headers={**self.headers, **more})

    async def ask(self, document: str, /, **variables: Any) -> dict[str, Any]:
        body = (await self.post(document, **variables)).json()
        assert "errors" not in body, body
        return body["data"]

    async def do(self, name: str, /, **given: Any) -> dict[str, Any]:
        """The payload of one of the contract's mutations; a problem fails the test."""
        payload = (await self.ask(name, input=given))[name[0].lower() + name[1:]]
        assert "code" not in payload, payload
        return payload


Speak = Callable[[str], Caller]


@dataclass
class Clock:
    now: datetime = datetime(2025, 1, 10, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def settings_with(**more: Any) -> Settings:
    return Settings(auth="jwt", jwt_key=SECRET, jwt_algorithms="HS256", **more)


@asynccontextmanager
async def application(database: Database, clock: Clock, *, fast_path: bool) -> AsyncIterator[Speak]:
    """One process's application; what answers is how somebody speaks to it over HTTP."""
    settings = settings_with(fast_path=fast_path)
    async with Doorbell.over(None) as doorbell:
        app = create_app(settings, database, doorbell, asyncio.Event(), clock)
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://test") as http,
        ):
            yield lambda subject: Caller(http=http, subject=subject)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database.connect(database_url, pool_size=8)
    yield database
    await database.dispose()


@pytest.fixture
async def fast(database: Database, clock: Clock) -> AsyncIterator[Speak]:
    """Callers of an application with shortcuts."""
    async with application(database, clock, fast_path=True) as speak:
        yield speak


@pytest.fixture
async def slow(database: Database, clock: Clock) -> AsyncIterator[Speak]:
    """Callers of one without, on the same database."""
    async with application(database, clock, fast_path=False) as speak:
        yield speak

"""Real processes of Understudy and real clients for them, for the tests that need several."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from gql import Client as GqlClient
from gql import gql
from gql.transport.websockets import WebsocketsTransport
from graphql import FragmentDefinitionNode, OperationDefinitionNode, parse, print_ast, visit
from graphql.language import Visitor

from tests.ports import free_port

TOKEN = "a-token-for-tests"
PATIENCE_SECONDS = 40.0
OPERATIONS = Path(__file__).parent / "contract" / "operations.graphql"


class Process:
    """One `understudy …` process, ended by its own id."""

    def __init__(self, *words: str, **environment: str) -> None:
        self._words = [sys.executable, "-c", "from server.cli import main; main()", *words]
        kept = {k: v for k, v in os.environ.items() if not k.startswith("UNDERSTUDY_")}
        self._environment = {**kept, "PYTHONUNBUFFERED": "1", **environment}
        self._log = Path(tempfile.mkstemp(prefix="understudy-log-")[1])
        self._said = ""
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                self._words,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def output(self) -> str:
        if self._log.exists():
            self._said = self._log.read_text(encoding="utf-8", errors="replace")
        return self._said

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self._process.wait(PATIENCE_SECONDS)

    def stop(self) -> int:
        """Ask it to end for good and return its exit code."""
        if self.is_running:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(PATIENCE_SECONDS)
        finally:
            if self.is_running:
                self.kill()
            self.output()
            self._log.unlink(missing_ok=True)

    def restart(self) -> None:
        self._process = self._start()

    def wait_for(self, text: str) -> str:
        """The output once `text` is in it; fails with the output when the process ends before."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while text not in (said := self.output()):
            if not self.is_running or time.monotonic() > deadline:
                raise AssertionError(f"never said {text!r}:\n{said}")
            time.sleep(0.05)
        return said


class Server(Process):
    """An `understudy serve` on a port of its own."""

    def __init__(self, database_url: str, redis_url: str | None, **more: str) -> None:
        self.port = free_port()
        environment = {
            "UNDERSTUDY_DATABASE_URL": database_url,
            "UNDERSTUDY_DEV_TOKEN": TOKEN,
            "UNDERSTUDY_PORT": str(self.port),
            "UNDERSTUDY_POLL_SECONDS": "1",
            "UNDERSTUDY_GRACEFUL_TIMEOUT_SECONDS": "2",
            "UNDERSTUDY_WORKER_LEASE_SECONDS": "3",
            **({} if redis_url is None else {"UNDERSTUDY_REDIS_URL": redis_url}),
            **more,
        }
        super().__init__("serve", **environment)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ready(self) -> "Server":
        """Itself, once /readyz says yes."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.address}/readyz", timeout=5).status_code == 200:
                    return self
            except httpx.TransportError:
                if not self.is_running:
                    break
            time.sleep(0.05)
        raise AssertionError(f"the server is not ready:\n{self.output()}")


class Worker(Process):
    def __init__(self, database_url: str, redis_url: str | None, **more: str) -> None:
        environment = {
            "UNDERSTUDY_DATABASE_URL": database_url,
            "UNDERSTUDY_DEV_TOKEN": TOKEN,
            "UNDERSTUDY_WORKER_LEASE_SECONDS": "3",
            **({} if redis_url is None else {"UNDERSTUDY_REDIS_URL": redis_url}),
            **more,
        }
        super().__init__("work", **environment)


def documents() -> dict[str, str]:
    """The contract's operations by name, each with the fragments that it needs."""
    tree = parse(OPERATIONS.read_text(encoding="utf-8"))
    fragments = {d.name.value: d for d in tree.definitions if isinstance(d, FragmentDefinitionNode)}
    found = {}
    for definition in tree.definitions:
        if isinstance(definition, OperationDefinitionNode) and definition.name is not None:
            used = _used_fragments(definition, fragments)
            parts = [definition, *(fragments[name] for name in sorted(used))]
            found[definition.name.value] = "\n".join(print_ast(part) for part in parts)
    return found


def _used_fragments(node: Any, fragments: dict[str, FragmentDefinitionNode]) -> set[str]:
    class Spreads(Visitor):
        def __init__(self) -> None:
            super().__init__()
            self.names: set[str] = set()

        def enter_fragment_spread(self, spread: Any, *_: Any) -> None:
            self.names.add(spread.name.value)

    spreads = Spreads()
    visit(node, spreads)
    nested = (_used_fragments(fragments[name], fragments) for name in spreads.names)
    return spreads.names.union(*nested)


DOCUMENTS = documents() if OPERATIONS.exists() else {}


class Client:
    """A client that speaks the contract's documents to one server."""

    def __init__(self, server: Server, token: str = TOKEN) -> None:
        self.server = server
        self.token = token
        self.http = httpx.AsyncClient(
            base_url=server.address,
            headers={"Authorization": f"Bearer {token}"},
            timeout=PATIENCE_SECONDS,
        )

    async def post(self, document: str, /, **variables: Any) -> dict[str, Any]:
        answer = await self.http.post("/graphql", json={"query": document, "variables": variables})
        body = answer.json()
        assert "errors" not in body, json.dumps(body, ensure_ascii=False, indent=1)
        return body["data"]

    async def ask(self, name: str, /, **variables: Any) -> dict[str, Any]:
        """The data of one of the contract's documents."""
        return await self.post(DOCUMENTS[name], **variables)

    async def do(self, name: str, /, **given: Any) -> dict[str, Any]:
        """The payload of one of the contract's mutations; a problem fails the test."""
        payload = await self.attempt(name, **given)
        assert "code" not in payload, payload
        return payload

    async def attempt(self, name: str, /, **given: Any) -> dict[str, Any]:
        """The payload or problem of one of the contract's mutations."""
        data = await self.ask(name, input=given)
        return data[name[0].lower() + name[1:]]

    @asynccontextmanager
    async def following(self, name: str, /, **variables: Any) -> AsyncIterator[AsyncIterator[Any]]:
        """The events of one of the contract's subscriptions, by the client library gql."""
        transport = WebsocketsTransport(
            url=f"ws://127.0.0.1:{self.server.port}/graphql",
            init_payload={"authorization": f"Bearer {self.token}"},
            subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        )
        async with GqlClient(transport=transport) as session:
            request = gql(DOCUMENTS[name])
            request.variable_values = variables
            field = name[0].lower() + name[1:]
            # Left open, the subscription would keep the client waiting for its end.
            async with aclosing(session.subscribe(request)) as items:
                yield (item[field] async for item in items)

    async def close(self) -> None:
        await self.http.aclose()


@asynccontextmanager
async def heard_from(stream: AsyncIterator[Any]) -> AsyncIterator[list[Any]]:
    """A list that grows by itself with what a stream says."""
    heard: list[Any] = []

    async def listen() -> None:
        async for event in stream:
            heard.append(event)  # noqa: PERF401 - others look at the list meanwhile

    listening = asyncio.create_task(listen())
    try:
        yield heard
    finally:
        listening.cancel()
        await asyncio.wait({listening})


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something that other tasks bring about."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not holds():  # noqa: ASYNC110 - what is waited for may be in another process
            await asyncio.sleep(0.02)


@asynccontextmanager
async def client_of(server: Server, token: str = TOKEN) -> AsyncIterator[Client]:
    client = Client(server, token)
    try:
        yield client
    finally:
        await client.close()

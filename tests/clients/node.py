"""The TypeScript client in a Node process: commands go in, what happened comes out."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

from tests.stories import Kitchen
from tests.system import until
from tests.tokens import token_for

OWNER: Final = "hanako"
CLIENT: Final = Path(__file__).parents[2] / "clients" / "typescript"
DRIVER: Final = CLIENT / "build" / "test" / "driver.js"
EXAMPLE: Final = CLIENT / "build" / "example" / "first.js"
LONGEST_LINE: Final = 2**24
# Short, so that what a browser notices within half a minute is noticed within a test.
HASTE: Final = {"requestMs": 2000, "silenceMs": 2500, "firstPauseMs": 40, "longestPauseMs": 300}

Event = dict[str, Any]


class Node:
    """A process with any number of clients; `heard` is all that they have said."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._numbers = count(1)
        self.heard: list[Event] = []

    def say(self, action: str, client: str, **more: Any) -> None:
        assert self._process.stdin is not None
        line = json.dumps({"do": action, "client": client, **more})
        self._process.stdin.write(line.encode() + b"\n")

    def follow(self, client: str, port: int, kitchen: Kitchen, tokens: Sequence[str] = ()) -> None:
        """Begin; `tokens` are given one after another, the last one from then on."""
        self.say(
            "follow",
            client,
            tokens=list(tokens) or [token_for(OWNER)],
            url=f"http://127.0.0.1:{port}/graphql",
            restaurantId=kitchen.restaurant,
            scheduleId=kitchen.schedule,
            timing=HASTE,
        )

    def edit(self, client: str, *cells: Event) -> str:
        """The name of an edit that is on its way."""
        name = str(next(self._numbers))
        self.say("edit", client, edit=name, cells=cells)
        return name

    async def outcome(self, edit: str) -> Event:
        return await self.first("outcome", edit=edit)

    async def state(self, client: str) -> Event:
        question = str(next(self._numbers))
        self.say("tell", client, question=question)
        return await self.first("state", question=question)

    async def first(self, event: str, **more: Any) -> Event:
        """The first event of a kind, waited for where it has not happened yet."""
        await until(lambda: bool(self.all(event, **more)) or self._process.returncode is not None)
        found = self.all(event, **more)
        assert found, f"the clients have ended before {event} {more}"
        return found[0]

    def all(self, event: str, **more: Any) -> list[Event]:
        wanted = {"event": event, **more}.items()
        return [heard for heard in self.heard if wanted <= _flat(heard).items()]

    async def listen(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self.heard.append(json.loads(line))

    async def end(self) -> str:
        """Close its input, which ends it; what it has complained about."""
        assert self._process.stdin is not None
        assert self._process.stderr is not None
        self._process.stdin.close()
        complaints = await self._process.stderr.read()
        await self._process.wait()
        return complaints.decode()


def _flat(event: Event) -> Event:
    return {key: value for key, value in event.items() if isinstance(value, str | int | None)}


@asynccontextmanager
async def node_process() -> AsyncIterator[Node]:
    """A process that has to end well: whatever it leaves uncaught fails the test."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        "node", str(DRIVER), stdin=pipe, stdout=pipe, stderr=pipe, limit=LONGEST_LINE
    )
    node = Node(process)
    listening = asyncio.create_task(node.listen())
    try:
        yield node
    finally:
        complaints = await node.end()
        await listening
    assert (complaints, process.returncode) == ("", 0), complaints

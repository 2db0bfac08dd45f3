"""What an operation gets to work with, made from the parts of this process."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fast.audiences import Audiences
from schema.context import Context
from server.auth import Authenticated

ContextMaker = Callable[[Authenticated], Context]


@dataclass(slots=True)
class SocketContext:
    """What one socket knows: its parameters first, then who speaks through it.

    `audiences` None: each of its operations is executed by itself.
    """

    make: ContextMaker
    audiences: Audiences | None = None
    connection_params: dict[str, Any] = field(default_factory=dict)
    authenticated: Authenticated | None = None
    expiry: asyncio.Task[None] | None = None

    def for_operation(self) -> Context:
        if self.authenticated is None:
            raise RuntimeError("an operation began before the socket was authenticated")
        return self.make(self.authenticated)

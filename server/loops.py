"""The event loop of a process: the fastest that is installed."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from uvicorn import Config

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """Like asyncio.run, on the loop that the HTTP server would choose for itself."""
    with asyncio.Runner(loop_factory=Config("", loop="auto").get_loop_factory()) as runner:
        return runner.run(main)

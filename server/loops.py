"""The event loop of a process: the fastest that is installed."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from uvicorn import Config


def run(main: Coroutine[Any, Any, None]) -> None:
    """Like asyncio.run, on the loop that the HTTP server would choose for itself."""
    with asyncio.Runner(loop_factory=Config("", loop="auto").get_loop_factory()) as runner:
        runner.run(main)

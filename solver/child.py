"""What runs in the solver's own process: one problem, news through the pipe, one answer.

Messages to the parent are pairs (kind, JSON); from the parent only STOP comes. When the pipe ends
the parent is gone, and so is this process.
"""

import os
import resource
import threading
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from pydantic import TypeAdapter

from solver.clock import StopSignal
from solver.problem import Problem
from solver.progress import Phase, Progress
from solver.search import solve

STOP = b"stop"
PROGRESS, SOLUTION, FAILURE = b"p", b"s", b"f"
MEMORY_BYTES = 4 * 2**30
TELL_SECONDS = 0.25
ASK_AGAIN_SECONDS = 0.05
ORPHANED = 3

progress_adapter: TypeAdapter[Progress] = TypeAdapter(Progress)


def run(pipe: Connection, problem: str) -> None:
    """The child's whole life."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    stop = StopSignal()
    threading.Thread(target=_listen, args=(pipe, stop), daemon=True).start()
    teller = _Teller(pipe)
    try:
        solution = solve(Problem.from_json(problem), teller, stop)
    except MemoryError:
        pipe.send_bytes(FAILURE + b"it ran out of memory")
        return
    except Exception as error:
        pipe.send_bytes(FAILURE + f"{type(error).__name__}: {error}".encode())
        raise
    pipe.send_bytes(SOLUTION + solution.to_json().encode())


def _listen(pipe: Connection, stop: StopSignal) -> None:
    try:
        while pipe.recv_bytes() != STOP:
            continue
    except (EOFError, OSError):
        os._exit(ORPHANED)
    threading.Thread(target=_watch_for_the_end, args=(pipe,), daemon=True).start()
    # A search that is only just starting would not hear the first call.
    while True:
        stop.set()
        time.sleep(ASK_AGAIN_SECONDS)


def _watch_for_the_end(pipe: Connection) -> None:
    try:
        while True:
            pipe.recv_bytes()
    except (EOFError, OSError):
        os._exit(ORPHANED)


@dataclass(slots=True)
class _Teller:
    """Passes on the first news at once and then at most four a second."""

    pipe: Connection
    told_at: float = field(default=float("-inf"))

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self.told_at < TELL_SECONDS and progress.phase is not Phase.BUILDING:
            return
        self.told_at = now
        self.pipe.send_bytes(PROGRESS + progress_adapter.dump_json(progress))

"""What runs in the solver's own process: one problem, news through the pipe, one answer.

Messages to the parent are a kind and its JSON; from the parent only STOP comes. When the pipe ends
the parent is gone, and so is this process.
"""

import gc
import os
import resource
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection

from pydantic import TypeAdapter

from domain.runs import Outcome, Phase
from solver import stepwise
from solver.conflict_sets import with_conflict_sets
from solver.problem import Problem, prepare
from solver.progress import Progress
from solver.search import OnProgress, solve
from solver.solution import Solution

STOP = b"stop"
PROGRESS, SOLUTION, FAILURE, LAST = b"p", b"s", b"f", b"l"
MEMORY_BYTES = 4 * 2**30
TELL_SECONDS, LOOK_SECONDS = 0.25, 0.05
ORPHANED = 3

progress_adapter: TypeAdapter[Progress] = TypeAdapter(Progress)
prepare()  # once, in the server process that children are forked from


def search(pipe: Connection, problem: str) -> None:
    """A child's whole life, for an answer that somebody waits for."""
    _live(pipe, problem, solve)


def generate(pipe: Connection, problem: str) -> None:
    """The same for a run: where hard rules had to be broken, it says why."""

    def answer(asked: Problem, tell: OnProgress) -> Solution:
        found = stepwise.run(asked, tell)
        if found.outcome is Outcome.RELAXED:
            tell(Progress.of(found, Phase.EXPLAINING))
        return with_conflict_sets(asked, found)

    _live(pipe, problem, answer)


def _live(
    pipe: Connection, problem: str, answer: Callable[[Problem, OnProgress], Solution]
) -> None:
    gc.freeze()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    teller = _Teller(pipe)
    threading.Thread(target=_listen, args=(pipe, teller), daemon=True).start()
    try:
        solution = answer(Problem.from_json(problem), teller.tell)
    except MemoryError:
        teller.fail("the search ran out of memory")
    except Exception as error:
        teller.fail(f"{type(error).__name__}: {error}")
        raise
    else:
        teller.answer(solution)


def _listen(pipe: Connection, teller: "_Teller") -> None:
    try:
        while True:
            if not pipe.poll(LOOK_SECONDS):
                teller.tell_what_is_left()
            elif pipe.recv_bytes() == STOP:
                teller.stop()
    except (EOFError, OSError):
        os._exit(ORPHANED)


class _Teller:
    """Says what there is to say, one message at a time; news at most four times a second.

    News that come too soon wait, and only the last of them is told. A stop does not wait for the
    solver: the best known is the answer, none where there is none yet, and the process ends. What
    was told already is not told again: to write and read a large schedule takes its time.
    """

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._speaking = threading.Lock()
        self._best: Solution | None = None
        self._heard_at = 0.0
        self._told_at = 0.0
        self._left: Progress | None = None

    def tell(self, progress: Progress) -> None:
        with self._speaking:
            self._best, self._heard_at = progress.best, time.monotonic()
            self._left = progress
            self._tell_if_due(is_first=not self._told_at)

    def tell_what_is_left(self) -> None:
        with self._speaking:
            self._tell_if_due(is_first=False)

    def _tell_if_due(self, *, is_first: bool) -> None:
        now = time.monotonic()
        if self._left is None or (now - self._told_at < TELL_SECONDS and not is_first):
            return
        message = PROGRESS + progress_adapter.dump_json(self._left)
        self._told_at, self._left = now, None
        self._pipe.send_bytes(message)

    def stop(self) -> None:
        with self._speaking:
            since = time.monotonic() - self._heard_at
            elapsed = 0.0 if self._best is None else self._best.elapsed_seconds + since
            if self._best is None or self._left is None:
                self._pipe.send_bytes(LAST + f"{elapsed}".encode())
            else:
                self._send(replace(self._best, elapsed_seconds=elapsed))
            os._exit(0)

    def answer(self, solution: Solution) -> None:
        with self._speaking:
            self._left = None
            self._send(solution)

    def fail(self, reason: str) -> None:
        with self._speaking:
            self._left = None
            self._pipe.send_bytes(FAILURE + reason.encode())

    def _send(self, solution: Solution) -> None:
        self._pipe.send_bytes(SOLUTION + solution.to_json().encode())

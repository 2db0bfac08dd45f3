"""One search in a process of its own, so that whatever happens there ends there.

CP-SAT can abort the whole process, and it computes: neither may happen beside an event loop. The
child is forked from a server process that has the solver loaded already.
"""

import asyncio
import contextlib
import multiprocessing
import signal
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess

from solver import child
from solver.problem import Problem
from solver.progress import Progress
from solver.solution import Solution

Life = Callable[[Connection, str], None]
STOP_SECONDS = 2.0
JOIN_SECONDS = 5.0
PRELOAD = ["__main__", "ortools.sat.python.cp_model", "solver.child"]


class SolverDied(RuntimeError):  # noqa: N818 - the name that callers know
    """The child ended without an answer; the message says how, `best` is what it had told."""

    def __init__(self, reason: str, best: Solution | None = None) -> None:
        super().__init__(reason)
        self.best = best


class SolverProcess:
    """Iterate over it for progress; afterwards `solution` is the answer.

    Ends with SolverDied when the child dies by itself. After `stop` it ends quietly, with the best
    schedule known even if the child had to be killed; before the first one, with none.
    """

    def __init__(self, process: ForkServerProcess, pipe: Connection) -> None:
        self._process = process
        self._pipe = pipe
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self._latest: Progress | None = None
        self._best: Solution | None = None
        self._answer: Solution | None = None
        self._failure: str | None = None
        self._is_over = False
        self._is_stopping = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @classmethod
    @contextlib.asynccontextmanager
    async def start(
        cls, problem: Problem, life: Life = child.search
    ) -> AsyncIterator["SolverProcess"]:
        """A running search; leaving the block ends it, whatever its state."""
        process, pipe = await asyncio.to_thread(_launch, problem, life)
        solving = cls(process, pipe)
        try:
            yield solving
        finally:
            await asyncio.shield(asyncio.to_thread(solving._close))

    @property
    def solution(self) -> Solution | None:
        """The answer; after a stop the best known, None where there was none yet."""
        if self._answer is None and self._is_stopping:
            return self._best
        return self._answer

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def __aiter__(self) -> AsyncIterator[Progress]:
        return self._news()

    async def _news(self) -> AsyncIterator[Progress]:
        while True:
            await self._changed.wait()
            self._changed.clear()
            latest, self._latest = self._latest, None
            if latest is not None:
                yield latest
            if self._is_over:
                break
        if self._answer is None and not self._is_stopping:
            raise SolverDied(self._failure or "the search ended without a reason", self._best)

    async def stop(self) -> None:
        """Ask for the best so far; a child that does not answer in time is killed."""
        self._is_stopping = True
        with contextlib.suppress(OSError):
            self._pipe.send_bytes(child.STOP)
        await asyncio.to_thread(self._reader.join, STOP_SECONDS)
        if self._reader.is_alive():
            self._process.kill()
            await asyncio.to_thread(self._reader.join)

    # What follows runs in threads beside the loop

    def _read(self) -> None:
        try:
            while self._take(self._pipe.recv_bytes()):
                continue
        except (EOFError, OSError):
            self._failure = self._failure or self._cause_of_death()
        finally:
            self._post(None, is_over=True)

    def _take(self, message: bytes) -> bool:
        """Whether more is to come after this message."""
        kind, content = message[:1], message[1:]
        if kind == child.PROGRESS:
            progress = child.progress_adapter.validate_json(content)
            self._best = progress.best or self._best
            self._post(progress, is_over=False)
            return True
        if kind == child.SOLUTION:
            self._answer = Solution.from_json(content)
        elif kind == child.LAST and self._best is not None:
            self._answer = replace(self._best, elapsed_seconds=float(content))
        elif kind == child.FAILURE:
            self._failure = content.decode()
        return False

    def _post(self, progress: Progress | None, *, is_over: bool) -> None:
        # The loop may be closed already when the program ends in the middle of a search.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._note, progress, is_over)

    def _note(self, progress: Progress | None, is_over: bool) -> None:  # noqa: FBT001 - a callback
        if progress is not None:
            self._latest = progress
        self._is_over = self._is_over or is_over
        self._changed.set()

    def _cause_of_death(self) -> str:
        self._process.join(JOIN_SECONDS)
        code = self._process.exitcode
        if code is None:
            return "the child closed its pipe and lives on"
        if code >= 0:
            return f"the child ended with exit code {code}"
        name = signal.Signals(-code).name
        hint = "; it may have run out of memory" if name in ("SIGKILL", "SIGABRT") else ""
        return f"the child was ended by {name}{hint}"

    def _close(self) -> None:
        if self._process.is_alive():
            self._process.kill()
        self._reader.join()
        self._process.join()
        self._pipe.close()
        self._process.close()


def _launch(problem: Problem, life: Life) -> tuple[ForkServerProcess, Connection]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOAD)
    ours, theirs = context.Pipe()
    process = context.Process(target=life, args=(theirs, problem.to_json()), daemon=True)
    process.start()
    theirs.close()
    return process, ours

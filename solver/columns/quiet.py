"""HiGHS greets on standard output when it is made; ours carries answers and nothing else."""

import contextlib
import os
from collections.abc import Iterator

import highspy

STANDARD_OUTPUT = 1


def programme() -> highspy.Highs:
    """An empty programme that says nothing and keeps to one thread."""
    with _unheard():
        made = highspy.Highs()  # type: ignore[no-untyped-call]
        made.silent()
    made.setOptionValue("threads", 1)
    return made


@contextlib.contextmanager
def _unheard() -> Iterator[None]:
    """What the library writes to the descriptor meanwhile is lost; it knows no `sys.stdout`."""
    kept = os.dup(STANDARD_OUTPUT)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, STANDARD_OUTPUT)
        yield
    finally:
        os.dup2(kept, STANDARD_OUTPUT)
        os.close(kept)
        os.close(nowhere)

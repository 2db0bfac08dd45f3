"""Take the rules out of the code one by one and see that a test notices each time.

`python scripts/remove_rules.py` takes all of `removals.toml`; words after it choose the removals
whose names hold one of them. Nothing on disk changes: each removal lives in a process of its own.
"""

import contextlib
import importlib
import inspect
import os
import signal
import sys
import textwrap
import time
import tomllib
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any, NoReturn

import pytest
from hypothesis import Phase, settings

ROOT = Path(__file__).resolve().parent.parent
TABLE = Path(__file__).with_name("removals.toml")
LONGEST_SECONDS = 180
SETTINGS = (
    *("-x", "-q", "-p", "no:cacheprovider", "-o", "addopts=--import-mode=importlib"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)
LOADED_ONCE = (
    "solver.search",
    "domain.checker",
    "tests.builders",
    "tests.searches",
    "tests.conftest",
)
PASSED, FAILED = 0, 1


@dataclass(frozen=True, kw_only=True)
class Edit:
    """What one function is without the rule: `old` becomes `new`, or it just answers `answers`."""

    at: str
    old: str = ""
    new: str = ""
    answers: str = ""


@dataclass(frozen=True, kw_only=True)
class Removal:
    rule: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]


def main(words: list[str]) -> int:
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    for name in LOADED_ONCE:
        importlib.import_module(name)
    chosen = [r for r in removals() if not words or any(w in r.rule for w in words)]
    for module in {edit.at.partition(":")[0] for removal in chosen for edit in removal.edits}:
        importlib.import_module(module)
    every_test = sorted({test for removal in chosen for test in removal.tests})
    if apart((), every_test, quiet=False) != PASSED:
        print("The tests must pass before a rule is taken away.")
        return 1
    unnoticed = [removal.rule for removal in chosen if not is_noticed(removal)]
    print(f"{len(chosen) - len(unnoticed)} of {len(chosen)} removals were noticed.")
    for rule in unnoticed:
        print(f"Not noticed: {rule}")
    return 1 if unnoticed or not chosen else 0


def removals() -> Iterator[Removal]:
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    for part in table["part"]:
        for row in part["rules"]:
            yield from rows_of(part, row)


def rows_of(part: dict[str, Any], row: dict[str, Any]) -> Iterator[Removal]:
    """A row with `each` stands for one removal for every name in it, put in place of `{}`."""
    for name in row.get("each", [""]):

        def filled(text: str, name: str = name) -> str:
            return text.replace("{}", name)

        places = row.get("edits", [row])
        edits = tuple(
            Edit(**{key: filled(e[key]) for key in ("at", "old", "new", "answers") if key in e})
            for e in places
        )
        tests = tuple(filled(test) for test in row.get("tests", part["tests"]))
        yield Removal(rule=f"{part['about']}: {filled(row['rule'])}", edits=edits, tests=tests)


def is_noticed(removal: Removal) -> bool:
    began = time.monotonic()
    status = apart(removal.edits, removal.tests)
    words = {PASSED: "NOT NOTICED", FAILED: "noticed"}.get(status, f"went wrong ({status})")
    print(f"{words:12} {time.monotonic() - began:5.1f} s  {removal.rule}", flush=True)
    return status == FAILED


def apart(
    edits: tuple[Edit, ...], tests: tuple[str, ...] | list[str], *, quiet: bool = True
) -> int:
    """How the tests end in a process in which the edits are made; 128 and more: killed."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 70  # whatever goes wrong here must not look like a test that failed
    try:
        signal.alarm(LONGEST_SECONDS)
        settings.register_profile("once", phases=[Phase.explicit, Phase.generate], database=None)
        settings.load_profile("once")
        for edit in edits:
            make(edit)
        with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123
            where = contextlib.redirect_stdout(nowhere) if quiet else contextlib.nullcontext()
            with where:
                status = int(pytest.main([*SETTINGS, *tests]))
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        sys.stdout.flush()
        os._exit(status)


def make(edit: Edit) -> None:
    """Give the function other code; whoever imported it holds the same function."""
    function = function_at(edit.at)
    module = sys.modules[function.__module__]
    if edit.answers:
        told = eval(f"lambda *_, **__: {edit.answers}", vars(module))  # noqa: S307
        function.__code__ = told.__code__
        return
    source = textwrap.dedent(inspect.getsource(function))
    if source.count(edit.old) != 1:
        stop(f"{edit.at} does not hold {edit.old!r} once; mend {TABLE.name}.")
    space = dict(vars(module))
    exec(compile(source.replace(edit.old, edit.new), edit.at, "exec"), space)  # noqa: S102
    function.__code__ = inspect.unwrap(space[function.__name__]).__code__


def function_at(at: str) -> FunctionType:
    """The function itself, without what decorates it; it may have moved inside its room."""
    named, _, path = at.partition(":")
    room = named.partition(".")[0]
    modules = [sys.modules[n] for n in sorted(sys.modules) if n.startswith(f"{room}.")]
    for module in (importlib.import_module(named), *modules):
        found: Any = module
        for part in path.split("."):
            found = getattr(found, part, None)
        found = inspect.unwrap(found) if callable(found) else None
        if isinstance(found, FunctionType):
            return found
    return stop(f"There is no {at}; mend {TABLE.name}.")


def stop(words: str) -> NoReturn:
    print(words, file=sys.stderr)
    raise SystemExit(2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What every benchmark says of itself, and how its figures are kept: results as data."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(__file__).with_name("results")
PACKAGES = ("understudy", "ortools", "highspy", "numpy")
Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """`seconds` is what a usual run gets, `long` one whose result is the yardstick.

    `only` names the rows of `live` that are wanted, none for all; `interpreted` adds our server
    with its fast path off.
    """

    seconds: float = 20.0
    long: float = 60.0
    public: Path = ROOT.parent / "shared" / "benchmarks"
    public_seconds: float = 10.0
    only: tuple[str, ...] = ()
    interpreted: bool = False
    write: bool = False


USUAL = Asked()
Figures = Callable[[Asked], Rows]


def asked(words: Iterable[str], usual: Asked) -> Asked:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=float, nargs="?", default=usual.seconds)
    parser.add_argument("--long", type=float, default=usual.long, help="seconds of the yardstick")
    parser.add_argument("--public", type=Path, default=usual.public, help="folder of instances")
    parser.add_argument("--public-seconds", type=float, default=usual.public_seconds)
    parser.add_argument("--only", nargs="+", default=usual.only, help="rows of live")
    parser.add_argument("--interpreted", action="store_true", help="live: also without fast path")
    parser.add_argument("--write", action="store_true", help="keep the figures in results/")
    return Asked(**vars(parser.parse_args(list(words))))


def conditions(command: str) -> dict[str, str]:
    versions = {name: version(name) for name in PACKAGES}
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    python = platform.python_version()
    return {"command": command, "python": python, **versions, "machine": machine}


def run(benchmarks: dict[str, Figures], program: str, usual: Asked = USUAL) -> None:
    """Say the conditions once, then every benchmark's figures; keep them where that is wanted."""
    words = sys.argv[1:]
    wanted = asked(words, usual)
    said = conditions(f'make bench ARGS="{" ".join([program, *words])}"')
    print("\n".join(f"{name}: {value}" for name, value in said.items()))
    for name, figures in benchmarks.items():
        print(f"\n{name}", flush=True)
        rows = figures(wanted)
        if wanted.write and rows:
            keep(name, said, rows)


def keep(name: str, said: dict[str, str], rows: Rows) -> None:
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps({"conditions": said, "figures": rows}, indent=2, ensure_ascii=False)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")

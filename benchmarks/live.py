"""Serving and telling beside peers: `make bench ARGS="live [SECONDS] [--only board write ...]"`.

SECONDS is what each run of each contestant gets. Ours is real `understudy serve` processes on a
PostgreSQL (fsync on) and a Redis; the peers hold the same month in memory, one process each. One
process sends the load, of one thread, so that on two cores it has one and the server has the other.
`--interpreted` also measures our server with its fast path off.
"""

import resource
import signal
import sys
from dataclasses import replace

from benchmarks.harness import reads, writes
from benchmarks.harness.equality import compare
from benchmarks.harness.servers import (
    BARE,
    COMPILED,
    INTERPRETED,
    MERCURIUS,
    OURS,
    PLAIN,
    YOGA,
    Stage,
    stage,
)
from benchmarks.harness.subscribers import subscribers
from benchmarks.harness.tools import ensure_tools
from benchmarks.report import Asked, Rows, run

USUAL = Asked(seconds=5.0)
QUICK_SECONDS = 1.0
READS = {
    "board": reads.board,
    "after-write": reads.after_a_write,
    "unseen": reads.unseen,
    "small": reads.small,
}
WRITE, FAN_OUT, SUBSCRIBERS = "write", "fan-out", "subscribers"
NAMES = (*READS, WRITE, FAN_OUT, SUBSCRIBERS)
PEERS = (YOGA, MERCURIUS, COMPILED, PLAIN)
FILES = 4096


def figures(asked: Asked) -> Rows:
    wanted = asked.only or NAMES
    if strangers := set(wanted) - set(NAMES):
        raise SystemExit(f"live has no {', '.join(sorted(strangers))}; say {', '.join(NAMES)}")
    ensure_tools()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the servers are stopped on the way out
    _allow_files()
    with stage() as standing:
        print("\n".join(f"  {name}: {value}" for name, value in standing.versions.items()))
        rows = [{"name": "versions", **standing.versions}, *_beside_peers(standing, asked, wanted)]
        if FAN_OUT in wanted:
            rows += writes.fan_out(standing, asked.seconds)
        if SUBSCRIBERS in wanted:
            ours = [OURS, INTERPRETED] if asked.interpreted else [OURS]
            rows += subscribers(standing, [*ours, YOGA, PLAIN, BARE], asked.seconds)
    return rows


def _beside_peers(standing: Stage, asked: Asked, wanted: tuple[str, ...]) -> Rows:
    """The rows of servers that all stand at once, after a proof that all answer alike."""
    rows: Rows = []
    with standing.everybody(*PEERS, interpreted=asked.interpreted) as contestants:
        cells = compare(contestants, standing.dataset)
        print(f"  all {len(contestants)} answer alike, on a board of {cells:,} cells", flush=True)
        for name, row in READS.items():
            if name in wanted:
                rows.append(row(contestants, standing.dataset, asked.seconds))
        if WRITE in wanted:
            ours = [c for c in contestants if c.name in {OURS, INTERPRETED}]
            rows += writes.commits(ours, standing, asked.seconds)
    return rows


def _allow_files() -> None:
    """A socket is a file at both ends; children inherit what is allowed here."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < FILES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard), hard))


def quick(asked: Asked) -> Rows:
    """With the other benchmarks: every row, shortly."""
    return figures(replace(asked, seconds=QUICK_SECONDS))


if __name__ == "__main__":
    run({"live": figures}, "live", USUAL)

"""The programs that the harness needs beside our own, fetched where that is possible."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from scripts.setup import ensure_redis, stop, succeeds
from server.embedded import EmbeddedPostgres

PEERS = Path(__file__).parent.parent / "peers"
MODULES = PEERS / "node_modules"
OLDEST_NODE = 20
OF_PEERS = ("graphql", "graphql-yoga", "graphql-ws", "mercurius", "graphql-jit", "ws")
OF_OURS = ("strawberry-graphql", "graphql-core", "uvicorn", "uvloop", "orjson", "asyncpg")


def ensure_tools() -> None:
    """Make wrk, Node, Redis and the peers' packages be there, or stop and say what to install."""
    ensure_redis()
    ensure_wrk()
    ensure_node()
    ensure_peers()


def ensure_wrk() -> None:
    if shutil.which("wrk"):
        return
    line = "brew install wrk" if sys.platform == "darwin" else "sudo apt-get install -y wrk"
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        stop("The requests are sent by wrk, which was not found. Install it:", f"  {line}")
    print("Installing wrk, which sends the requests.", flush=True)
    fetch = (apt, "install", "-y", "-qq", "--no-install-recommends", "wrk")
    if not succeeds(*fetch) and not (succeeds(apt, "update", "-qq") and succeeds(*fetch)):
        stop("apt-get could not install it. Try by hand:", f"  {line}")


def ensure_node() -> None:
    if not shutil.which("npm") or _major_of_node() < OLDEST_NODE:
        stop(f"The peers run on Node {OLDEST_NODE} or newer with npm: https://nodejs.org")


def _major_of_node() -> int:
    return int(said("node", "--version").strip("v").split(".")[0] or 0)


def ensure_peers() -> None:
    """Install what the lock says, unless that has been done."""
    lock = (PEERS / "package-lock.json").read_bytes()
    digest, stamp = hashlib.sha256(lock).hexdigest(), MODULES / "understudy.stamp"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
        return
    print("Installing the peers by benchmarks/peers/package-lock.json.", flush=True)
    command = ("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
    if subprocess.run(command, cwd=PEERS, check=False).returncode != 0:
        stop("npm could not install the peers; its words stand above. It needs a registry.")
    stamp.write_text(digest, encoding="utf-8")


def said(*command: str) -> str:
    """What a program answers; an absent one says nothing."""
    if shutil.which(command[0]) is None:
        return ""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def versions(postgres: EmbeddedPostgres) -> dict[str, str]:
    redis = re.search(r"v=(\S+)", said("redis-server", "--version"))
    wrk = subprocess.run(("wrk", "--version"), capture_output=True, text=True, check=False)
    return {
        "node": said("node", "--version").strip("v"),
        **dict(_of_peers(OF_PEERS)),
        **{name: version(name) for name in OF_OURS},
        "postgres": said(str(postgres.binaries.folder / "postgres"), "--version").split()[2],
        "redis": redis[1] if redis else "valkey",
        "wrk": wrk.stdout.split()[1],
    }


def _of_peers(names: Iterable[str]) -> Iterable[tuple[str, str]]:
    for name in names:
        text = (MODULES / name / "package.json").read_text(encoding="utf-8")
        found = re.search(r'"version":\s*"([^"]+)"', text)
        yield name, found[1] if found else "unknown"

"""What the system tells of a process: its memory, its processor time, whether it rests."""

import os
import re
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
LOOKING_SECONDS = 0.2
AT_REST = 0.15
PATIENCE_SECONDS = 60.0


def kilobytes_of(pid: int) -> int:
    """The memory that a process holds at the moment."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    found = re.search(r"^Rss:\s+(\d+) kB", text, flags=re.MULTILINE)
    if found is None:
        raise RuntimeError(f"the system does not tell the memory of process {pid}")
    return int(found[1])


def processor_seconds(pid: int) -> float:
    """What a process and its threads have used so far."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def wait_for_rest(pid: int) -> None:
    """Until a server has done with what nobody waits for: the next one shall have the cores."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    before = processor_seconds(pid)
    while time.monotonic() < deadline:
        time.sleep(LOOKING_SECONDS)
        now = processor_seconds(pid)
        if now - before < AT_REST * LOOKING_SECONDS:
            return
        before = now
    raise RuntimeError(f"process {pid} found no rest in {PATIENCE_SECONDS:g} s")

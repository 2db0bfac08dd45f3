"""What the lock file of a PostgreSQL server says, and whether that is still true."""

import subprocess
from pathlib import Path


def running_postmaster(cluster: Path) -> int | None:
    """The process that serves `cluster`, or None when none does."""
    number = postmaster_line(cluster, 0)
    if not number.isdigit():
        return None
    return int(number) if str(cluster) in _command_line(int(number)) else None


def postmaster_line(cluster: Path, index: int) -> str:
    """One line of postmaster.pid: 0 process, 4 socket folder, 7 state; empty when absent."""
    try:
        lines = (cluster / "postmaster.pid").read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return lines[index].strip() if index < len(lines) else ""


def _command_line(pid: int) -> str:
    """What a process was started with; unlike its folder, everybody may read that."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    listed = subprocess.run(  # noqa: S603  # a number, no shell
        ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return listed.stdout

"""Load: wrk for requests per second, one kept connection for the latency of single requests."""

import http.client
import re
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from math import ceil
from pathlib import Path

from benchmarks.harness.servers import Contestant
from tests.system import TOKEN

CONNECTIONS = 8
FEWEST_ANSWERS = 3
HEADERS = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
SCRIPT = """
wrk.method = "POST"
{headers}
local requests, place = {{}}, 0
function init()
  for line in io.lines("{bodies}") do requests[#requests + 1] = wrk.format(nil, nil, nil, line) end
end
function request()
  place = place % #requests + 1
  return requests[place]
end
"""


def requests_per_second(asked: Contestant, bodies: Iterable[bytes], seconds: float) -> float:
    """What the contestant answers over some kept connections to bodies that come in turn.

    Where not even a few answers come in time, twice the time is given, and again.
    """
    sent = list(bodies)
    for length in (seconds, 2 * seconds, 4 * seconds, 8 * seconds, 16 * seconds):
        answers, rate = _by_wrk(asked, sent, ceil(length))
        if answers >= FEWEST_ANSWERS:
            return rate
    raise RuntimeError(f"{asked.name} answered {answers} requests in {length:g} s")


def _by_wrk(asked: Contestant, bodies: list[bytes], seconds: int) -> tuple[int, float]:
    with tempfile.TemporaryDirectory(prefix="understudy-wrk-") as folder:
        lines, script = Path(folder, "bodies"), Path(folder, "script.lua")
        lines.write_bytes(b"\n".join(bodies))
        headers = "\n".join(f'wrk.headers["{name}"] = "{value}"' for name, value in HEADERS.items())
        script.write_text(SCRIPT.format(headers=headers, bodies=lines), encoding="utf-8")
        address = f"http://127.0.0.1:{asked.port}{asked.path}"
        words = ("-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "60s")
        command = ("wrk", *words, "-s", str(script), address)
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    count = re.search(r"(\d+) requests in ", done.stdout)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if not (count and rate) or "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise RuntimeError(f"{asked.name} did not answer everything:\n{done.stdout}{done.stderr}")
    return int(count[1]), float(rate[1])


class Caller:
    """One client on one kept connection."""

    def __init__(self, asked: Contestant) -> None:
        self._asked = asked
        self._connection = http.client.HTTPConnection("127.0.0.1", asked.port, timeout=60)

    def post(self, body: bytes) -> bytes:
        self._connection.request("POST", self._asked.path, body, HEADERS)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{self._asked.name} answered {answer.status}: {text[:300]!r}")
        return text

    def timed(self, body: bytes) -> tuple[float, bytes]:
        """Milliseconds that one answer takes, to its last byte, and the answer."""
        started = time.perf_counter()
        answer = self.post(body)
        return 1000 * (time.perf_counter() - started), answer

    def close(self) -> None:
        self._connection.close()


@contextmanager
def caller(asked: Contestant) -> Iterator[Caller]:
    made = Caller(asked)
    try:
        yield made
    finally:
        made.close()

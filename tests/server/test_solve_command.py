"""`understudy solve` on public instances, as a user calls it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

INSTANCE = """\
SECTION_HORIZON
7
SECTION_SHIFTS
D,480,
SECTION_STAFF
A,D=7,2400,960,5,2,2,1
B,D=7,2400,960,5,2,2,1
SECTION_DAYS_OFF
A,2
SECTION_SHIFT_ON_REQUESTS
A,0,D,3
SECTION_COVER
0,D,2,100,1
1,D,1,100,1
"""


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    file = tmp_path / "Instance.txt"
    file.write_text(INSTANCE, encoding="utf-8")
    return file


def solve(file: Path, *words: str) -> subprocess.CompletedProcess[str]:
    program = "import sys; from server.cli import main; main()"
    command = [sys.executable, "-c", program, "solve", str(file), "--format", "curtois", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_standard_output_is_one_json_object(instance):
    done = solve(instance, "--seconds", "5", "--workers", "2", "--json")
    answer = json.loads(done.stdout)

    assert (answer["objective"], answer["bound"], answer["status"]) == (0, 0, "OPTIMAL")
    assert set(answer["roster"]) == {"A", "B"}
    assert set(answer["roster"]["A"]) == {str(day) for day in range(7)}
    assert answer["roster"]["A"]["0"] == "D"


def test_file_that_is_cut_off_is_refused_in_one_sentence(instance):
    instance.write_text(INSTANCE[:-4], encoding="utf-8")
    done = solve(instance, "--seconds", "5")

    assert (done.returncode, done.stdout) == (1, "")
    assert "line 14, weight for over: it is missing." in done.stderr.replace("\n", " ")


def test_no_time_at_all_still_gives_a_roster(instance):
    answer = json.loads(solve(instance, "--seconds", "0").stdout)

    assert set(answer["roster"]) == {"A", "B"}
    assert answer["status"] in {"FEASIBLE", "OPTIMAL", "UNKNOWN"}

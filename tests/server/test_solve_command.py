"""`understudy solve` on public instances, as a user calls it."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from server.cli import main
from solver import digests
from tests.searches import problem_of
from tests.solver.test_formats import HISTORY, SCENARIO, WEEK
from tests.solver.test_problem import example

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


def solve(file: Path, *words: str, form: str = "curtois") -> subprocess.CompletedProcess[str]:
    program = "import sys; from server.cli import main; main()"
    command = [sys.executable, "-c", program, "solve", str(file), "--format", form, *words]
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


def test_a_stored_problem_is_answered_with_its_hashes(tmp_path):
    problem = problem_of(example())
    file = tmp_path / "run.json"
    file.write_text(problem.to_json(), encoding="utf-8")

    answer = json.loads(solve(file, "--good-enough", "5", form="problem").stdout)

    asked = replace(problem, request=replace(problem.request, good_enough_percent=5))
    assert answer["input_hash"] == digests.of_problem(asked)
    assert len(answer["schedule_hash"]) == 64
    assert answer["outcome"] == "OPTIMAL"


def bad_problem(folder: Path, fault: str) -> tuple[Path, str]:
    text = problem_of(example()).to_json()
    row = json.loads(text)
    if fault == "ten thousand":
        many = row["board"]["staff"][0]
        row["board"]["staff"] = [{**many, "id": n + 1} for n in range(10_000)]
    limit = row["board"]["work_limits"][0]
    limit["minimum_half_days"] = {"negative": -1, "contradictory": 9}.get(fault)
    place = {
        "cut off": "run.json, line 1, column",
        "negative": "run.json, board.work_limits[id 1].minimum_half_days: -1",
        "contradictory": "run.json, board.work_limits[id 1].minimum_half_days: 9 is beyond",
        "ten thousand": "run.json, board.staff: 10000 people",
    }
    file = folder / "run.json"
    file.write_text(text[:700] if fault == "cut off" else json.dumps(row), encoding="utf-8")
    return file, place[fault]


def bad_curtois(folder: Path, fault: str) -> tuple[Path, str]:
    many = "".join(f"P{n},D=7,2400,960,5,2,2,1\n" for n in range(10_000))
    text, place = {
        "cut off": (INSTANCE[:-4], "line 14, weight for over: it is missing."),
        "negative": (INSTANCE.replace("1,D,1,", "1,D,-1,"), "line 14, requirement: '-1'"),
        "contradictory": (
            INSTANCE.replace("B,D=7,2400,960", "B,D=7,900,960"),
            "line 7, MinTotalMinutes: it is above",
        ),
        "ten thousand": (INSTANCE.replace("A,D=7", many + "A,D=7"), "staff: 10002 people"),
    }[fault]
    file = folder / "Instance.txt"
    file.write_text(text, encoding="utf-8")
    return file, place


def bad_competition(folder: Path, fault: str) -> tuple[Path, str]:
    many = "".join(f"N{n} Full 1 Nurse\n" for n in range(10_000))
    scenario, place = {
        "cut off": (SCENARIO[:-12], "line 14"),
        "negative": (SCENARIO.replace("(3,4)", "(-3,4)"), "line 10, assignments"),
        "contradictory": (SCENARIO.replace("(3,4)", "(4,3)"), "line 10, assignments: 4 is above 3"),
        "ten thousand": (
            SCENARIO.replace("NURSES = 2\n", "NURSES = 10002\n" + many),
            "NURSES: 10002",
        ),
    }[fault]
    instance = folder / "n002w1"
    instance.mkdir()
    texts = {"Sc-n002w1": scenario, "H0-n002w1-0": HISTORY, "WD-n002w1-3": WEEK}
    for name, text in texts.items():
        (instance / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder / "n002w1_0_3", place


BAD_FILES = {"problem": bad_problem, "curtois": bad_curtois, "inrc2": bad_competition}


@pytest.mark.parametrize("form", BAD_FILES)
@pytest.mark.parametrize("fault", ["cut off", "negative", "contradictory", "ten thousand"])
def test_a_bad_file_of_any_format_is_refused_in_one_sentence(
    tmp_path, monkeypatch, capsys, form, fault
):
    file, place = BAD_FILES[form](tmp_path, fault)
    monkeypatch.setattr(sys, "argv", ["understudy", "solve", str(file), "--format", form])

    with pytest.raises(SystemExit) as left:
        main()

    told = capsys.readouterr()
    assert (left.value.code, told.out) == (1, "")
    assert told.err.startswith("understudy: ")
    assert place in " ".join(told.err.split())

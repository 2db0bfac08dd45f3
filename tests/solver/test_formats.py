"""Public formats: what a roster is worth, what a file may say, and the best of a tiny instance."""

from itertools import product
from pathlib import Path

import pytest

from domain.runs import Outcome
from solver.formats import curtois, curtois_score, inrc2, inrc2_score, solving
from solver.formats.reading import BadInstance
from solver.formats.solving import PublicFormat

CURTOIS = """\
# two people, one week
SECTION_HORIZON
7
SECTION_SHIFTS
D,480,
N,600,D
SECTION_STAFF
A,D=7|N=0,2400,960,3,2,2,1
B,D=7|N=2,2400,480,4,1,1,1
SECTION_DAYS_OFF
A,2
SECTION_SHIFT_ON_REQUESTS
A,0,D,3
SECTION_SHIFT_OFF_REQUESTS
B,1,D,2
SECTION_COVER
0,D,1,100,1
1,D,1,100,1
3,N,1,50,1
5,D,0,100,4
"""
SCENARIO = """\
SCENARIO = n002w1
WEEKS = 1
SKILLS = 1
Nurse
SHIFT_TYPES = 1
Day (2,3)
FORBIDDEN_SHIFT_TYPES_SUCCESSIONS
Day 0
CONTRACTS = 2
Full (3,4) (2,3) (2,3) 1 1
Half (1,2) (1,2) (1,4) 0 0
NURSES = 2
Ann Full 1 Nurse
Bob Half 1 Nurse
"""
HISTORY = """\
HISTORY
0 n002w1
NURSE_HISTORY
Ann 0 0 Day 1 1 0
Bob 0 1 None 0 0 3
"""
WEEK = """\
WEEK_DATA
n002w1
REQUIREMENTS
Day Nurse (1,1) (0,1) (0,0) (0,1) (0,0) (0,1) (0,0)
SHIFT_OFF_REQUESTS = 1
Ann Any Tue
"""


@pytest.fixture
def curtois_file(tmp_path: Path) -> Path:
    file = tmp_path / "Instance.txt"
    file.write_text(CURTOIS, encoding="utf-8")
    return file


@pytest.fixture
def inrc2_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "n002w1"
    folder.mkdir()
    for name, text in (("Sc-n002w1", SCENARIO), ("H0-n002w1-0", HISTORY), ("WD-n002w1-3", WEEK)):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return tmp_path / "n002w1_0_3"


def days(*shifts: str | None) -> dict[int, str | None]:
    return dict(enumerate(shifts))


def week(symbols: str, cell: str) -> dict[int, str | None]:
    return days(*(cell if symbol == "x" else None for symbol in symbols))


def test_curtois_roster_costs_its_requests_and_what_days_have_too_few_or_too_many(curtois_file):
    instance = curtois.read(curtois_file)
    roster = {
        "A": days(None, "D", None, None, "D", "D", None),
        "B": days("D", "D", None, "N", None, None, None),
    }

    found = curtois_score.score(instance, roster)

    wishes, days_one_and_five = 3 + 2, 1 + 4
    assert found.objective == wishes + days_one_and_five


@pytest.mark.parametrize(
    ("row", "broken"),
    [
        (("D", "D", "D", None, None, None, None), "works on day 2, a day off"),
        (("D", "D", None, None, "D", "D", None), None),
        (("D", "D", None, "D", "D", None, None), "1 days off in a row, at least 2"),
        ((None, None, None, "D", "D", "D", "D"), "4 days in a row, at most 3"),
        (("D", None, None, None, None, None, None), "480 minutes, at least 960"),
        (("N", "N", None, None, None, None, None), "2 shifts N, at most 0"),
    ],
)
def test_curtois_rules_that_a_row_breaks_are_told(curtois_file, row, broken):
    instance = curtois.read(curtois_file)
    other = days("D", *(None,) * 6)

    found = curtois_score.score(instance, {"A": days(*row), "B": other})

    assert [line for line in found.broken if line.startswith("A")][:1] == (
        [] if broken is None else [f"A: {broken}"]
    )


def test_night_is_not_followed_by_a_day(curtois_file):
    instance = curtois.read(curtois_file)
    rows = {"A": days("D", "D", *(None,) * 5), "B": days(None, "N", "D", *(None,) * 4)}

    assert curtois_score.score(instance, rows).broken == ("B: D right after N on day 2",)


def test_best_curtois_roster_is_the_best_of_all(curtois_file):
    instance = curtois.read(curtois_file)
    rows_of_a = _allowed(instance, "A", [None, "D"])
    rows_of_b = _allowed(instance, "B", [None, "D", "N"])
    scores = (
        curtois_score.score(instance, {"A": a, "B": b}).objective
        for a, b in product(rows_of_a, rows_of_b)
    )

    found = solving.solve(solving.read(curtois_file, PublicFormat.CURTOIS), 5)

    assert found.objective == min(scores)
    assert (found.status, found.broken) == (Outcome.OPTIMAL, ())


def _allowed(instance, name, shifts):
    """Of all rows that one person may have, one for each way of standing in requests and cover."""
    idle = {person.id: days(*(None,) * 7) for person in instance.staff}
    found = {}
    for row in product(shifts, repeat=7):
        broken = curtois_score.score(instance, {**idle, name: days(*row)}).broken
        if not any(line.startswith(name) for line in broken):
            found[row[0], row[1], row[3], row[5]] = days(*row)
    return list(found.values())


def test_competition_counts_each_constraint_apart(inrc2_folder):
    instance = inrc2.read(inrc2_folder)
    roster = {"Ann": week("x.x..x.", "Day:Nurse"), "Bob": week(".xxx...", "Day:Nurse")}

    parts = inrc2_score.parts_of(instance, roster)

    assert parts["consecutive"] == 30 * (1 + 1 + 1) + 15 * (1 + 1)
    assert parts["days off"] == 30 * 1
    assert parts["complete weekends"] == 30
    assert parts["weekends"] == 30
    assert parts["total assignments"] == 20
    assert parts["preferences"] == 0
    assert parts["optimum"] == 0


def test_competition_wants_the_minimum_cover_and_the_skill(inrc2_folder):
    instance = inrc2.read(inrc2_folder)
    idle = week(".......", "Day:Nurse")

    assert inrc2_score.score(instance, {"Ann": idle, "Bob": idle}).broken == (
        "Day:Nurse on day 0: 0 of 1",
    )


def test_best_competition_roster_is_the_best_of_all(inrc2_folder):
    instance = inrc2.read(inrc2_folder)
    rows = [week("".join(symbols), "Day:Nurse") for symbols in product("x.", repeat=instance.days)]
    scores = (
        score.objective
        for ann, bob in product(rows, rows)
        if ann[0] or bob[0]
        if not (score := inrc2_score.score(instance, {"Ann": ann, "Bob": bob})).broken
    )

    found = solving.solve(solving.read(inrc2_folder, PublicFormat.INRC2), 5)

    assert found.objective == min(scores)
    assert found.broken == ()
    assert found.bound is not None
    assert found.bound <= found.objective


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("7\n", "-7\n", "line 3, horizon: '-7' is no whole number from 0 on."),
        ("7\n", "0\n", "line 3, horizon: it must be from 1 to 400 days."),
        ("D,480,", "D,eight hours,", "line 5, length: 'eight hours' is no whole number"),
        ("N,600,D", "N,600,X", "line 6, shifts that cannot follow: 'X' is not known."),
        ("B,D=7", "A,D=7", "line 9, staff id: 'A' stands there twice."),
        ("D=7|N=0", "D=7|Q=0", "line 8, MaxShifts: 'Q=0' is not a known shift and a number."),
        (",2400,960,3,2", ",900,960,3,2", "line 8, MinTotalMinutes: it is above MaxTotalMinutes."),
        ("A,2\n", "A,9\n", "line 11, day: day 9 is beyond the last, 6."),
        ("A,0,D,3", "Z,0,D,3", "line 13, staff id: 'Z' is not known."),
        ("5,D,0,100,4", "5,D,0,100", "line 20, weight for over: it is missing."),
        ("SECTION_COVER", "SECTION_COVERS", "line 16, section: 'SECTION_COVERS' is not known."),
        (CURTOIS[CURTOIS.index("SECTION_COVER") :], "", "SECTION_COVER is missing"),
    ],
)
def test_bad_curtois_file_is_refused_with_line_and_field(curtois_file, old, new, message):
    curtois_file.write_text(CURTOIS.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(BadInstance) as refused:
        curtois.read(curtois_file)

    assert message in str(refused.value)


def test_ten_thousand_people_are_refused(curtois_file):
    row = "A,D=7|N=0,2400,960,3,2,2,1\n"
    many = "".join(row.replace("A", f"P{n}", 1) for n in range(10_000))
    curtois_file.write_text(CURTOIS.replace(row, many), encoding="utf-8")

    with pytest.raises(BadInstance, match="10001 people are more than 1000"):
        curtois.read(curtois_file)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("Sc", "NURSES = 2", "NURSES = 9", "line 12, NURSES: 9 rows are announced, 2 are there."),
        ("Sc", "Bob Half", "Bob Third", "line 14, contract: 'Third' is not known."),
        ("Sc", "(3,4)", "(4,3)", "line 10, assignments: 4 is above 3."),
        ("H0", "Bob 0 1", "Bob 0 x", "line 5, weekends: 'x' is no whole number from 0 on."),
        ("H0", "Bob 0", "Rob 0", "line 14, nurse in the history: 'Bob' is not known."),
        ("WD", "(0,1) (0,0)\nSHIFT", "(0,1)\nSHIFT", "line 4, Sun: it is missing."),
        ("WD", "Any Tue", "Any Day", "line 6, day: 'Day' is not known."),
        ("WD", "SHIFT_OFF_REQUESTS", "SHIFT_ON_REQUESTS", "SHIFT_OFF_REQUESTS is missing"),
    ],
)
def test_bad_competition_file_is_refused_with_line_and_field(inrc2_folder, file, old, new, message):
    (path,) = (inrc2_folder.parent / "n002w1").glob(f"{file}-*.txt")
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    with pytest.raises(BadInstance) as refused:
        inrc2.read(inrc2_folder)

    assert message in str(refused.value)


@pytest.mark.parametrize("name", ["n002w1", "n002w1_0", "n009w9_0_1", "n002w1_7_3"])
def test_instance_that_is_not_there_is_refused(inrc2_folder, name):
    with pytest.raises(BadInstance):
        inrc2.read(inrc2_folder.with_name(name))


def test_zero_may_have_a_sign_as_in_published_files(tmp_path: Path) -> None:
    file = tmp_path / "Instance.txt"
    file.write_text(CURTOIS.replace("5,D,0,100,4", "5,D,-0,100,4"), encoding="utf-8")

    assert curtois.read(file).demands[-1].required == 0

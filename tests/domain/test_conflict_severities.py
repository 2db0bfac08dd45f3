"""How much each finding asks for, and what it says besides its code."""

import pytest

from domain.conflicts import conflicts
from domain.findings import Severity
from domain.staff import CoverageMode
from tests.builders import backup, cell, cover, row, staff_group
from tests.domain.test_conflicts import CASES, DAY, OFF, ON_DUTY, STANDING, kitchen

SEVERITIES = {
    "COVER_NOT_ELIGIBLE": Severity.ERROR,
    "COVER_OUTSIDE_EFFECTIVE_PERIOD": Severity.ERROR,
    "HOME_GROUP_STRIPPED": Severity.ERROR,
    "OUTSIDE_EMPLOYMENT": Severity.ERROR,
}
WITHOUT_DATES = {
    "SELF_GROUP",
    "DUPLICATE",
    "EFFECTIVE_PERIODS_OVERLAP",
    "NEVER_EFFECTIVE",
    "EXPIRED",
    "STAFF_INACTIVE",
    "STAFF_LEAVES_EARLY",
    "GROUP_EMPTY",
    "GROUP_WITHOUT_BACKUP",
    "MUTUAL_BACKUP",
    "CYCLE",
    "SHARED_BACKUP",
    "CLOSURE_IRRELEVANT",
}
EVERY_CASE = {**{case[0]: case[1] for case in CASES}, **STANDING}
GAPS = {
    "ALL_BACKUPS_ABSENT": {
        "members": {1: [1]},
        "backups": [backup(1, 3, 1)],
        "shifts": [OFF, cell(3, DAY, "×")],
    },
    "DEMAND_EXCEEDS_SUPPLY": {
        "members": {1: [1], 2: [2]},
        "backups": [backup(1, 3, 1), backup(2, 3, 2)],
        "shifts": [OFF, row(2, DAY, "×"), row(3, DAY, "○")],
    },
    "HOME_GROUP_STRIPPED": {
        "members": {1: [1, 2], 2: [3]},
        "backups": [backup(1, 3, 1)],
        "shifts": ON_DUTY,
        "covers": (cover(DAY, 1, 3),),
    },
}


def severity_of(code, **fields):
    (found,) = {c.severity for c in conflicts(kitchen(**fields)) if c.code == code}
    return found


@pytest.mark.parametrize("code", STANDING)
def test_a_finding_about_cells_and_covers_has_its_severity(code):
    expected = SEVERITIES.get(code, Severity.WARNING)
    assert severity_of(code, **STANDING[code]) == expected


@pytest.mark.parametrize(
    ("mode", "expected"),
    [(CoverageMode.DESIRED, Severity.WARNING), (CoverageMode.REQUIRED, Severity.ERROR)],
)
@pytest.mark.parametrize("code", GAPS)
def test_a_gap_is_an_error_only_where_a_required_group_is_hit(code, mode, expected):
    numbers = GAPS[code]["members"]
    groups = [staff_group(number, coverage_mode=mode) for number in numbers]
    assert severity_of(code, **{**GAPS[code], "groups": groups}) == expected


@pytest.mark.parametrize("case", EVERY_CASE)
def test_every_finding_names_whom_when_and_what_would_settle_it(case):
    for conflict in conflicts(kitchen(**EVERY_CASE[case])):
        named = (conflict.staff_id, conflict.group_id, conflict.backup_assignment_id)
        assert any(named) or conflict.group_ids
        assert conflict.dates or conflict.code in WITHOUT_DATES
        assert conflict.fix.endswith(".")

"""The page of rules names every rule that the code has, and only files and tests that exist."""

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from domain.facts import FactKind
from domain.rules import (
    CalendarRuleKind,
    Direction,
    Level,
    LimitUnit,
    LimitWindow,
    StandingRuleKind,
)
from domain.runs import TierName
from domain.staff import CoverageMode, HolidayPolicy, IdlePolicy, NeedPolicy
from solver.rules import RULES

HOUSE = Path(__file__).parent.parent.parent
PAGE = (HOUSE / "docs" / "rules.md").read_text(encoding="utf-8")
ROWS = [
    [part.strip() for part in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| Rule ")
]
OF_CODES = ("Eligibility", "Reasons that are not tests", "Findings", "Refusals")
NAMED = set(re.findall(r"`([A-Za-z_]+)`", PAGE))
KINDS: tuple[type[StrEnum], ...] = (
    *(
        FactKind,
        TierName,
        LimitUnit,
        LimitWindow,
        CalendarRuleKind,
        Direction,
        Level,
        StandingRuleKind,
    ),
    *(CoverageMode, HolidayPolicy, IdlePolicy, NeedPolicy),
)
FIRST_WORD_IS_A_CODE = {"because", "finding", "_invalid", "_conflict"}
TABLES_OF_CODES = {"_FAULTS", "_WORDS"}
NOT_A_REFUSAL = {"INTERNAL"}


def sources() -> Iterator[ast.AST]:
    for room in ("domain", "resolvers", "schema", "store"):
        for path in (HOUSE / room).rglob("*.py"):
            yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def codes_of(node: ast.AST) -> list[ast.expr | None]:
    """The expressions of a node that are codes of reasons, findings or refusals."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
        found = [word.value for word in node.keywords if word.arg == "code"]
        return [*found, *(node.args[:1] if name in FIRST_WORD_IS_A_CODE else [])]
    if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") in TABLES_OF_CODES:
        return [*node.value.keys] if isinstance(node.value, ast.Dict) else []
    if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "code":
        return [node.value]
    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "DAY_CODES":
        return list(node.value.values) if isinstance(node.value, ast.Dict) else []
    return []


def codes_in_the_code() -> set[str]:
    found: set[str] = set()
    for node in sources():
        for expression in codes_of(node):
            parts = ast.walk(expression) if isinstance(expression, ast.IfExp) else [expression]
            found |= {p.value for p in parts if isinstance(p, ast.Constant) and p.value}
    return {code for code in found if re.fullmatch(r"[A-Z]+(_[A-Z]+)*", str(code))}


def test_every_code_of_the_code_is_on_the_page():
    codes = codes_in_the_code()
    assert {"NOT_EMPLOYED", "COVER_NOT_ELIGIBLE", "CYCLE", "NOT_FOUND", "STALE_REVISION"} <= codes
    assert codes - NOT_A_REFUSAL - NAMED == set()


def test_every_fact_tier_window_and_policy_is_on_the_page():
    assert {value.value for kind in KINDS for value in kind} - NAMED == set()


def test_every_rule_of_the_solver_has_its_row():
    assert RULES.keys() <= {row[0].strip("`") for row in ROWS}


def test_the_twelve_tests_and_the_nine_tiers_are_numbered():
    first = [row[0].split()[0] for row in ROWS]
    assert [word for word in first if re.fullmatch(r"E\d+", word)] == [
        f"E{n}" for n in range(1, 13)
    ]
    assert [word for word in first if re.fullmatch(r"T\d", word)] == [f"T{n}" for n in range(9)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip("`"))
def test_a_row_names_a_file_and_a_test_that_exist(row):
    rule, words, formula, file, test = row
    path, _, name = test.strip("`").partition("::")
    tree = ast.parse((HOUSE / path).read_text(encoding="utf-8"))
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    assert rule
    assert words
    assert formula
    assert (HOUSE / file.strip("`")).is_file()
    assert name in {node.name for node in tree.body if isinstance(node, functions)}


def rows_of_codes() -> Iterator[tuple[str, str]]:
    """Each code of a reason, finding or refusal with the test that its row names."""
    for title in OF_CODES:
        section = PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]
        lines = [line for line in section.splitlines() if line.startswith("| ")][1:]
        for line in lines:
            first, *_, test = (part.strip() for part in line.strip("|").split("|"))
            yield first.split("`")[1], test.strip("`")


def words_of(test: str) -> str:
    """The text of a test, with that of the constants that it names."""
    path, _, name = test.partition("::")
    tree = ast.parse((HOUSE / path).read_text(encoding="utf-8"))
    (found,) = (node for node in tree.body if getattr(node, "name", "") == name)
    constants = {
        target.id: ast.unparse(node)
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    text = ast.unparse(found)
    return "\n".join([text, *(constants[word] for word in constants if word in text)])


@pytest.mark.parametrize(("code", "test"), list(rows_of_codes()))
def test_the_test_of_a_code_speaks_of_it(code, test):
    assert code in re.findall(r"[A-Z][A-Z_]+", words_of(test))

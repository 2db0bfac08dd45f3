"""The page of profiles lists every switch and every difference, and only tests that exist."""

import ast
import re
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

from domain.profiles import Profile

HOUSE = Path(__file__).parent.parent.parent
PAGE = (HOUSE / "docs" / "profiles.md").read_text(encoding="utf-8")
TEST = re.compile(r"`(tests/\w+/test_\w+\.py)::(test_\w+)`")
SWITCHES = {field.name for field in fields(Profile)}


def rows(title: str) -> list[list[str]]:
    """The cells of a section's table, without its head."""
    section = PAGE.split(f"## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][1:]
    return [[part.strip() for part in line.strip("|").split("|")] for line in lines]


TABLES = ("Switches", "Every difference on purpose", "The first version's own examples")
ALL_ROWS = [row for title in TABLES for row in rows(title)]


@cache
def named_in(path: str) -> set[str]:
    tree = ast.parse((HOUSE / path).read_text(encoding="utf-8"))
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    return {node.name for node in tree.body if isinstance(node, functions)}


def test_every_switch_has_its_row():
    assert [row[0].strip("`") for row in rows("Switches")] == [f.name for f in fields(Profile)]


def test_every_switch_answers_a_question_and_no_other_is_named():
    named = re.findall(r"`(\w+)`", " ".join(row[2] for row in rows("Every difference on purpose")))
    assert set(named) == SWITCHES


@pytest.mark.parametrize("row", ALL_ROWS, ids=lambda row: row[0])
def test_a_row_names_tests_that_exist(row):
    named = TEST.findall(row[-1])
    assert named
    assert TEST.sub("", row[-1]).strip(" ,") == ""
    assert [name for path, name in named if name not in named_in(path)] == []

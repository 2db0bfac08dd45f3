"""The page of examples names a test for each of them, and only tests that exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent.parent
PAGE = (HOUSE / "docs" / "examples.md").read_text(encoding="utf-8")
ROWS = [
    [part.strip() for part in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| Nr. ")
]
TEST = re.compile(r"`(tests/\w+/test_\w+\.py)::(test_\w+)`")


@cache
def named_in(path: str) -> set[str]:
    tree = ast.parse((HOUSE / path).read_text(encoding="utf-8"))
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    return {node.name for node in tree.body if isinstance(node, functions)}


def test_every_worked_example_has_its_row_in_order():
    numbers = [row[0] for row in ROWS if row[0].isdigit()]
    assert numbers == [str(number) for number in range(1, 39)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_an_example_names_tests_that_exist(row):
    _, words, tests = row
    named = TEST.findall(tests)
    assert words
    assert named
    assert TEST.sub("", tests).strip(" ,") == ""
    assert [name for path, name in named if name not in named_in(path)] == []

"""The system user that PostgreSQL runs as is made once, however many want it first."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from server import accounts

ALONE_OR_NOT = """#!/bin/sh
mkdir "$0.at-work" || { echo "another one is at work" >&2; exit 1; }
sleep 0.1
rmdir "$0.at-work"
"""


@pytest.fixture
def useradd(tmp_path, monkeypatch):
    """A program of that name that fails beside another one, in place of the machine's own."""
    program = tmp_path / "useradd"
    program.write_text(ALONE_OR_NOT)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")


def test_first_starts_at_once_create_the_system_user_one_after_the_other(useradd):
    said = []
    with ThreadPoolExecutor() as starts:
        made = [starts.submit(accounts._create_system_user, said.append) for _ in range(4)]

    assert [start.exception() for start in made] == [None] * 4
    assert len(said) == 4

"""`understudy demo`: one command, believable data, nothing left behind."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.ports import free_port
from tests.system import DOCUMENTS, Process


class Demo(Process):
    def __init__(self, folder: Path, *words: str) -> None:
        self.port = free_port()
        data = ("--data-dir", str(folder / "data"), "--port", str(self.port))
        super().__init__("demo", "--no-open", *data, *words)

    def token(self) -> str:
        said = self.wait_for("Stop with Ctrl-C.")
        found = re.findall(r"token\s+(\S+)", said)
        assert found, said
        return found[-1]

    def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        answer = httpx.post(
            f"http://127.0.0.1:{self.port}/graphql",
            json={"query": document, "variables": variables},
            headers={"Authorization": f"Bearer {self.token()}"},
            timeout=30,
        )
        assert "errors" not in answer.json(), answer.text
        return answer.json()["data"]


def postmasters(folder: Path) -> list[int]:
    """The live PostgreSQL servers of a data directory."""
    found = []
    for line in folder.rglob("postmaster.pid"):
        pid = int(line.read_text().splitlines()[0])
        if Path(f"/proc/{pid}").exists():
            found.append(pid)
    return found


@pytest.fixture
def demo(open_folder: Path) -> Iterator[Demo]:
    process = Demo(open_folder)
    try:
        yield process
    finally:
        process.stop()


def test_demo_serves_a_believable_restaurant_and_stops_clean(demo: Demo, open_folder: Path):
    (restaurant,) = demo.ask(DOCUMENTS["Restaurants"])["restaurants"]
    settings = demo.ask(DOCUMENTS["Settings"], restaurantId=restaurant["id"])["restaurant"]
    assert len(settings["staff"]) == 20
    configuration = settings["activeConfiguration"]
    assert len(configuration["groups"]) == 6
    assert len(configuration["backupAssignments"]) >= 6
    assert configuration["calendarRules"]
    found = demo.ask(
        "query ($id: ID!) { restaurant(id: $id) { schedules { edges { node { start } } } } }",
        id=restaurant["id"],
    )
    assert len(found["restaurant"]["schedules"]["edges"]) == 2
    assert demo.stop() == 0
    assert postmasters(open_folder) == []


def test_demo_killed_outright_is_taken_over_with_its_data(open_folder: Path):
    first = Demo(open_folder, "--empty")
    token = first.token()
    made = first.ask(
        "mutation ($input: CreateRestaurantInput!) { createRestaurant(input: $input)"
        " { ... on CreateRestaurantPayload { restaurant { id } } } }",
        input={"name": "港", "timeZone": "Asia/Tokyo"},
    )
    first.kill()
    second = Demo(open_folder, "--empty")
    try:
        assert second.token() == token
        assert second.ask("{ restaurants { id } }")["restaurants"] == [
            made["createRestaurant"]["restaurant"]
        ]
    finally:
        first.stop()
        second.stop()
    assert postmasters(open_folder) == []


def test_demo_brings_a_killed_database_back(open_folder: Path):
    demo = Demo(open_folder, "--empty")
    try:
        demo.token()
        (pid,) = postmasters(open_folder)
        os.kill(pid, 9)
        demo.wait_for("starting it again")
        answer = _until_ready(demo)
        assert answer["ready"] is True
    finally:
        demo.stop()


def _until_ready(demo: Demo) -> dict[str, Any]:
    import time

    for _ in range(400):
        answer = httpx.get(f"http://127.0.0.1:{demo.port}/readyz", timeout=10).json()
        if answer["ready"]:
            return answer
        time.sleep(0.05)
    return answer

"""The rooms on disk are the rooms of the house, and each uses only the packages it may."""

import ast
import json
import sys
import tomllib
from pathlib import Path

import pytest

import schema

HOUSE = Path(__file__).parent.parent
ROOMS = ("server", "fast", "schema", "resolvers", "store", "feed", "solver", "domain")
BESIDES_ROOMS = {"benchmarks", "clients", "deploy", "docs", "scripts", "tests"}

MAY_IMPORT = {
    "server": {
        "asyncpg",
        "cross_web",
        "joserfc",
        "orjson",
        "pgqueuer",
        "prometheus_client",
        "pydantic",
        "pydantic_settings",
        "rich",
        "sqlalchemy",
        "starlette",
        "strawberry",
        "structlog",
        "typer",
        "uvicorn",
    },
    "fast": {"cachetools", "graphql", "orjson", "strawberry"},
    "schema": {"graphql", "orjson", "strawberry"},
    "resolvers": set(),
    "store": {"alembic", "asyncpg", "pgqueuer", "pydantic", "sqlalchemy"},
    "feed": {"broadcaster", "redis"},
    "solver": {"highspy", "numpy", "ortools", "pydantic"},
    "domain": set(),
}


def imported_packages(room: str) -> dict[str, str]:
    """Top-level names that a room imports, each with one file that does."""
    found = {}
    for path in (HOUSE / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            else:
                continue
            for name in names:
                found[name.split(".")[0]] = str(path.relative_to(HOUSE))
    return found


def test_rooms_on_disk_are_the_rooms_that_the_linter_and_the_wheel_know():
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
    on_disk = {p.parent.name for p in HOUSE.glob("*/__init__.py")}
    assert on_disk == set(ROOMS)
    assert set(project["tool"]["importlinter"]["root_packages"]) == on_disk
    assert set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == on_disk
    assert set(project["tool"]["mypy"]["packages"]) == on_disk


def test_every_folder_at_the_top_is_expected():
    folders = {
        p.name
        for p in HOUSE.iterdir()
        if p.is_dir() and not p.name.startswith((".", "__")) and any(p.rglob("*.*"))
    }
    assert folders - {"build", "dist", "understudy.egg-info"} <= set(ROOMS) | BESIDES_ROOMS


@pytest.mark.parametrize("room", ROOMS)
def test_room_imports_only_the_packages_it_may(room: str):
    known = MAY_IMPORT[room] | set(ROOMS) | sys.stdlib_module_names
    strangers = {n: path for n, path in imported_packages(room).items() if n not in known}
    assert strangers == {}


def test_schema_is_our_room_and_not_a_package_of_that_name():
    assert Path(schema.__file__).is_relative_to(HOUSE)


def test_only_settings_read_the_environment():
    readers = {
        str(path.relative_to(HOUSE))
        for room in ROOMS
        for path in (HOUSE / room).rglob("*.py")
        if "os.environ" in (text := path.read_text(encoding="utf-8")) or "os.getenv" in text
    }
    assert readers <= {"server/settings.py", "server/accounts.py", "server/postgres_binaries.py"}


def locks_of_npm() -> list[Path]:
    found = HOUSE.rglob("package-lock.json")
    return [p for p in found if not {"node_modules", ".venv"} & set(p.relative_to(HOUSE).parts)]


def test_no_lock_of_npm_names_where_packages_were_fetched_from():
    locks = locks_of_npm()
    named = {
        f"{path.relative_to(HOUSE)}: {name}": found
        for path in locks
        for name, package in json.loads(path.read_text(encoding="utf-8"))["packages"].items()
        if (found := addresses({k: v for k, v in package.items() if k != "funding"}))
    }
    assert locks
    assert named == {}


def addresses(package: dict[str, object]) -> list[str]:
    """Every value that names an address; who may be thanked for a package does not fetch it."""
    return [f"{key}: {v}" for key, v in package.items() if "://" in str(v) or key == "resolved"]


def test_bare_bench_runs_every_benchmark():
    folder = HOUSE / "benchmarks"
    every = {path.stem for path in folder.glob("*.py")} - {"all", "report"}
    tree = ast.parse((folder / "all.py").read_text(encoding="utf-8"))
    (table,) = (node for node in tree.body if isinstance(node, ast.Assign))
    assert isinstance(table.value, ast.Dict)
    assert {ast.literal_eval(key) for key in table.value.keys if key} == every

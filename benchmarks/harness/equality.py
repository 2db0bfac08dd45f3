"""Before anything is measured, everybody must give the same answers."""

import json
import re
from itertools import islice
from typing import Any

from benchmarks.harness import documents
from benchmarks.harness.dataset import Dataset
from benchmarks.harness.load import Caller, caller
from benchmarks.harness.servers import INTERPRETED, OURS, Contestant

SHOWN = 200


class UnequalError(Exception):
    """Two contestants answer one question differently: their figures compare nothing."""


def compare(contestants: list[Contestant], dataset: Dataset) -> int:
    """Put the same questions to everybody; how many cells the board that all agree on has.

    The peers begin with what our server held when it was copied, so after the same writes even
    the revisions agree. Our second server shares the first one's database and is only read.
    """
    by_name = {contestant.name: contestant for contestant in contestants}
    expected = _answers(by_name[OURS], dataset)
    for name, asked in by_name.items():
        if name == INTERPRETED:
            _require_equal(name, expected[-1:], _reads(asked, dataset)[-1:])
        elif name != OURS:
            _require_equal(name, expected, _answers(asked, dataset))
    return len(expected[-1]["schedule"]["shifts"])


def _answers(asked: Contestant, dataset: Dataset) -> list[Any]:
    """Reads, two writes that undo each other, and what is read after each."""
    found = _reads(asked, dataset)
    for write in islice(_there_and_back(dataset), 2):
        with caller(asked) as client:
            found.append(_data(client, write))
        found += _reads(asked, dataset)
    return found


def _there_and_back(dataset: Dataset) -> Any:
    return documents.writes(dataset.schedule, dataset.cells[:1])


def _reads(asked: Contestant, dataset: Dataset) -> list[Any]:
    with caller(asked) as client:
        small = [_data(client, documents.small(key)) for key in dataset.staff]
        unseen = _data(client, documents.unseen_board(dataset.schedule))
        known = _data(client, documents.board(dataset.schedule))
    if unseen != known:
        raise UnequalError(f"{asked.name} answers a renamed document differently")
    return [*small, known]


def _data(client: Caller, body: bytes) -> Any:
    told = json.loads(re.sub(rb'"cells\d+":', b'"shifts":', client.post(body)))
    if "errors" in told:
        raise UnequalError(f"an answer has errors: {str(told['errors'])[:SHOWN]}")
    return told["data"]


def _require_equal(name: str, expected: list[Any], found: list[Any]) -> None:
    for theirs, ours in zip(found, expected, strict=True):
        if theirs != ours:
            raise UnequalError(f"{name} and {OURS} differ in {_difference(ours, theirs)}")


def _difference(ours: Any, theirs: Any, place: str = "data") -> str:
    """Where two answers differ first."""
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys():
        pairs = [(f"{place}.{key}", ours[key], theirs[key]) for key in ours]
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = [(f"{place}.{n}", *both) for n, both in enumerate(zip(ours, theirs, strict=True))]
    else:
        return f"{place}: {str(ours)[:SHOWN]} here, {str(theirs)[:SHOWN]} there"
    deeper, mine, other = next(pair for pair in pairs if pair[1] != pair[2])
    return _difference(mine, other, deeper)

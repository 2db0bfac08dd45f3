"""What one search is asked: a board and a request, as plain data."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter

from domain.runs import GenerationRequest
from domain.schedules import Board

MOST_PERCENT = 100
NEVER = datetime.min.replace(tzinfo=UTC)
OF_PEOPLE = ("memberships", "backup_assignments", "shifts", "covers", "priority_rules")
Key = Callable[[Any], tuple[Any, ...]]


class NonsenseProblem(ValueError):  # noqa: N818 - not the solver erred, but who asked
    """A problem that no schedule could answer."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """The board is put in canonical order at birth, so the order of input rows has no effect.

    Raises NonsenseProblem for people to plan without a type that works and covers or a type that
    rests, for ids that lead nowhere, and for limits of the request that are out of range. No people
    or no days are a problem with an empty answer.
    """

    board: Board
    request: GenerationRequest

    def __post_init__(self) -> None:
        object.__setattr__(self, "board", canonical(self.board))
        _require_sense(self)

    def to_json(self) -> str:
        return _adapter().dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> "Problem":
        return _adapter().validate_json(text)


_adapters: dict[type, TypeAdapter[Problem]] = {}


def _adapter() -> TypeAdapter[Problem]:
    if Problem not in _adapters:
        _adapters[Problem] = TypeAdapter(Problem)
    return _adapters[Problem]


def prepare() -> None:
    """Make the reader of problems, which takes longer than to read one."""
    _adapter()


def _by_creation(row: Any) -> tuple[Any, ...]:
    return (row.created_at or NEVER, row.id)


def _by_id(row: Any) -> tuple[Any, ...]:
    return (row.id,)


ORDERS: dict[str, Key] = {
    "shift_types": lambda row: (row.position, row.id),
    "staff": _by_creation,
    "groups": _by_creation,
    "backup_assignments": _by_creation,
    "memberships": lambda row: (row.group_id, row.staff_id, row.id),
    "work_limits": _by_id,
    "priority_rules": _by_id,
    "succession_rules": _by_id,
    "standing_rules": _by_id,
    "calendar_rules": lambda row: (row.date, row.id),
    "day_off_requests": lambda row: (row.date, row.id),
    "shifts": lambda row: (row.date, row.staff_id),
    "history": lambda row: (row.date, row.staff_id),
    "covers": lambda row: (row.date, row.group_id, row.staff_id),
}


def canonical(board: Board) -> Board:
    """The same board with its rows in the one order that does not depend on how they came."""
    ordered: dict[str, Any] = {
        name: tuple(sorted(getattr(board, name), key=key)) for name, key in ORDERS.items()
    }
    for name in ("past_cover_counts", "last_cover_dates"):
        ordered[name] = dict(sorted(getattr(board, name).items()))
    return replace(board, **ordered)


def _require_sense(problem: Problem) -> None:
    board, request = problem.board, problem.request
    if not 0 <= request.time_limit_seconds < math.inf:
        raise NonsenseProblem("request.time_limit_seconds: it must be a number from 0 on.")
    if not 0 <= request.good_enough_percent <= MOST_PERCENT:
        raise NonsenseProblem("request.good_enough_percent: it must be from 0 to 100.")
    if not board.staff:
        return
    if board.standard_type is None:
        raise NonsenseProblem("No shift type both works and can cover.")
    if board.rest_type is None:
        raise NonsenseProblem("No shift type rests a whole day.")
    _require_known(board)


def _require_known(board: Board) -> None:
    for name in OF_PEOPLE:
        unknown = {row.staff_id for row in getattr(board, name)} - board.people.keys()
        if unknown:
            listed = ", ".join(map(str, sorted(unknown)))
            raise NonsenseProblem(f"board.{name}: there is no staff member {listed}.")
    for name in ("shifts", "history"):
        types = {cell.shift_type for cell in getattr(board, name)} - board.types.keys()
        if types:
            listed = ", ".join(sorted(types))
            raise NonsenseProblem(f"board.{name}: there is no shift type {listed}.")

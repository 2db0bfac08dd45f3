"""Answers kept beside a board, and carried on to the board that an edit makes of it.

A kept function may look at settings (everything but cells and covers of the schedule) and beside
them only at what its mark names: one day, one person's row, or both. An edit then drops the answers
about the days and people that it touched, and only those.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from domain.ids import StaffId

if TYPE_CHECKING:
    from domain.schedules import Board

Answer = TypeVar("Answer")
More = ParamSpec("More")
Answers = dict[tuple[object, ...], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Answers by what they depend on; the inner ones are shared by boards that agree there."""

    settings: Answers = field(default_factory=dict)
    days: dict[date, Answers] = field(default_factory=dict)
    rows: dict[StaffId, Answers] = field(default_factory=dict)
    cells: dict[tuple[StaffId, date], Answers] = field(default_factory=dict)

    def without(self, people: Collection[StaffId], days: Collection[date]) -> "Kept":
        """What still holds when cells or covers of these people on these days have changed.

        Copies are walked, since another thread may be answering something meanwhile.
        """
        return Kept(
            settings=self.settings,
            days={day: found for day, found in self.days.copy().items() if day not in days},
            rows={who: found for who, found in self.rows.copy().items() if who not in people},
            cells={
                key: found
                for key, found in self.cells.copy().items()
                if key[0] not in people and key[1] not in days
            },
        )


def once_per_setting(
    judge: Callable[Concatenate["Board", More], Answer],
) -> Callable[Concatenate["Board", More], Answer]:
    """For answers that depend on no cell and no cover of the schedule."""

    @wraps(judge)
    def kept(board: "Board", /, *more: More.args, **_: More.kwargs) -> Answer:
        return _answer(board.kept.settings, judge, board, *more)

    return kept


def once_per_day(
    judge: Callable[Concatenate["Board", date, More], Answer],
) -> Callable[Concatenate["Board", date, More], Answer]:
    """For answers that depend on the cells and covers of one day."""

    @wraps(judge)
    def kept(board: "Board", day: date, /, *more: More.args, **_: More.kwargs) -> Answer:
        return _answer(board.kept.days.setdefault(day, {}), judge, board, day, *more)

    return kept


def once_per_row(
    judge: Callable[Concatenate["Board", StaffId, More], Answer],
) -> Callable[Concatenate["Board", StaffId, More], Answer]:
    """For answers that depend on one person's cells and the covers that they hold."""

    @wraps(judge)
    def kept(board: "Board", staff_id: StaffId, /, *more: More.args, **_: More.kwargs) -> Answer:
        return _answer(board.kept.rows.setdefault(staff_id, {}), judge, board, staff_id, *more)

    return kept


def once_per_cell(
    judge: Callable[Concatenate["Board", StaffId, date, More], Answer],
) -> Callable[Concatenate["Board", StaffId, date, More], Answer]:
    """For answers that depend on one person's row and on one day."""

    @wraps(judge)
    def kept(
        board: "Board", staff_id: StaffId, day: date, /, *more: More.args, **_: More.kwargs
    ) -> Answer:
        answers = board.kept.cells.setdefault((staff_id, day), {})
        return _answer(answers, judge, board, staff_id, day, *more)

    return kept


def _answer(answers: Answers, judge: Callable[..., Answer], board: "Board", *asked: Any) -> Answer:
    key = (judge, *asked)
    if key not in answers:
        answers[key] = judge(board, *asked)
    return cast("Answer", answers[key])

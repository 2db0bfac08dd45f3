"""Where work limits are broken as a board stands: by person, by day, and all together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from domain.ids import StaffId
from domain.kept import once_per_day, once_per_row, once_per_setting
from domain.limit_runs import RunScope, run_breaches, run_scopes
from domain.limit_units import Counts, counts
from domain.limits import (
    Breach,
    Lookup,
    Span,
    lookup_of,
    people_in_scope,
    span_breach,
    spans,
)
from domain.rules import LimitWindow, WorkLimit
from domain.schedules import Board


def breaches(board: Board, limit: WorkLimit) -> tuple[Breach, ...]:
    """Each window or run outside its bounds as the board stands; unset cells count for nothing."""
    if limit.window is LimitWindow.DAY:
        return tuple(b for day in board.open_days for b in breaches_on(board, day, limit))
    people = people_in_scope(board, limit)
    return tuple(b for person in people for b in breaches_of(board, person.id, limit))


@once_per_day
def breaches_on(board: Board, day: date, limit: WorkLimit) -> tuple[Breach, ...]:
    """The breach of a limit that counts everybody on one day."""
    if limit.window is not LimitWindow.DAY:
        return ()
    found = (span for span in spans(board, limit) if span.day == day)
    return _broken(found, counts(board, limit), lookup_of(board))


@once_per_row
def breaches_of(board: Board, staff_id: StaffId, limit: WorkLimit) -> tuple[Breach, ...]:
    """The windows and runs of one person that are outside a limit."""
    windows = windows_of_people(board, limit)
    lookup = lookup_of(board)
    found = _broken(windows.spans.get(staff_id, ()), counts(board, limit), lookup)
    scope = windows.runs.get(staff_id)
    return found if scope is None else (*found, *run_breaches(scope, lookup))


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowsOfPeople:
    spans: dict[StaffId, tuple[Span, ...]]
    runs: dict[StaffId, RunScope]


@once_per_setting
def windows_of_people(board: Board, limit: WorkLimit) -> WindowsOfPeople:
    """The windows and runs to count in, by person; those of DAY are nobody's."""
    found: dict[StaffId, list[Span]] = {}
    for span in spans(board, limit):
        if span.staff_id is not None:
            found.setdefault(span.staff_id, []).append(span)
    return WindowsOfPeople(
        spans={staff_id: tuple(rows) for staff_id, rows in found.items()},
        runs={scope.staff_id: scope for scope in run_scopes(board, limit)},
    )


def _broken(found: Iterable[Span], counted: Counts, lookup: Lookup) -> tuple[Breach, ...]:
    judged = (span_breach(span, counted, lookup) for span in found)
    return tuple(breach for breach in judged if breach is not None)

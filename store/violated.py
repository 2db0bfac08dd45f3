"""What the database says no to, in the words and codes that the domain uses."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from domain.refusals import (
    ConflictRefusal,
    Refusal,
    UnavailableRefusal,
    ValidationRefusal,
    not_found,
)

TRY_AGAIN: Final = "TRY_AGAIN"
"""The code of a refusal after which the same transaction, done again, may well succeed."""

_FOREIGN: Final = {
    "staff": "staff member",
    "staff_groups": "group",
    "shift_types": "shift type",
    "from_type": "shift type",
    "to_type": "shift type",
    "configuration_versions": "configuration version",
    "backup_assignments": "backup assignment",
    "schedules": "schedule",
    "restaurants": "restaurant",
}


def _invalid(code: str, message: str, *path: str) -> Callable[[], Refusal]:
    return lambda: ValidationRefusal(code=code, message=message, path=path)


def _conflict(code: str, message: str, *path: str) -> Callable[[], Refusal]:
    return lambda: ConflictRefusal(code=code, message=message, path=path)


_NAMED: Final[dict[str, Callable[[], Refusal]]] = {
    "backup_assignments_no_overlap": _invalid(
        "EFFECTIVE_PERIODS_OVERLAP",
        "This person backs this group up in part of that time already; change the dates.",
        "effectiveFrom",
    ),
    "group_memberships_no_overlap": _invalid(
        "DUPLICATE", "Somebody is named twice as a member of this group at one time.", "memberIds"
    ),
    "shift_types_code_once": _invalid(
        "DUPLICATE", "There is a shift type with this code; choose another.", "code"
    ),
    "succession_rules_once": _invalid(
        "DUPLICATE", "There is a rule for these two shift types; edit that one.", "fromType"
    ),
    "standing_rules_once": _invalid(
        "DUPLICATE", "This rule is in force already; edit that one.", "kind"
    ),
    "calendar_rules_once": _invalid(
        "DUPLICATE", "There is a rule of this kind for this date; edit that one.", "date"
    ),
    "calendar_rules_no_contradiction": _invalid(
        "CALENDAR_CONTRADICTION",
        "A date cannot be both closed and a day on which all must work; delete the other rule.",
        "date",
    ),
    "day_off_requests_once": _invalid(
        "DUPLICATE", "This day off has been asked for already.", "date"
    ),
    "schedules_no_published_overlap": _conflict(
        "SCHEDULE_OVERLAPS",
        "Another published schedule holds some of these dates; a date is published once.",
        "scheduleId",
    ),
    "schedules_days_bounds": _invalid(
        "SCHEDULE_LENGTH", "A schedule has 1 to 366 days; choose another end.", "end"
    ),
    "generation_runs_one_active": _conflict(
        "RUN_IN_PROGRESS",
        "This schedule is being generated; wait for that run or cancel it.",
        "scheduleId",
    ),
    "configuration_versions_one_active": _conflict(
        "CONFIGURATION_ACTIVATED", "Another version has been activated meanwhile; look again."
    ),
    "configuration_versions_number_once": _conflict(
        "DUPLICATE", "A version with this number has been made meanwhile; do it again."
    ),
    "backup_assignments_priority_order_bounds": _invalid(
        "PRIORITY_ORDER_TOO_SMALL", "The priority order is 1 or more.", "priorityOrder"
    ),
    "shift_assignments_pinned_set": _invalid(
        "PIN_WITHOUT_SHIFT", "A cleared cell cannot be pinned; name a shift type.", "shifts"
    ),
}


def refusal_for(error: DBAPIError) -> Refusal | None:
    """What a database error means to the caller; None for what should never happen."""
    cause = _cause(error)
    state: str = getattr(cause, "sqlstate", None) or ""
    constraint: str = getattr(cause, "constraint_name", None) or ""
    table: str = getattr(cause, "table_name", None) or ""
    if state.startswith("23"):
        return _broken(state, constraint, table)
    if state == "21000":
        return ValidationRefusal(code="DUPLICATE", message="The input names one thing twice.")
    if state in ("40001", "40P01"):
        return UnavailableRefusal(code=TRY_AGAIN, message="Others wrote the same; do it again.")
    if state in ("55P03", "57014"):
        return UnavailableRefusal(
            code="DATABASE_BUSY", message="The database took too long; try again in a moment."
        )
    if state.startswith("22"):
        return ValidationRefusal(
            code="UNREADABLE_VALUE", message="A text or number in the input cannot be stored."
        )
    return _away() if error.connection_invalidated or _is_connection_state(state) else None


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the body's database calls raise into refusals, where there is one."""
    try:
        yield
    except DBAPIError as error:
        refusal = refusal_for(error)
        if refusal is None:
            raise
        raise refusal from error


_UNREACHED = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


@contextmanager
def reaching() -> Iterator[None]:
    """The same for making a connection, whose errors come as the driver and system raise them."""
    try:
        yield
    except (*_UNREACHED, DBAPIError, PoolTimeoutError) as error:
        raise _away() from error


def _cause(error: DBAPIError) -> BaseException | None:
    """The driver's own error, which names the constraint; the dialect's wrapper does not."""
    found: BaseException | None = error.orig
    while found is not None and not isinstance(found, asyncpg.PostgresError):
        found = found.__cause__
    return found or error.orig


def _broken(state: str, constraint: str, table: str) -> Refusal | None:
    if constraint in _NAMED:
        return _NAMED[constraint]()
    bare = constraint.removeprefix(f"{table}_")
    if state == "23503":
        what = _FOREIGN.get(bare.removesuffix("_fkey"))
        return not_found(what) if what else None
    if state == "23514":
        return _out_of_bounds(bare)
    return None


def _out_of_bounds(check: str) -> Refusal:
    if check == "effective_period":
        return ValidationRefusal(
            code="FROM_AFTER_UNTIL",
            message="The first day lies after the last; exchange them.",
            path=("effectiveFrom",),
        )
    if check.endswith("_length"):
        field = check.removesuffix("_length")
        return ValidationRefusal(
            code="TEXT_LENGTH",
            message=f"The {field.replace('_', ' ')} is empty or too long.",
            path=(field,),
        )
    return ValidationRefusal(
        code="OUT_OF_BOUNDS",
        message=f"The input lies outside what is allowed ({check.replace('_', ' ')}).",
    )


def _is_connection_state(state: str) -> bool:
    return state.startswith(("08", "53", "57P"))


def _away() -> Refusal:
    return UnavailableRefusal(
        code="DATABASE_UNAVAILABLE",
        message="The database cannot be reached for the moment; try again.",
    )

"""The scalars beyond those of GraphQL: local dates, instants, whole rows as JSON."""

import re
from datetime import date, datetime
from typing import NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

JSON = NewType("JSON", object)
Day = date
"""The type of a field that is itself called `date`."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def parse_date(value: object) -> date:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise GraphQLError("Date: there is no such day.") from None
    raise GraphQLError("Date must be text of the form YYYY-MM-DD.")


def parse_instant(value: object) -> datetime:
    instant = _instant(value)
    if instant is None or instant.tzinfo is None:
        raise GraphQLError("DateTime must be text of the form 2025-01-15T09:30:00+09:00.")
    return instant


def _instant(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _refuse_input(value: object) -> object:
    raise GraphQLError(f"JSON is for answers only, not for input ({type(value).__name__}).")


SCALARS: dict[object, ScalarDefinition] = {
    date: strawberry.scalar(
        name="Date",
        description=(
            "A day on the restaurant's own calendar, YYYY-MM-DD. It has no time and no zone: do "
            "not turn it into an instant."
        ),
        specified_by_url="https://scalars.graphql.org/andimarek/local-date",
        serialize=date.isoformat,
        parse_value=parse_date,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant, in ISO 8601 with an offset: 2025-01-15T00:30:00+00:00.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=datetime.isoformat,
        parse_value=parse_instant,
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value; used for whole rows in the change log, never for input.",
        serialize=lambda value: value,
        parse_value=_refuse_input,
    ),
}

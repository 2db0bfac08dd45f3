"""Domain values as JSON objects and back: the log, kept results and nested columns use it."""

from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

V = TypeVar("V")


@cache
def _made(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def adapter(kind: Any) -> TypeAdapter[Any]:
    """The translator of one dataclass, or of a list of them; made once, for it is costly."""
    made: TypeAdapter[Any] = _made(kind)
    return made


def to_row(value: object) -> dict[str, object]:
    """The value as a JSON object: dates and instants as ISO text, tuples as lists."""
    return cast("dict[str, object]", adapter(type(value)).dump_python(value, mode="json"))


def from_row(cls: type[V], data: object) -> V:
    """The value that `to_row`, or a row of its table, says; unknown keys are passed over."""
    return cast("V", adapter(cls).validate_python(data))

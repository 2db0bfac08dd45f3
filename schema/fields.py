"""Field functions with their description, typed for the type checker."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import strawberry

F = TypeVar("F", bound=Callable[..., Any])


def described(description: str, *, name: str | None = None) -> Callable[[F], F]:
    """Make a method the resolver of a field."""
    return cast("Callable[[F], F]", strawberry.field(description=description, name=name))

"""Expected answers of "no": six kinds, each with a stable code, a message and a field.

A refusal rolls the operation back; the border turns it into a `Problem`.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(kw_only=True)
class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """`message` names the field and the way out; `path` leads to the field in the input."""

    code: str
    message: str
    path: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


@dataclass(kw_only=True)
class ValidationRefusal(Refusal):
    """The input itself cannot be accepted."""


@dataclass(kw_only=True)
class NotFoundRefusal(Refusal):
    """There is no such thing, or none that this caller may know of."""

    code: str = "NOT_FOUND"


@dataclass(kw_only=True)
class ConflictRefusal(Refusal):
    """What stands now contradicts the input; `current` holds the domain values that stand."""

    current: tuple[object, ...] = ()


@dataclass(kw_only=True)
class ForbiddenRefusal(Refusal):
    """The caller may see it and may not do this."""

    code: str = "FORBIDDEN"


@dataclass(kw_only=True)
class LockedRefusal(Refusal):
    """A locked configuration version refuses edits."""

    code: str = "CONFIGURATION_LOCKED"


@dataclass(kw_only=True)
class UnavailableRefusal(Refusal):
    """Something that the operation needs is away for the moment; the same call may work later."""

    code: str = "UNAVAILABLE"


def not_found(what: str, path: Sequence[str] = ()) -> NotFoundRefusal:
    return NotFoundRefusal(message=f"There is no such {what}.", path=tuple(path))

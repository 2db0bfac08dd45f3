"""Refusals as the client sees them: one interface, six types, one handler for each."""

import strawberry
from strawberry.utils.str_converters import to_camel_case

from domain.refusals import (
    ConflictRefusal,
    ForbiddenRefusal,
    LockedRefusal,
    NotFoundRefusal,
    Refusal,
    UnavailableRefusal,
    ValidationRefusal,
)
from schema.nodes import Node, as_node


@strawberry.interface(
    description=(
        "An expected no. Nothing was written, no revision was taken, nobody was told. "
        "Switch on `code`; show `message`."
    )
)
class Problem:
    code: str = strawberry.field(description="Stable, in capitals; the same cause, the same code.")
    message: str = strawberry.field(description="A sentence for people, with the way out.")
    path: list[str] = strawberry.field(
        description='The field of the input that it is about, as ["input", "effectiveFrom"]; or [].'
    )


@strawberry.type(description="The input itself cannot be accepted; change it and try again.")
class ValidationProblem(Problem):
    """The input was refused."""


@strawberry.type(
    description=(
        "There is no such thing, or none that you may know of: ids of other restaurants, "
        "of nothing, and unreadable ones answer alike."
    )
)
class NotFoundProblem(Problem):
    """No such thing for this caller."""


@strawberry.type(
    description="What stands now contradicts the input. Show `current`, then let people decide."
)
class ConflictProblem(Problem):
    current: list[Node] = strawberry.field(
        description="What stands now, newest state; empty where nothing can be shown."
    )


@strawberry.type(description="You may see it and may not do this; somebody with more rights may.")
class ForbiddenProblem(Problem):
    """The role does not allow it."""


@strawberry.type(description="The configuration version is locked; copy it and edit the copy.")
class LockedProblem(Problem):
    """The configuration version refuses edits."""


@strawberry.type(description="Something needed is away for a moment; the same call may work later.")
class UnavailableProblem(Problem):
    """A part is away for the moment."""


AnyProblem = (
    ValidationProblem
    | NotFoundProblem
    | ConflictProblem
    | ForbiddenProblem
    | LockedProblem
    | UnavailableProblem
)


ARGUMENTS = frozenset({"input", "changes"})


def input_path(refusal: Refusal) -> list[str]:
    """Where in the arguments the refused field is; a mutation's argument is always `input`."""
    path = argument_path(refusal)
    return path if not path or path[0] in ARGUMENTS else ["input", *path]


def argument_path(refusal: Refusal) -> list[str]:
    """The same for queries and subscriptions, whose fields are arguments themselves."""
    return [to_camel_case(step) for step in refusal.path]


class OnRefusal:
    """Makes refusals of one kind the members of unions that are their problems."""

    def __init__(self, exception_type: type[Refusal], error_type: type[Problem]) -> None:
        self.exception_type = exception_type
        self.error_type = error_type

    def handle(self, exception: Refusal, *, field: object, info: object) -> Problem:  # noqa: ARG002
        return self.error_type(
            code=exception.code, message=exception.message, path=input_path(exception)
        )


IDS_IN_MESSAGE = frozenset({"COVER_PINNED", "CELL_PINNED"})


class OnConflict(OnRefusal):
    """A conflict also shows what stands now; two that lock each other are named by their ids."""

    def handle(self, exception: Refusal, *, field: object, info: object) -> Problem:  # noqa: ARG002
        standing = exception.current if isinstance(exception, ConflictRefusal) else ()
        nodes = [as_node(value) for value in standing]
        ids = ", ".join(f"{type(node).__name__} {node.id}" for node in nodes)
        named = f" ({ids})" if exception.code in IDS_IN_MESSAGE else ""
        return ConflictProblem(
            code=exception.code,
            message=exception.message + named,
            path=input_path(exception),
            current=nodes,
        )


EXCEPTION_HANDLERS = (
    OnRefusal(ValidationRefusal, ValidationProblem),
    OnRefusal(NotFoundRefusal, NotFoundProblem),
    OnConflict(ConflictRefusal, ConflictProblem),
    OnRefusal(ForbiddenRefusal, ForbiddenProblem),
    OnRefusal(LockedRefusal, LockedProblem),
    OnRefusal(UnavailableRefusal, UnavailableProblem),
)

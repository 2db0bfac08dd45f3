"""What every input has in common: idempotency key, revision check, omitted against null."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from enum import Enum
from typing import Any, TypeVar

import strawberry
from strawberry.utils.str_converters import to_camel_case

from domain.access import Caller
from domain.refusals import ValidationRefusal
from resolvers.texts import key_of
from resolvers.transaction import Intent, Transactions
from schema.context import Info

THE_INPUT = strawberry.argument(description="What to write.")
THE_ID = strawberry.argument(description="The global id.")

V = TypeVar("V")

_HOW = frozenset({"client_mutation_id", "expected_revision"})


@strawberry.input(description="What every input has.")
class MutationInput:
    client_mutation_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            "An idempotency key of your choice, kept for 24 hours: the same key with the same "
            "input answers the first result again and writes nothing."
        ),
    )


@strawberry.input(description="What every input that edits has.")
class EditInput(MutationInput):
    expected_revision: int | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            "The revision at which you last saw what this edits. If it has changed since, "
            "nothing is written and the answer is a ConflictProblem with what stands now."
        ),
    )


def intent_of(operation: str, sent: MutationInput) -> Intent:
    """What the caller means to do, with a hash that is equal for equal inputs."""
    key = sent.client_mutation_id or None
    expected = getattr(sent, "expected_revision", None)
    return Intent(
        operation=operation,
        input_hash=_hash(sent),
        client_mutation_id=key_of(key) if key else None,
        expected_revision=None if expected is strawberry.UNSET else expected,
    )


def changes_of(
    sent: object, *, nullable: frozenset[str] = frozenset(), leave: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """The fields that an input sets, by name; an omitted field is untouched, null clears.

    Raises ValidationRefusal where null is given for a field that cannot be empty.
    """
    skipped = _HOW | leave | {"id"}
    changes = {k: _fixed(v) for k, v in set_fields(sent).items() if k not in skipped}
    for name, value in changes.items():
        if value is None and name not in nullable:
            raise ValidationRefusal(
                code="NULL_NOT_ALLOWED",
                message=f"{to_camel_case(name)} cannot be empty; leave it out to keep it as it is.",
                path=(name,),
            )
    return changes


def set_fields(sent: object) -> dict[str, Any]:
    """The fields of an input that the client has given, null included."""
    named = ((f.name, getattr(sent, f.name)) for f in fields(sent))  # type: ignore[arg-type]
    return {name: value for name, value in named if value is not strawberry.UNSET}


def given(value: V | None, default: V) -> V:
    """The value that the client sent; the default for an omitted field and for null."""
    return default if value is None or value is strawberry.UNSET else value


def asking(info: Info, operation: str, sent: MutationInput) -> tuple[Transactions, Caller, Intent]:
    """What every operation of the resolvers begins with: the way in, who asks, what is meant."""
    return info.context.transactions, info.context.caller, intent_of(operation, sent)


def _hash(sent: MutationInput) -> str:
    plain = _plain(sent)
    plain.pop("client_mutation_id", None)
    text = json.dumps(plain, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _fixed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    if hasattr(value, "__strawberry_definition__") and not isinstance(value, Enum):
        return {name: _plain(v) for name, v in set_fields(value).items()}
    if isinstance(value, Mapping):
        return {name: _plain(v) for name, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value

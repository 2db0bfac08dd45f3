"""What every operation passes: limits before it runs, masking after it."""

import logging
import re
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import MaskErrors, SchemaExtension
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from domain.refusals import Refusal
from schema.measures import check
from schema.problems import argument_path

LONGEST_DOCUMENT = 20_000
MOST_TOKENS = 2_000

_log = logging.getLogger("understudy.schema")
_suggestion = re.compile(r" Did you mean .*\?\s*$", re.DOTALL)


class QuietSchema(strawberry.Schema):
    """Errors are logged where they are masked, once, with the reference that clients see."""

    async def execute(self, *given: Any, **named: Any) -> ExecutionResult:
        """Answer once; a subscription is refused here, for only a stream can carry its events."""
        allowed = named.get("allowed_operation_types") or OperationType
        named["allowed_operation_types"] = set(allowed) - {OperationType.SUBSCRIPTION}
        return await super().execute(*given, **named)

    def process_errors(self, errors: list[GraphQLError], execution_context: object = None) -> None:  # noqa: ARG002
        _log.debug("%d errors in one answer", len(errors))


class Limits(SchemaExtension):
    """Refuses documents that are too large, before they cost anything."""

    def on_operation(self) -> Iterator[None]:
        options = self.execution_context.parse_options
        options["max_tokens"] = MOST_TOKENS
        options["max_source_length"] = LONGEST_DOCUMENT  # type: ignore[typeddict-unknown-key]
        yield

    def on_validate(self) -> Iterator[None]:
        execution = self.execution_context
        is_judged = execution.pre_execution_errors is not None
        if execution.graphql_document is not None and not is_judged:
            try:
                check(
                    execution.graphql_document,
                    execution.schema._schema,  # noqa: SLF001 - strawberry offers no other way
                    is_production=_is_production(execution.context),
                )
            except GraphQLError as refusal:
                execution.pre_execution_errors = [refusal]
        yield


class SnapshotEnds(SchemaExtension):
    """Gives the operation's connection back, however the operation ends."""

    async def on_operation(self) -> AsyncIterator[None]:
        try:
            yield
        finally:
            if self.execution_context.context is not None:
                await self.execution_context.context.reads.end()


class Masking(MaskErrors):
    """Tells clients what they can act on; anything unexpected becomes a reference to the log."""

    def anonymise_error(self, error: GraphQLError) -> GraphQLError:
        original = error.original_error
        if isinstance(original, Refusal):
            return _shown(error, original.message, code=original.code, path=argument_path(original))
        if original is not None and not isinstance(original, GraphQLError):
            return _masked(error, original)
        if _is_production(self.execution_context.context):
            return _without_suggestion(error)
        return error


def _is_production(context: object) -> bool:
    return getattr(context, "is_production", True) is True


def _masked(error: GraphQLError, original: Exception) -> GraphQLError:
    reference = uuid.uuid4().hex
    _log.error("unexpected error, reference %s", reference, exc_info=original)
    return _shown(error, "Internal error", code="INTERNAL", reference=reference)


def _without_suggestion(error: GraphQLError) -> GraphQLError:
    plain = _suggestion.sub("", error.message)
    if plain == error.message:
        return error
    return _shown(error, plain, **(error.extensions or {}))


def _shown(error: GraphQLError, message: str, **extensions: object) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )


EXTENSIONS = (Limits, SnapshotEnds, Masking)

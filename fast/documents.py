"""Documents that were parsed, measured and found valid before are not judged again."""

from collections.abc import Iterator
from dataclasses import dataclass

from cachetools import LRUCache
from graphql import DocumentNode
from strawberry.extensions import SchemaExtension

MOST_CHARACTERS = 500_000  # a parsed document takes some fifty bytes for each of them


@dataclass(slots=True)
class _Known:
    document: DocumentNode
    characters: int
    is_valid: bool = False


# of this process: a document means the same to every operation, there being one schema
_known: LRUCache[tuple[str, bool], _Known] = LRUCache(MOST_CHARACTERS, lambda k: k.characters)


class Documents(SchemaExtension):
    """Stands before the limits and the validation, which pass over what is already judged."""

    def on_parse(self) -> Iterator[None]:
        execution = self.execution_context
        found = self._find()
        if found is not None:
            execution.graphql_document = found.document
        yield
        if found is None and _is_fast(execution.context) and execution.graphql_document:
            query = execution.query or ""
            _known[self._key()] = _Known(execution.graphql_document, len(query))

    def on_validate(self) -> Iterator[None]:
        execution = self.execution_context
        found = self._find()
        if found is not None and found.is_valid:
            execution.pre_execution_errors = []
        yield
        if found is not None and not execution.pre_execution_errors:
            found.is_valid = True

    def _find(self) -> _Known | None:
        return _known.get(self._key()) if _is_fast(self.execution_context.context) else None

    def _key(self) -> tuple[str, bool]:
        """The limits differ between the profiles: what passes one may fail the other."""
        execution = self.execution_context
        return execution.query or "", execution.context.is_production


def valid_document(query: str, *, is_production: bool) -> DocumentNode | None:
    """The document of a text that has been found valid, if it is still known."""
    found = _known.get((query, is_production))
    return found.document if found is not None and found.is_valid else None


def _is_fast(context: object) -> bool:
    return getattr(context, "is_fast", False) is True

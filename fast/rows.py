"""Lists of plain rows, encoded column by column instead of field by field."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import repeat
from operator import attrgetter
from typing import Any

import orjson
from graphql import GraphQLList, GraphQLObjectType, get_named_type, is_non_null_type
from graphql.execution.collect_fields import FieldDetailsList
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from domain.schedules import Board
from fast.plain import FIELDS, Find, GlobalId, One, Own, Parts, Plain, Several
from fast.row_memo import RowMemo
from schema.listed import Listed
from schema.nodes import encode
from schema.references import FREE

LARGEST_INT = 2**31 - 1
Column = Callable[[Sequence[Any]], Iterable[bytes]]


_memo = RowMemo()


class NotPlain(Exception):  # noqa: N818 - no error: the interpreter answers instead
    """Something is asked for that only the interpreter can answer."""


class RowExecutor(StrawberryGraphQLCoreExecutionContext):
    """The interpreter, which hands lists of a board's rows over as encoded text where it can."""

    def complete_list_value(  # noqa: PLR0913, PLR0917 - graphql-core's form
        self,
        return_type: GraphQLList[Any],
        field_details_list: FieldDetailsList,
        info: Any,
        path: Any,
        result: Any,
        position_context: Any,
    ) -> Any:
        item_type: Any = get_named_type(return_type)
        is_row = isinstance(result, Listed) and isinstance(item_type, GraphQLObjectType)
        if is_row and self.context_value.is_fast:
            with suppress(NotPlain):
                return self._encoded(item_type, field_details_list, result)
        return super().complete_list_value(
            return_type, field_details_list, info, path, result, position_context
        )

    def _encoded(
        self, item_type: GraphQLObjectType, fields: FieldDetailsList, listed: Listed[Any]
    ) -> orjson.Fragment:
        rows = _Rows(self, listed.board)
        selection = rows.selection(item_type, fields)

        def encode_new(new: Sequence[Any]) -> Iterable[bytes]:
            return rows.of(item_type, fields)(new)

        return orjson.Fragment(
            _memo.encoded(selection, listed.board, listed.values, encode_new),
        )


class _Rows:
    """Makes a function from rows to their JSON for each selection on a board's rows."""

    def __init__(self, executor: RowExecutor, board: Board) -> None:
        self._executor = executor
        self._board = board

    def of(self, kind: GraphQLObjectType, fields: FieldDetailsList) -> Column:
        selected = self._executor.collect_subfields(kind, fields).grouped_field_set
        names = [orjson.dumps(name).replace(b"%", b"%%") + b":%b" for name in selected]
        form = b"{" + b",".join(names) + b"}"
        columns = [self._column(kind, details) for details in selected.values()]
        return lambda rows: [form % row for row in zip(*(c(rows) for c in columns), strict=True)]

    def selection(self, kind: GraphQLObjectType, fields: FieldDetailsList) -> tuple[object, ...]:
        """What is asked of a row, as a value: equal for equal answers."""
        selected = self._executor.collect_subfields(kind, fields).grouped_field_set
        return kind.name, *(
            (name, details[0].node.name.value, self._below(kind, details))
            for name, details in selected.items()
        )

    def _below(self, kind: GraphQLObjectType, fields: FieldDetailsList) -> object:
        node = fields[0].node
        if node.selection_set is None:
            return None
        return self.selection(get_named_type(kind.fields[node.name.value].type), fields)

    def _column(self, kind: GraphQLObjectType, fields: FieldDetailsList) -> Column:
        node = fields[0].node
        if node.name.value == "__typename":
            name = orjson.dumps(kind.name)
            return lambda rows: repeat(name, len(rows))
        plain = FIELDS.get(kind.name, {}).get(node.name.value)
        if plain is None:
            raise NotPlain
        own_type = kind.fields[node.name.value].type
        encoded = _Encoded(self._value(kind, plain, own_type, fields))
        if not is_non_null_type(own_type):
            encoded[None] = b"null"
        read = attrgetter(plain.attribute)
        return lambda rows: map(encoded.__getitem__, map(read, rows))

    def _value(
        self, kind: GraphQLObjectType, plain: Plain, own_type: Any, fields: FieldDetailsList
    ) -> Callable[[Any], bytes]:
        """The function from what the attribute holds to its JSON."""
        named = get_named_type(own_type)
        match plain:
            case Own():
                return _scalar
            case GlobalId():
                return lambda key: orjson.dumps(encode(kind.name, key))
            case Parts():
                parts = self.of(named, fields)
                return lambda values: _array(parts(values))
            case One():
                return self._referred(named, plain, fields)
            case Several():
                one = self._referred(named, plain, fields)
                return lambda keys: _array(map(one, keys))

    def _referred(
        self, kind: GraphQLObjectType, plain: One | Several, fields: FieldDetailsList
    ) -> Callable[[Any], bytes]:
        rows = self.of(kind, fields)
        selected = self._executor.collect_subfields(kind, fields).grouped_field_set
        if {details[0].node.name.value for details in selected.values()} <= FREE:
            return lambda key: _only(rows([_Bare(key)]))
        if plain.find is None:
            raise NotPlain
        find = plain.find
        return lambda key: _only(rows([_found(find, self._board, key)]))


@dataclass(frozen=True, slots=True)
class _Bare:
    """A row of which nothing but the id is asked."""

    id: int


class _Encoded(dict[Hashable, bytes]):
    """The JSON of each value that a column holds, made once a list."""

    def __init__(self, encode_one: Callable[[Any], bytes]) -> None:
        super().__init__()
        self._encode_one = encode_one

    def __missing__(self, value: Hashable) -> bytes:
        encoded = self[value] = self._encode_one(value)
        return encoded


def _scalar(value: Any) -> bytes:
    if value is None or (isinstance(value, int) and abs(value) > LARGEST_INT):
        raise NotPlain
    return orjson.dumps(value)


def _found(find: Find, board: Board, key: Any) -> Any:
    try:
        return find(board, key)
    except KeyError:
        raise NotPlain from None


def _array(parts: Iterable[bytes]) -> bytes:
    return b"[" + b",".join(parts) + b"]"


def _only(rows: Iterable[bytes]) -> bytes:
    (row,) = rows
    return row

"""How large a document is: one pass in which each fragment is measured once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from schema.nodes import coded

DEEPEST = 10
DEEPEST_INTROSPECTION = 20
MOST_STEPS = 60
MOST_ALIASES = 30
MOST_DIRECTIVES = 50
MOST_DIRECTIVES_OF_ONE = 5
HIGHEST_COST = 50_000
LIST_FACTOR = 8
INTROSPECTION = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True)
class Size:
    """`cost` counts fields; what stands below a list counts `LIST_FACTOR` times."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    cost: int = 0

    def __add__(self, other: "Size") -> "Size":
        return Size(
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.cost + other.cost,
        )


def check(document: DocumentNode, schema: GraphQLSchema, *, is_production: bool) -> None:
    """Raise a coded error when any operation of the document is larger than is served.

    Linear in the document, whatever its fragments do: it runs before validation, on documents
    that may be nonsense, and leaves nonsense to validation.
    """
    measure = _Measure(document, schema, is_production=is_production)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            _refuse_larger(measure.of_operation(definition))


def _refuse_larger(size: Size) -> None:
    if size.depth > DEEPEST:
        raise coded("TOO_DEEP", f"Fields may be nested {DEEPEST} deep at most.")
    if size.aliases > MOST_ALIASES:
        raise coded("TOO_MANY_ALIASES", f"A document may have {MOST_ALIASES} aliases at most.")
    if size.directives > MOST_DIRECTIVES:
        raise coded("TOO_MANY_DIRECTIVES", f"At most {MOST_DIRECTIVES} directives are allowed.")
    if size.cost > HIGHEST_COST:
        raise coded("TOO_COSTLY", "This asks for too many lists inside lists; ask in parts.")


class _Measure:
    """Sizes of one document; a fragment that is spread a thousand times is walked once."""

    def __init__(
        self, document: DocumentNode, schema: GraphQLSchema, *, is_production: bool
    ) -> None:
        self._schema = schema
        self._is_production = is_production
        self._fragments = {
            d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
        }
        self._sizes: dict[str, Size] = {}
        self._steps = 0

    def of_operation(self, operation: OperationDefinitionNode) -> Size:
        root = self._schema.get_root_type(operation.operation)
        return self._of_all(operation.selection_set.selections, root) + _decorations(operation)

    def _of_all(self, selections: Sequence[SelectionNode], parent: GraphQLNamedType | None) -> Size:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise coded("TOO_DEEP", "Fields and fragments are nested too deep.")
        total = Size()
        for selection in selections:
            total += self._of_one(selection, parent) + _decorations(selection)
        self._steps -= 1
        return total

    def _of_one(self, selection: SelectionNode, parent: GraphQLNamedType | None) -> Size:
        if isinstance(selection, FieldNode):
            return self._of_field(selection, parent)
        if isinstance(selection, FragmentSpreadNode):
            return self._of_fragment(selection.name.value)
        if isinstance(selection, InlineFragmentNode):
            named = selection.type_condition
            narrowed = self._schema.type_map.get(named.name.value) if named else parent
            return self._of_all(selection.selection_set.selections, narrowed)
        return Size()

    def _of_fragment(self, name: str) -> Size:
        fragment = self._fragments.get(name)
        if fragment is None:
            return Size()
        if name not in self._sizes:
            # Where a fragment spreads itself, the inner spread counts nothing.
            self._sizes[name] = Size()
            condition = self._schema.type_map.get(fragment.type_condition.name.value)
            self._sizes[name] = self._of_all(fragment.selection_set.selections, condition)
        return self._sizes[name]

    def _of_field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Size:
        name = node.name.value
        own = Size(aliases=int(node.alias is not None and name != "__typename"))
        if name in INTROSPECTION:
            return own + self._of_introspection(node)
        field = _field_of(parent, name)
        below = self._of_below(node, None if field is None else get_named_type(field.type))
        factor = LIST_FACTOR if field is not None and _is_list(field) else 1
        return own + Size(below.depth + 1, below.aliases, below.directives, 1 + factor * below.cost)

    def _of_introspection(self, node: FieldNode) -> Size:
        if self._is_production:
            raise coded("INTROSPECTION_REFUSED", "Introspection is off; use the published schema.")
        below = self._of_below(node, None)
        if below.depth > DEEPEST_INTROSPECTION:
            raise coded("TOO_DEEP", "Introspection is nested too deep.")
        return Size(1, below.aliases, below.directives, 1 + below.cost)

    def _of_below(self, node: FieldNode, parent: GraphQLNamedType | None) -> Size:
        return self._of_all(node.selection_set.selections, parent) if node.selection_set else Size()


def _field_of(parent: GraphQLNamedType | None, name: str) -> GraphQLField | None:
    if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
        found: GraphQLField | None = parent.fields.get(name)
        return found
    return None


def _is_list(field: GraphQLField) -> bool:
    return is_list_type(get_nullable_type(field.type))


def _decorations(node: Any) -> Size:
    directives: Sequence[DirectiveNode] = node.directives or ()
    if len(directives) > MOST_DIRECTIVES_OF_ONE:
        raise coded(
            "TOO_MANY_DIRECTIVES",
            f"At most {MOST_DIRECTIVES_OF_ONE} directives stand in one place.",
        )
    return Size(directives=len(directives))

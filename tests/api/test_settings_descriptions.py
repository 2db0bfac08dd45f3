"""Front-end developers read the schema in their editor: everything in it says what it is."""

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    build_schema,
    is_introspection_type,
    is_specified_scalar_type,
)

from schema.printing import sdl


def _undescribed(kind: GraphQLNamedType) -> list[str]:
    found = [] if kind.description else [kind.name]
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in kind.fields.items():
            found += [] if field.description else [f"{kind.name}.{name}"]
            found += [
                f"{kind.name}.{name}({a})" for a, x in field.args.items() if not x.description
            ]
    if isinstance(kind, GraphQLInputObjectType):
        found += [f"{kind.name}.{n}" for n, field in kind.fields.items() if not field.description]
    if isinstance(kind, GraphQLEnumType):
        found += [f"{kind.name}.{n}" for n, value in kind.values.items() if not value.description]
    return found


def test_every_type_field_argument_input_and_value_is_described():
    kinds = build_schema(sdl()).type_map.values()
    own = [k for k in kinds if not is_introspection_type(k) and not is_specified_scalar_type(k)]
    assert [name for kind in own for name in _undescribed(kind)] == []


def test_every_type_with_an_id_is_a_node():
    kinds = build_schema(sdl()).type_map.values()
    with_id = [k for k in kinds if isinstance(k, GraphQLObjectType) and "id" in k.fields]
    bare = {k.name for k in with_id if "Node" not in {i.name for i in k.interfaces}}
    assert bare <= {"Actor"}


def test_dates_name_their_specification():
    assert "scalar Date @specifiedBy" in sdl()

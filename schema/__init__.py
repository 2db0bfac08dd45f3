"""All GraphQL: types, inputs, descriptions and root fields on top of the operations."""

from schema import enums as _enums  # noqa: F401 - before any type is made of them

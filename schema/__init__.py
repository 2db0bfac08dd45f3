"""All GraphQL: types, inputs, descriptions and root fields on top of the operations."""

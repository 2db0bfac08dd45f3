"""The schema as text, as it is committed in schema.graphql beside this file."""

from pathlib import Path

from schema.root import schema

COMMITTED = Path(__file__).with_name("schema.graphql")


def sdl() -> str:
    """The schema in GraphQL's own language, with a newline at the end."""
    return schema.as_str().rstrip() + "\n"

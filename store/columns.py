"""The words in which the tables are written: columns and constraints that come again."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.schema import SchemaItem

from domain.rules import Level

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(referred_table_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "ck": "%(table_name)s_%(constraint_name)s",
    }
)

LONGEST_NAME = 200
LONGEST_TEXT = 2000


def is_one_of(column: str, values: Iterable[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} in ({listed})", name=f"{column.strip(chr(34))}_known")


def are_among(column: str, values: Iterable[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} <@ array[{listed}]", name=f"{column}_known")


def said(column: str, longest: int = LONGEST_NAME) -> CheckConstraint:
    """Not blank, and no longer than this."""
    return CheckConstraint(
        f"btrim({column}) <> '' and char_length({column}) <= {longest}", name=f"{column}_length"
    )


def at_most(column: str, longest: int = LONGEST_TEXT) -> CheckConstraint:
    return CheckConstraint(f"char_length({column}) <= {longest}", name=f"{column}_length")


def words(name: str) -> Column[Any]:
    return Column(name, Text, nullable=False)


def number(name: str) -> Column[Any]:
    return Column(name, BigInteger, nullable=False)


def count(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Integer, nullable=nullable)


def flag(name: str) -> Column[Any]:
    return Column(name, Boolean, nullable=False)


def list_of(name: str, of: Any = Text) -> Column[Any]:
    return Column(name, ARRAY(of), nullable=False)


def moment(name: str) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())


def refers(columns: str, table: str, keys: str, name: str | None = None) -> ForeignKeyConstraint:
    referred = [f"{table}.{key}" for key in keys.split()]
    return ForeignKeyConstraint(columns.split(), referred, name=name)


def of_restaurant(column: str, table: str) -> ForeignKeyConstraint:
    return refers(f"restaurant_id {column}", table, "restaurant_id id")


def of_type(column: str, name: str | None = None) -> ForeignKeyConstraint:
    return refers(f"restaurant_id {column}", "shift_types", "restaurant_id code", name)


def dated() -> tuple[SchemaItem, ...]:
    return (
        Column("effective_from", Date),
        Column("effective_until", Date),
        CheckConstraint("effective_from <= effective_until", name="effective_period"),
    )


def once(name: str, columns: str, where: str) -> Index:
    return Index(name, *columns.split(), unique=True, postgresql_where=text(where))


def never_at_once(
    name: str, numbers: str, first: str, last: str, where: str = "true"
) -> ExcludeConstraint:
    """No two rows with these numbers equal and overlapping dates, among those that meet `where`."""
    points = [(text(f"int8range({n}, {n}, '[]')"), "=") for n in numbers.split()]
    dates = text(f"daterange({first}, {last}, '[]')")
    return ExcludeConstraint(*points, (dates, "&&"), name=name, using="gist", where=text(where))


def owned(name: str, *items: SchemaItem) -> Table:
    """A table of things that belong to one restaurant."""
    return Table(
        name,
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        number("restaurant_id"),
        *items,
        number("revision"),
        moment("created_at"),
        moment("updated_at"),
        refers("restaurant_id", "restaurants", "id"),
        UniqueConstraint("restaurant_id", "id"),
    )


def setting(name: str, *items: SchemaItem) -> Table:
    """A table of things that belong to one version of a restaurant's settings."""
    return owned(
        name,
        number("configuration_id"),
        *items,
        flag("is_active"),
        of_restaurant("configuration_id", "configuration_versions"),
        Index(None, "configuration_id"),
    )


def weighed() -> tuple[SchemaItem, ...]:
    return count("weight"), CheckConstraint("weight between 1 and 1000", name="weight_bounds")


def levelled() -> tuple[SchemaItem, ...]:
    return words("level"), is_one_of("level", Level), *weighed()

"""The documents that clients send, word for word."""

from pathlib import Path

import pytest
from graphql import OperationDefinitionNode, build_schema, parse, validate

from schema.measures import check
from schema.printing import COMMITTED, sdl

HERE = Path(__file__).with_name("operations.graphql")
SHARED = Path(__file__).parents[3] / "shared" / "contract" / "operations.graphql"
TEXT = HERE.read_text(encoding="utf-8")
DOCUMENT = parse(TEXT)
OPERATIONS = [
    definition.name.value
    for definition in DOCUMENT.definitions
    if isinstance(definition, OperationDefinitionNode) and definition.name
]


def test_the_copy_is_the_contract_word_for_word():
    contract = SHARED if SHARED.exists() else HERE
    assert contract.read_text(encoding="utf-8") == TEXT


def test_every_document_validates_against_the_schema():
    errors = validate(build_schema(sdl()), DOCUMENT)
    assert [error.message for error in errors] == []


@pytest.mark.parametrize("production", [True, False])
def test_no_document_of_the_contract_is_too_large(production):
    assert check(DOCUMENT, build_schema(sdl()), is_production=production) is None


def test_the_contract_has_all_its_operations():
    assert len(OPERATIONS) == len(set(OPERATIONS)) == 28


def test_the_committed_schema_is_the_one_that_is_served():
    assert COMMITTED.read_text(encoding="utf-8") == sdl()

"""What the TypeScript client is made of: its documents, the lock of its packages, its page."""

import json
import re
import subprocess

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLUnionType,
    OperationDefinitionNode,
    SelectionSetNode,
    build_schema,
    parse,
    validate,
)

from schema.measures import check
from schema.printing import sdl
from tests.clients.node import CLIENT
from tests.system import DOCUMENTS

EXAMPLE = (CLIENT / "example" / "first.ts").read_text(encoding="utf-8")
PAGE = (CLIENT.parents[1] / "docs" / "clients.md").read_text(encoding="utf-8")
LOCK = CLIENT / "package-lock.json"
EXPORTS = CLIENT / "build" / "src" / "documents.js"


@pytest.fixture
def documents(compiled: None) -> list[DocumentNode]:
    program = f"import({json.dumps(str(EXPORTS))}).then(all => console.log(JSON.stringify(all)))"
    said = subprocess.run(["node", "-e", program], capture_output=True, text=True, check=True)
    return [parse(text) for text in json.loads(said.stdout).values()]


def operation(document: DocumentNode) -> OperationDefinitionNode:
    (found,) = (d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    return found


def selected(document: DocumentNode) -> set[str]:
    """Every path of fields that a document selects, with the types that it depends on."""
    fragments = {
        d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
    }

    def paths(selections: SelectionSetNode | None, above: str) -> set[str]:
        found = set()
        for node in () if selections is None else selections.selections:
            if isinstance(node, FragmentSpreadNode):
                fragment = fragments[node.name.value]
                found |= paths(fragment.selection_set, above)
                continue
            here = f"{above}/{node.name.value}" if isinstance(node, FieldNode) else above
            found |= {here} | paths(node.selection_set, here)
        return found

    return paths(operation(document).selection_set, "")


def test_every_document_validates_and_is_not_too_large(documents: list[DocumentNode]):
    schema = build_schema(sdl())
    for document in documents:
        assert [error.message for error in validate(schema, document)] == []
        assert check(document, schema, is_production=True) is None


def test_every_document_selects_what_the_contract_selects(documents: list[DocumentNode]):
    assert len(documents) == 3
    for document in documents:
        contract = parse(DOCUMENTS[operation(document).name.value])
        assert selected(contract) <= selected(document)


def test_lock_names_no_address_and_has_a_hash_for_every_package():
    text = LOCK.read_text(encoding="utf-8")
    assert "://" not in text
    assert '"resolved"' not in text
    packages = json.loads(text)["packages"]
    assert [name for name, one in packages.items() if name and "integrity" not in one] == []


def test_page_shows_the_example_as_it_is():
    (shown,) = re.findall(r"```ts\n(.*?)```", PAGE, re.DOTALL)
    assert EXAMPLE.endswith(shown)


def test_page_says_what_to_do_about_every_event():
    union = build_schema(sdl()).type_map["ChangesEvent"]
    assert isinstance(union, GraphQLUnionType)
    assert [kind.name for kind in union.types if f"| `{kind.name}` |" not in PAGE] == []

"""How reading costs and what hostile documents get."""

import asyncio
import logging

import pytest
from graphql import get_introspection_query

from schema import restaurants
from schema.nodes import decode_cursor, encode, encode_cursor, find_key, read_id
from tests.api.conftest import Api
from tests.api.test_settings import group, person, settings


async def test_the_settings_query_costs_the_same_for_any_number_of_rows(
    api, restaurant_id, statements
):
    async def fill(count: int) -> int:
        for n in range(count):
            kitchen = await group(api, restaurant_id, await person(api, restaurant_id, f"員{n}"))
            backup = await person(api, restaurant_id, f"控{n}")
            await api.write("CreateBackupAssignment", staffId=backup, groupId=kitchen)
        before = statements()
        await settings(api, restaurant_id)
        return statements() - before

    assert await fill(1) == await fill(3)


async def test_many_restaurants_cost_as_much_as_one(api, restaurant_id, statements):
    lists = "viewerRole staff { name } shiftTypes { code } configurations { number }"

    async def cost() -> int:
        before = statements()
        await api.ask(f"query {{ restaurants {{ {lists} }} }}")
        return statements() - before

    one = await cost()
    for name in ("二", "三"):
        await api.write("CreateRestaurant", name=name, timeZone="UTC")
    assert await cost() == one
    assert restaurant_id


async def test_one_query_reads_one_revision(api, restaurant_id):
    """A write between two questions of one snapshot is not seen by the second."""
    context = api.context()
    before = await context.loaders.restaurants.load(1)
    await person(api, restaurant_id, "佐藤")
    people = await context.loaders.staff_of.load(1)
    await context.release_reads()
    after = await context.loaders.staff_of.load(1)
    await context.release_reads()
    assert (before.revision, people) == (1, ())
    assert [member.name for member in after] == ["佐藤"]


async def test_a_field_that_outlives_its_operation_takes_no_connection(api, restaurant_id):
    context = api.context()
    await context.loaders.restaurants.load(1)
    await context.reads.end()
    with pytest.raises(RuntimeError, match="ended"):
        await context.loaders.staff_of.load(1)
    assert api.database._engine.pool.checkedout() == 0


async def test_a_mutation_reads_its_payload_after_its_own_commit(api, restaurant_id):
    text = (
        "mutation($a: CreateStaffMemberInput!, $b: CreateStaffMemberInput!) {"
        " a: createStaffMember(input: $a) { ... on CreateStaffMemberPayload { revision } }"
        " b: createStaffMember(input: $b) { ... on CreateStaffMemberPayload { revision"
        " staffMember { name groups { id } } } } }"
    )
    fields = {
        "restaurantId": restaurant_id,
        "name": "佐藤",
        "employmentType": "REGULAR",
        "employedFrom": "2024-04-01",
    }
    data = await api.ask(text, a=fields, b={**fields, "name": "鈴木"})
    assert data["a"]["revision"] == 2
    assert data["b"] == {"revision": 3, "staffMember": {"name": "鈴木", "groups": []}}


def nested_fragments(levels: int) -> str:
    spreads = " ".join(
        f"fragment f{n} on Restaurant {{ ...f{n + 1} ...f{n + 1} }}" for n in range(levels)
    )
    return f"{{ restaurants {{ ...f0 }} }} {spreads} fragment f{levels} on Restaurant {{ id }}"


HOSTILE = {
    "deep": (
        "{ restaurants " + "{ activeConfiguration { groups " * 5 + "{ id }" + "} }" * 5 + "}",
        "TOO_DEEP",
    ),
    "aliases": (
        "{" + " ".join(f"a{n}: restaurants {{ id }}" for n in range(31)) + "}",
        "TOO_MANY_ALIASES",
    ),
    "directives": ("{ restaurants { " + "id @skip(if: false) " * 51 + "} }", "TOO_MANY_DIRECTIVES"),
    "one place": ("{ restaurants { id" + " @a" * 6 + " } }", "TOO_MANY_DIRECTIVES"),
    "lists": (
        "{ restaurants { staff { groups { members { groups { members { id } } } } } } }",
        "TOO_COSTLY",
    ),
    "fragments": (nested_fragments(22), "TOO_COSTLY"),
    "fragment chain": (
        "{ restaurants { ...f0 } }"
        + "".join(f" fragment f{n} on Restaurant {{ ...f{n + 1} }}" for n in range(150))
        + " fragment f150 on Restaurant { id }",
        "TOO_DEEP",
    ),
}


@pytest.mark.parametrize(("text", "code"), HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_document_that_is_too_large_is_refused_before_it_runs(api, text, code, statements):
    answer = await api.execute(text)
    assert answer.data is None
    assert [error.extensions["code"] for error in answer.errors] == [code]
    assert statements() == 0


@pytest.mark.parametrize(
    "text",
    [
        "{" + " id" * 2_000 + " }",
        "# " + "x" * 20_000 + "\n{ restaurants { id } }",
        "{ restaurants { ...Nope } }",
        "{ restaurants { ...f } } fragment f on Restaurant { ...f }",
        "{ restaurants",
        "{ a" * 900 + "}" * 900,
        'query($x: ID = "\\ud800") { restaurants { id } }',
    ],
)
async def test_nonsense_is_a_request_error(api, text):
    answer = await api.execute(text)
    assert answer.data is None
    assert all(error.path is None for error in answer.errors)
    assert "Internal error" not in str(answer.errors)


async def test_introspection_serves_tools_in_development_and_nobody_in_production(api):
    open_answer = await api.execute(get_introspection_query(descriptions=True))
    api.is_production = True
    closed = await api.execute("{ __schema { types { name } } }")
    assert open_answer.errors is None
    assert [e.extensions["code"] for e in closed.errors] == ["INTROSPECTION_REFUSED"]


async def test_production_gives_no_hints(api):
    hint = await api.execute("{ restaurant { id } restorants { id } }")
    api.is_production = True
    silent = await api.execute("{ restaurant { id } restorants { id } }")
    assert "Did you mean" in str(hint.errors)
    assert "Did you mean" not in str(silent.errors)


async def test_an_unexpected_error_is_masked_and_logged_once(api, monkeypatch, caplog):
    async def broken(*_: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(restaurants.rows, "readable_by", broken)
    with caplog.at_level(logging.ERROR):
        answer = await api.execute("{ restaurants { id } }")
    (error,) = answer.errors
    reference = error.extensions["reference"]
    assert (error.message, error.extensions["code"]) == ("Internal error", "INTERNAL")
    assert [record for record in caplog.records if reference in record.getMessage()]
    assert len([r for r in caplog.records if r.levelno >= logging.ERROR]) == 1
    assert "secret" not in str(answer)


async def test_operations_side_by_side_do_not_share_a_snapshot(api, restaurant_id):
    answers = await asyncio.gather(*(settings(api, restaurant_id) for _ in range(8)))
    assert {answer["revision"] for answer in answers} == {1}


@pytest.mark.parametrize("text", ["", "x", "🍜", "\ud800", "\0", "U3RhZmY", "A" * 10_000, "===="])
def test_an_unreadable_id_is_nobodys(text):
    assert read_id(text) is None


def test_ids_are_read_back_by_their_own_type_only():
    key = encode("StaffMember", 7)
    assert find_key("StaffMember", key) == 7
    assert find_key("StaffGroup", key) is None
    assert read_id(encode("StaffMember", 2**63)) is None


def test_a_cursor_of_another_list_is_a_coded_error():
    cursor = encode_cursor("changes", 41)
    assert decode_cursor("changes", cursor) == "41"
    with pytest.raises(Exception, match="not a cursor") as raised:
        decode_cursor("runs", cursor)
    assert raised.value.extensions == {"code": "BAD_CURSOR"}


async def test_a_bad_cursor_reaches_the_client_unmasked(api: Api, restaurant_id):
    answer = await api.execute("ChangeLog", restaurantId=restaurant_id, after="x")
    assert [error.extensions["code"] for error in answer.errors] == ["BAD_CURSOR"]

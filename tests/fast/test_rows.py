"""Lists that are encoded by columns: byte for byte what the interpreter answers."""

import random
from types import SimpleNamespace
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from fast import rows as fast_rows
from fast.plain import FIELDS
from schema.root import schema
from tests.fast.conftest import Speak
from tests.stories import ABSENCE, Kitchen, open_kitchen, take_day_off

DOCUMENTS = 80
DEEPEST = 3
LISTS = ("shifts", "covers", "gaps", "violations")
COVER = """
mutation($input: SetCoversInput!) { setCovers(input: $input) {
  ... on SetCoversPayload { revision } ... on Problem { code message path } } }
"""


@pytest.fixture
async def kitchen(fast: Speak) -> Kitchen:
    """A board with cells, covers, gaps with reasons, and rules that are broken."""
    made = await open_kitchen(fast("owner"))
    await take_day_off(fast("owner"), made)
    cells = [
        {"staffId": who, "date": f"2025-01-{day:02d}", "shiftType": kind, "pinned": day % 2 == 0}
        for day in range(2, 14)
        for who, kind in ((made.sato, "off" if day % 3 else "normal"), (made.suzuki, "late"))
    ]
    await fast("owner").do("SetShifts", scheduleId=made.schedule, shifts=cells)
    covers = [
        {"staffId": made.nakata, "groupId": made.group, "date": day}
        for day in (ABSENCE, "2025-01-02")
    ]
    answer = await fast("owner").ask(
        COVER, input={"scheduleId": made.schedule, "covers": covers, "override": "busy"}
    )
    assert "revision" in answer["setCovers"], answer
    return made


def selection(kind: GraphQLObjectType, chance: random.Random, depth: int = 0) -> str:
    """Some fields of a type, plain and other ones, under names of their own here and there."""
    asked = ["__typename"] if chance.random() < 0.2 else []
    for name, field in kind.fields.items():
        named = get_named_type(field.type)
        is_asked = chance.random() < (0.5 if name in FIELDS.get(kind.name, {}) else 0.04)
        if not is_asked or any(a.default_value is None for a in field.args.values()):
            continue
        alias = f"x{len(asked)}: " if chance.random() < 0.1 else ""
        if is_leaf_type(named):
            asked.append(alias + name)
        elif isinstance(named, GraphQLObjectType) and depth < DEEPEST:
            asked.append(f"{alias}{name} {selection(named, chance, depth + 1)}")
    chance.shuffle(asked)
    if len(asked) > 2 and chance.random() < 0.2:
        asked[:2] = [f"... on {kind.name} {{ {asked[0]} {asked[1]} }}"]
    return "{ " + " ".join(asked or ["__typename"]) + " }"


async def test_any_selection_is_answered_with_the_same_bytes(fast, slow, kitchen, monkeypatch):
    plain = counted(monkeypatch)
    chance = random.Random(5)
    fields = schema._schema.type_map["Schedule"].fields
    for _ in range(DOCUMENTS):
        lists = chance.sample(LISTS, chance.randint(1, 4))
        asked = " ".join(
            f"{name} {selection(get_named_type(fields[name].type), chance)}" for name in lists
        )
        document = f"query($id: ID!) {{ schedule(id: $id) {{ {asked} }} }}"
        expected = await slow("owner").post(document, id=kitchen.schedule)
        actual = await fast("owner").post(document, id=kitchen.schedule)
        assert actual.content == expected.content, document
    assert plain["encoded"] > DOCUMENTS
    assert plain["refused"] > DOCUMENTS // 10


def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How many lists were encoded by columns, and how many were left to the interpreter."""
    count = {"encoded": 0, "refused": 0}
    encoded = fast_rows.RowExecutor._encoded

    def watched(self: Any, *given: Any) -> Any:
        try:
            answer = encoded(self, *given)
        except fast_rows.NotPlain:
            count["refused"] += 1
            raise
        count["encoded"] += 1
        return answer

    monkeypatch.setattr(fast_rows.RowExecutor, "_encoded", watched)
    return count


async def test_every_list_of_the_contract_is_plain(fast, kitchen, monkeypatch):
    plain = counted(monkeypatch)
    board = (await fast("owner").ask("ScheduleBoard", scheduleId=kitchen.schedule))["schedule"]
    assert all(board[name] for name in LISTS)
    assert plain == {"encoded": len(LISTS), "refused": 0}


async def test_a_name_that_changes_shows_in_rows_that_do_not(fast, slow, kitchen):
    """The rows of cells are the same objects as before; whose they are is told anew."""
    document = "query($id: ID!) { schedule(id: $id) { shifts { staff { name } date } } }"
    before = await fast("owner").post(document, id=kitchen.schedule)
    await fast("owner").do("UpdateStaffMember", id=kitchen.sato, name="佐藤 花子")
    expected = await slow("owner").post(document, id=kitchen.schedule)
    actual = await fast("owner").post(document, id=kitchen.schedule)
    assert actual.content == expected.content != before.content


async def test_a_row_that_a_board_does_not_know_in_full_is_answered_all_the_same(
    fast, slow, kitchen
):
    document = """query($id: ID!) { schedule(id: $id) {
      covers { date backupAssignment { id notes group { name } } } } }"""
    expected = await slow("owner").post(document, id=kitchen.schedule)
    actual = await fast("owner").post(document, id=kitchen.schedule)
    assert actual.content == expected.content
    assert b'"notes":' in actual.content


def test_rows_are_encoded_anew_beside_other_settings():
    memo = fast_rows.RowMemo()
    rows = ["a row"]
    for staff in (("Sato",), ("Suzuki",)):
        board = SimpleNamespace(staff=staff, groups=(), shift_types=())
        shown = memo.encoded("names", board, rows, lambda new, who=staff: [who[0].encode()])
        assert shown == f"[{staff[0]}]".encode()


def test_every_plain_field_is_one_of_the_schema():
    for kind, plain in FIELDS.items():
        assert plain.keys() <= schema._schema.type_map[kind].fields.keys()

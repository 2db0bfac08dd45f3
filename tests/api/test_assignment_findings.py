"""The findings of a written assignment: after the commit, and the same for a repeated call."""

import pytest

from domain.conflicts import conflicts_of
from resolvers import assignment_findings
from tests.api.conftest import Api
from tests.api.test_settings import group, person, settings

SELECTION = "backupAssignment { id } conflicts { key }"


@pytest.fixture
async def pair(api: Api, restaurant_id: str) -> dict[str, str]:
    """Somebody who leaves soon is to back the kitchen: that is a finding."""
    nakata = await person(api, restaurant_id, "中田", employedUntil="2025-01-20")
    kitchen = await group(api, restaurant_id, await person(api, restaurant_id, "佐藤"))
    return {"staffId": nakata, "groupId": kitchen, "effectiveUntil": "2025-01-31"}


async def create(api: Api, pair: dict[str, str], key: str | None = "first") -> dict:
    fields = {**pair, "clientMutationId": key}
    return await api.mutate("createBackupAssignment", SELECTION, **fields)


async def test_a_repeated_call_answers_the_first_findings(api, pair):
    first = await create(api, pair)
    assert first["conflicts"] != []
    await api.mutate(
        "updateStaffMember", "staffMember { id }", id=pair["staffId"], employedUntil=None
    )
    assert await create(api, pair) == first


async def test_without_a_key_the_findings_are_answered_too(api, pair):
    assert (await create(api, pair, key=None))["conflicts"] != []


async def test_the_assignment_stands_before_its_findings_are_looked_for(
    api, restaurant_id, pair, monkeypatch
):
    def broken(*_: object) -> None:
        raise RuntimeError("no findings today")

    monkeypatch.setattr(assignment_findings, "conflicts_of", broken)
    with pytest.raises(AssertionError):
        await create(api, pair)
    (made,) = (await settings(api, restaurant_id))["activeConfiguration"]["backupAssignments"]
    monkeypatch.setattr(assignment_findings, "conflicts_of", conflicts_of)
    again = await create(api, pair)
    assert again["backupAssignment"] == {"id": made["id"]}
    assert again["conflicts"] != []


async def test_of_two_calls_that_look_at_once_the_first_kept_is_answered(
    api, restaurant_id, pair, monkeypatch
):
    def nothing(*_: object) -> tuple[()]:
        return ()

    look = assignment_findings._look

    async def overtaken(transactions, kept):
        found = await look(transactions, kept)
        monkeypatch.setattr(assignment_findings, "_look", look)
        monkeypatch.setattr(assignment_findings, "conflicts_of", nothing)
        assert (await create(api, pair))["conflicts"] == []
        return found

    monkeypatch.setattr(assignment_findings, "_look", overtaken)
    assert (await create(api, pair))["conflicts"] == []

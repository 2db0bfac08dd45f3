"""A GraphQL client without a server: the schema, a real database, a caller."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event

from domain.access import Caller
from feed.doorbell import Doorbell
from resolvers.transaction import Transactions
from schema.context import Context
from schema.root import schema
from store.engine import Database
from tests.system import DOCUMENTS

OWNER = Caller(subject="owner", name="Owner")


@dataclass(kw_only=True)
class Api:
    """Speaks as one caller; `as_(caller)` speaks as another on the same database."""

    database: Database
    doorbell: Doorbell
    caller: Caller = OWNER
    now: datetime = field(default=datetime(2025, 1, 10, 3, 0, tzinfo=UTC))
    is_production: bool = False

    def as_(self, subject: str) -> "Api":
        return replace(self, caller=Caller(subject=subject, name=subject))

    def context(self) -> Context:
        return Context(
            caller=self.caller,
            transactions=Transactions(self.database, self.doorbell, lambda: self.now),
            database=self.database,
            doorbell=self.doorbell,
            clock=lambda: self.now,
            is_production=self.is_production,
        )

    async def execute(self, text: str, /, **variables: Any) -> Any:
        """The result as it is, errors included; `text` is a document or a name of the contract."""
        return await schema.execute(
            DOCUMENTS.get(text, text),
            variable_values=variables,
            context_value=self.context(),
            operation_name=text if text in DOCUMENTS else None,
        )

    async def ask(self, text: str, /, **variables: Any) -> dict[str, Any]:
        """The data; any error fails the test."""
        answer = await self.execute(text, **variables)
        assert answer.errors is None, answer.errors
        return answer.data

    async def write(self, name: str, /, **fields: Any) -> dict[str, Any]:
        """Send a mutation of the contract; the payload or the problem."""
        data = await self.ask(name, input=fields)
        (answer,) = data.values()
        return answer

    async def mutate(self, name: str, selection: str, /, **fields: Any) -> dict[str, Any]:
        """Send any mutation; `selection` is read from its payload, problems in full."""
        kind = name[0].upper() + name[1:]
        text = (
            f"mutation($input: {kind}Input!) {{ {name}(input: $input) {{ __typename "
            f"... on {kind}Payload {{ revision {selection} }} "
            "... on Problem { code message path } "
            "... on ConflictProblem { current { id } } } }"
        )
        return (await self.ask(text, input=fields))[name]


@pytest.fixture
async def api(database_url: str) -> AsyncIterator[Api]:
    database = Database.connect(database_url, pool_size=4)
    async with Doorbell.over(None) as doorbell:
        yield Api(database=database, doorbell=doorbell)
    await database.dispose()


@pytest.fixture
async def restaurant_id(api: Api) -> str:
    """A restaurant of the owner, at revision 1."""
    answer = await api.write("CreateRestaurant", name="食堂", timeZone="Asia/Tokyo")
    return answer["restaurant"]["id"]


@pytest.fixture
def statements(api: Api) -> Callable[[], int]:
    """How many statements the database has answered since the test began."""
    count = 0

    def seen(*_: object) -> None:
        nonlocal count
        count += 1

    event.listen(api.database._engine.sync_engine, "before_cursor_execute", seen)
    return lambda: count

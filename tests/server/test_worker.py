"""How the worker reaches its queue, and what it waits for."""

import asyncpg
import pytest

from server.settings import normalised_database_url
from server.worker import queue_address


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("postgresql://u:p%40@db/shifts", "postgresql://u:p%40@db/shifts"),
        ("postgres://u@db/shifts?sslmode=require", "postgresql://u@db/shifts?sslmode=require"),
    ],
)
def test_queue_is_reached_by_the_address_of_the_settings(given: str, expected: str):
    assert queue_address(normalised_database_url(given)) == expected


async def test_address_with_an_ssl_mode_opens_a_connection(database_url: str):
    connection = await asyncpg.connect(queue_address(f"{database_url}&ssl=disable"))
    try:
        assert await connection.fetchval("select 1") == 1
    finally:
        await connection.close()

"""Streams of server-sent events end: with their token, and with their server."""

import httpx
import pytest

from tests.stories import open_kitchen
from tests.system import DOCUMENTS, TOKEN, Server, client_of
from tests.tokens import SIGNED, token_for


@pytest.fixture
def signing_server(database_url: str):
    server = Server(database_url, None, **SIGNED)
    try:
        yield server.ready()
    finally:
        server.stop()


@pytest.fixture
def lasting_server(database_url: str):
    server = Server(database_url, None, UNDERSTUDY_GRACEFUL_TIMEOUT_SECONDS="30")
    try:
        yield server.ready()
    finally:
        server.stop()


def stream(client: httpx.AsyncClient, server: Server, token: str, restaurant: str):
    return client.stream(
        "POST",
        f"{server.address}/graphql",
        headers={"Authorization": f"Bearer {token}", "Accept": "text/event-stream"},
        json={"query": DOCUMENTS["Changes"], "variables": {"restaurantId": restaurant}},
    )


async def test_stream_ends_when_its_token_does(signing_server: Server):
    async with client_of(signing_server, token_for("hanako")) as owner:
        restaurant = (await open_kitchen(owner)).restaurant
        async with (
            httpx.AsyncClient(timeout=20) as client,
            stream(client, signing_server, token_for("hanako", 2), restaurant) as response,
        ):
            said = "".join([text async for text in response.aiter_text()])
    assert response.status_code == 200
    assert "CaughtUp" in said


async def test_server_asked_to_end_ends_its_streams_and_itself(lasting_server: Server):
    async with client_of(lasting_server, TOKEN) as owner:
        restaurant = (await open_kitchen(owner)).restaurant
        async with (
            httpx.AsyncClient(timeout=20) as client,
            stream(client, lasting_server, TOKEN, restaurant) as response,
        ):
            pieces = response.aiter_text()
            said = await anext(pieces)
            assert lasting_server.stop() == 0
            said += "".join([text async for text in pieces])
    assert "CaughtUp" in said
    assert "Traceback" not in lasting_server.output()

"""The doors themselves: tokens, media types, hostile bodies and sockets."""

import asyncio
import json
from itertools import pairwise

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.system import TOKEN, Server

BEARER = {"Authorization": f"Bearer {TOKEN}"}
QUERY = {"query": "{ restaurants { id } }"}
PROTOCOL = "graphql-transport-ws"
RESPONSE_TYPE = "application/graphql-response+json"


def post(server: Server, **request) -> httpx.Response:
    headers = {"Content-Type": "application/json", **BEARER, **request.pop("headers", {})}
    return httpx.post(f"{server.address}/graphql", headers=headers, timeout=20, **request)


def test_health_says_what_is_there(server: Server):
    assert httpx.get(f"{server.address}/healthz").status_code == 200
    ready = httpx.get(f"{server.address}/readyz")
    assert (ready.status_code, ready.json()["migrations"]) == (200, True)
    assert "understudy_open_sockets" in httpx.get(f"{server.address}/metrics").text
    assert "Understudy" in httpx.get(f"{server.address}/").text


def test_subscription_without_a_stream_is_refused_in_words(server: Server):
    answer = post(
        server, json={"query": 'subscription { changes(restaurantId: "x") { __typename } }'}
    )
    assert answer.status_code == 400
    assert "subscriptions are not allowed" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer wrong", "Basic abc"])
def test_request_without_a_good_token_is_401(server: Server, authorization: str | None):
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = httpx.post(f"{server.address}/graphql", json=QUERY, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"1",
        b'"text"',
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"query": ' + b"[" * 100_000,
        b'{"query": 1}',
        b'{"query": "{ restaurants { id } }", "variables": []}',
        b'{"query": "{ restaurants { id } }", "variables": ' + b"9" * 100_000 + b"}",
        b'{"query": "{ restaurants { id } }", "operationName": 5}',
        b'{"query": null}',
        b"{}",
    ],
)
def test_malformed_body_is_a_clear_400(server: Server, body: bytes):
    answer = post(server, content=body)
    assert answer.status_code == 400
    assert "Traceback" not in answer.text
    assert answer.json()["errors"][0]["message"]


def test_body_that_is_too_large_is_413(server: Server):
    body = b'{"query": "' + b" " * 2_000_000 + b'"}'
    assert post(server, content=body).status_code == 413


def test_request_error_is_400_only_for_the_new_media_type(server: Server):
    broken = {"query": "{ nothing }"}
    modern = post(server, json=broken, headers={"Accept": RESPONSE_TYPE})
    assert (modern.status_code, "data" in modern.json()) == (400, False)
    assert modern.headers["content-type"].startswith(RESPONSE_TYPE)
    legacy = post(server, json=broken, headers={"Accept": "application/json"})
    assert legacy.status_code == 200
    assert legacy.headers["content-type"].startswith("application/json")


def test_deep_documents_and_fragment_bombs_are_refused_quickly(server: Server):
    names = [f"f{n}" for n in range(22)]
    bomb = "query { ...f0 } " + " ".join(
        f"fragment {name} on Query {{ ...{after} ...{after} }}" for name, after in pairwise(names)
    )
    bomb += " fragment f21 on Query { restaurants { id } }"
    for document in (bomb, "{ restaurants " * 40 + "{ id }" + "}" * 40, "{ " + "a" * 30_000 + " }"):
        answer = post(server, json={"query": document})
        assert answer.json()["errors"], document[:60]
        assert answer.elapsed.total_seconds() < 10


async def socket_closed_by(server: Server, *messages: str | bytes) -> int:
    """The close code after messages that follow a good start."""
    async with connect(
        f"ws://127.0.0.1:{server.port}/graphql", subprotocols=["graphql-transport-ws"]
    ) as socket:
        await socket.send(json.dumps({"type": "connection_init", "payload": token_words()}))
        assert json.loads(await socket.recv())["type"] == "connection_ack"
        for message in messages:
            await socket.send(message)
        async with asyncio.timeout(10):
            await socket.wait_closed()
        return socket.close_code


def token_words(token: str = TOKEN) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    "message",
    [
        "{",
        "[]",
        '"text"',
        "null",
        "{}",
        '{"type": []}',
        '{"type": "subscribe", "id": [], "payload": {"query": "{ restaurants { id } }"}}',
        '{"type": "subscribe", "id": "1", "payload": null}',
        '{"type": "subscribe", "id": "1", "payload": {"query": 7}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{", "variables": []}}',
        '{"type": "nonsense"}',
        "[" * 50_000,
        b"\x00\x01",
    ],
)
async def test_malformed_socket_message_closes_with_4400(server: Server, message: str | bytes):
    assert await socket_closed_by(server, message) == 4400
    assert "Traceback" not in server.output()


async def test_socket_without_a_good_token_is_closed_with_4403(server: Server):
    async with connect(
        f"ws://127.0.0.1:{server.port}/graphql", subprotocols=["graphql-transport-ws"]
    ) as socket:
        await socket.send(json.dumps({"type": "connection_init", "payload": token_words("no")}))
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code == 4403


async def test_socket_that_subscribes_before_init_is_closed_with_4401(server: Server):
    async with connect(
        f"ws://127.0.0.1:{server.port}/graphql", subprotocols=["graphql-transport-ws"]
    ) as socket:
        await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": QUERY}))
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code == 4401


async def test_queries_and_mutations_work_over_a_socket_too(server: Server):
    async with connect(
        f"ws://127.0.0.1:{server.port}/graphql", subprotocols=["graphql-transport-ws"]
    ) as socket:
        await socket.send(json.dumps({"type": "connection_init", "payload": token_words()}))
        await socket.recv()
        await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": QUERY}))
        answer = json.loads(await socket.recv())
        assert (answer["type"], answer["payload"]["data"]) == ("next", {"restaurants": []})
        assert json.loads(await socket.recv())["type"] == "complete"


async def test_changes_arrive_as_server_sent_events(server: Server):
    from tests.stories import open_kitchen
    from tests.system import DOCUMENTS, client_of

    async with client_of(server) as client:
        kitchen = await open_kitchen(client)
        body = {"query": DOCUMENTS["Changes"], "variables": {"restaurantId": kitchen.restaurant}}
        headers = {"Accept": "text/event-stream"}
        async with client.http.stream("POST", "/graphql", json=body, headers=headers) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            async with asyncio.timeout(20):
                async for line in stream.aiter_lines():
                    if line.startswith("data:") and "CaughtUp" in line:
                        break
        assert "CaughtUp" in line


NEIGHBOUR, STRANGER = "http://localhost:5173", "https://evil.example"


@pytest.mark.parametrize(("origin", "allowed"), [(NEIGHBOUR, NEIGHBOUR), (STRANGER, None)])
def test_browser_is_told_which_pages_may_ask(server: Server, origin: str, allowed: str | None):
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    preflight = httpx.options(f"{server.address}/graphql", headers=asked)
    answer = post(server, json=QUERY, headers={"Origin": origin})
    assert preflight.headers.get("access-control-allow-origin") == allowed
    assert answer.headers.get("access-control-allow-origin") == allowed


async def test_socket_opens_only_for_allowed_pages(server: Server):
    address = f"ws://127.0.0.1:{server.port}/graphql"
    async with connect(address, subprotocols=[PROTOCOL], origin=NEIGHBOUR) as socket:
        assert socket.subprotocol == PROTOCOL
    with pytest.raises(InvalidStatus) as refused:
        await connect(address, subprotocols=[PROTOCOL], origin=STRANGER)
    assert refused.value.response.status_code == 403

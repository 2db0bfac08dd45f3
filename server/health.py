"""Whether this process lives, and whether it could serve a request now."""

from collections.abc import Awaitable, Callable

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from domain.refusals import UnavailableRefusal
from feed.doorbell import Doorbell
from store.engine import Database
from store.migrate import at_head

Endpoint = Callable[[Request], Awaitable[Response]]


async def alive(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def metrics(_: Request) -> Response:
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def readiness(database: Database, doorbell: Doorbell) -> Endpoint:
    async def ready(_: Request) -> Response:
        checks = {
            "database": await _holds(database.ping),
            "migrations": await _holds(lambda: at_head(database)),
            "redis": await _holds(doorbell.ping),
        }
        status = 200 if all(checks.values()) else 503
        return JSONResponse({"ready": status == 200, **checks}, status_code=status)

    return ready


async def _holds(check: Callable[[], Awaitable[bool]]) -> bool:
    try:
        return await check()
    except (OSError, SQLAlchemyError, UnavailableRefusal):
        return False


def routes(database: Database, doorbell: Doorbell) -> list[Route]:
    return [
        Route("/healthz", alive),
        Route("/readyz", readiness(database, doorbell)),
        Route("/metrics", metrics),
    ]

"""The page at `/`: says where the doors are. The board for browsers comes with the web room."""

from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

WELCOME: Final = (Path(__file__).parent / "welcome.html").read_text(encoding="utf-8")
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


async def welcome(_: Request) -> Response:
    return HTMLResponse(WELCOME, headers={"Content-Security-Policy": POLICY})

"""Pages on which other origins may use this server: those of the settings, and in development any
page of this machine. A page still needs a token; nothing here rests on cookies.
"""

import re
from typing import Final

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from server.settings import Settings

THIS_MACHINE: Final = r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?"


def is_allowed(settings: Settings, origin: str) -> bool:
    if origin in settings.allowed_origins or "*" in settings.allowed_origins:
        return True
    return settings.auth == "dev" and re.fullmatch(THIS_MACHINE, origin) is not None


def cross_origin(settings: Settings) -> Middleware:
    """Answers the questions that browsers ask before they let a page through."""
    return Middleware(
        CORSMiddleware,
        allow_origins=settings.allowed_origins,
        allow_origin_regex=THIS_MACHINE if settings.auth == "dev" else None,
        allow_methods=["GET", "POST"],
        allow_headers=["authorization", "content-type"],
        max_age=600,
    )

"""From the words in `Authorization` to a caller: a development token, or a signed one."""

import asyncio
import hmac
import json
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.request import Request, urlopen

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey, import_key

from domain.access import Caller
from server.settings import Settings, SettingsError

BEARER = "bearer "
JWKS_FLOOR_SECONDS = 60.0
JWKS_TIMEOUT_SECONDS = 5.0
CLOCK_LEEWAY_SECONDS = 30
BAD_TOKEN = (JoseError, ValueError, RecursionError)  # the last from JSON nested without end


class NotAuthenticatedError(Exception):
    """The token is missing or not accepted; the message may be shown to the client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticated:
    """`expires_at` is in seconds since the epoch; None never expires."""

    caller: Caller
    expires_at: float | None = None


class Authenticator(Protocol):
    async def authenticate(self, authorization: object) -> Authenticated:
        """Read `Bearer …`; raise NotAuthenticatedError where that is not a good token."""
        ...


def authenticator_for(settings: Settings) -> Authenticator:
    if settings.auth == "jwt":
        return TokenAuthenticator(settings)
    if settings.dev_token is None:
        raise SettingsError("UNDERSTUDY_DEV_TOKEN", "set it, or use `understudy demo`.")
    return DevelopmentAuthenticator(settings.dev_token.get_secret_value())


def bearer_token(authorization: object) -> str:
    if not isinstance(authorization, str) or not authorization.lower().startswith(BEARER):
        raise NotAuthenticatedError("Send a token as `Authorization: Bearer …`.")
    return authorization[len(BEARER) :].strip()


class DevelopmentAuthenticator:
    """One token that owns everything; settings keep it on the loopback."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()

    async def authenticate(self, authorization: object) -> Authenticated:
        offered = bearer_token(authorization).encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(offered, self._token):
            raise NotAuthenticatedError("This is not the development token.")
        caller = Caller(subject="dev", name="Developer", owns_everything=True)
        return Authenticated(caller=caller)


class TokenAuthenticator:
    """Signed tokens: the algorithms come from the settings and never from the token."""

    def __init__(self, settings: Settings) -> None:
        self._algorithms = list(settings.jwt_algorithms)
        self._key = None if settings.jwt_key is None else _key(settings.jwt_key.get_secret_value())
        self._jwks_url = settings.jwt_jwks_url
        self._key_set: KeySet | None = None
        self._fetched_at = float("-inf")
        self._fetching = asyncio.Lock()
        self._claims = jwt.JWTClaimsRegistry(
            leeway=CLOCK_LEEWAY_SECONDS, **_claim_options(settings)
        )

    async def authenticate(self, authorization: object) -> Authenticated:
        token = bearer_token(authorization)
        claims = await self._claims_of(token)
        subject = claims["sub"]
        if not isinstance(subject, str) or not subject.strip() or "\x00" in subject:
            raise NotAuthenticatedError("The token names no subject (`sub`).")
        name = claims.get("name")
        caller = Caller(subject=subject, name=name if isinstance(name, str) else subject)
        return Authenticated(caller=caller, expires_at=float(claims["exp"]))

    async def _claims_of(self, token: str) -> dict[str, Any]:
        try:
            return self._verified(token, await self._keys(refetch=False))
        except BAD_TOKEN:
            if self._jwks_url is None:
                raise NotAuthenticatedError("The token is not accepted.") from None
        # The key may be newer than our copy of the set.
        try:
            return self._verified(token, await self._keys(refetch=True))
        except BAD_TOKEN:
            raise NotAuthenticatedError("The token is not accepted.") from None

    def _verified(self, token: str, keys: Any) -> dict[str, Any]:
        decoded = jwt.decode(token, keys, algorithms=self._algorithms)
        self._claims.validate(decoded.claims)
        return dict(decoded.claims)

    async def _keys(self, *, refetch: bool) -> Any:
        if self._jwks_url is None:
            return self._key
        async with self._fetching:
            age = time.monotonic() - self._fetched_at
            if self._key_set is None or (refetch and age > JWKS_FLOOR_SECONDS):
                await self._fetch(self._jwks_url)
        return self._key_set

    async def _fetch(self, url: str) -> None:
        try:
            self._key_set = await asyncio.to_thread(_fetch_key_set, url)
        except (OSError, ValueError) as error:
            if self._key_set is None:
                raise NotAuthenticatedError("The keys for tokens cannot be read now.") from error
        self._fetched_at = time.monotonic()


def _claim_options(settings: Settings) -> dict[str, Any]:
    options: dict[str, Any] = {"sub": {"essential": True}, "exp": {"essential": True}}
    if settings.jwt_issuer is not None:
        options["iss"] = {"essential": True, "value": settings.jwt_issuer}
    if settings.jwt_audience is not None:
        options["aud"] = {"essential": True, "value": settings.jwt_audience}
    return options


def _key(text: str) -> Any:
    if not text.startswith("-----BEGIN"):
        return OctKey.import_key(text)
    for kind in ("RSA", "EC", "OKP"):
        with suppress(JoseError, ValueError, TypeError):
            return import_key(text, kind)
    raise SettingsError("UNDERSTUDY_JWT_KEY", "is no RSA, EC or Ed25519 key in PEM form.")


def _fetch_key_set(url: str) -> KeySet:
    request = Request(url, headers={"Accept": "application/json"})  # noqa: S310 - settings allow http(s) only
    with urlopen(request, timeout=JWKS_TIMEOUT_SECONDS) as response:  # noqa: S310
        return KeySet.import_key_set(json.load(response))

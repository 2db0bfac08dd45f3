"""The one frozen object that holds every setting; only this module reads the environment."""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX: Final = "UNDERSTUDY_"
SECRETS_FOLDER: Final = Path("/run/secrets")
MASK: Final = "********"

_READ_ELSEWHERE: Final = frozenset({"UNDERSTUDY_TEST_DATABASE_URL"})
_POSTGRES_SCHEMES: Final = frozenset({"postgres", "postgresql", "postgresql+asyncpg"})
_REDIS_SCHEMES: Final = frozenset({"redis", "rediss", "unix"})
_SHARED_SECRET_ALGORITHMS: Final = frozenset({"HS256", "HS384", "HS512"})
_KEY_PAIR_ALGORITHMS: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)

Words = Annotated[tuple[str, ...], NoDecode]  # written `a,b`, not as JSON


class SettingsError(Exception):
    """A setting is missing, unknown or contradicts another; the message names it and the fix."""

    def __init__(self, setting: str, message: str) -> None:
        super().__init__(f"{setting}: {message}")
        self.setting = setting


class Settings(BaseSettings):
    """What a process of Understudy is told from outside; make it with `load_settings`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
    )

    database_url: str | None = Field(default=None, repr=False)
    redis_url: str | None = Field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    auth: Literal["dev", "jwt"] = "dev"
    dev_token: SecretStr | None = None
    profile: Literal["dev", "prod"] = "dev"
    jwt_key: SecretStr | None = None
    jwt_jwks_url: str | None = None
    jwt_algorithms: Words = ("RS256",)
    jwt_issuer: str | None = None
    jwt_audience: str | None = None
    pool_size: int = Field(default=10, ge=2, le=200)
    statement_timeout_seconds: float = Field(default=10.0, gt=0, le=3600)
    heartbeat_seconds: float = Field(default=10.0, gt=0, le=300)
    poll_seconds: float = Field(default=2.0, gt=0, le=60)
    graceful_timeout_seconds: int = Field(default=10, ge=1, le=300)
    worker_lease_seconds: float = Field(default=15.0, ge=2, le=300)
    ping_interval_seconds: float = Field(default=20.0, gt=0, le=300)
    ping_timeout_seconds: float = Field(default=20.0, gt=0, le=300)
    log_keep_days: int = Field(default=90, ge=0, le=36_500)
    log_keep_change_sets: int = Field(default=10_000, ge=1)
    log_prune_seconds: float = Field(default=600.0, gt=0, le=86_400)
    allowed_origins: Words = ()
    fast_path: bool = True
    log_format: Literal["console", "json"] = "console"
    data_dir: Path = Field(default_factory=lambda: default_data_dir(os.environ))

    @field_validator("jwt_algorithms", "allowed_origins", mode="before")
    @classmethod
    def _split_words(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(word.strip() for word in value.split(",") if word.strip())
        return value

    @field_validator("database_url")
    @classmethod
    def _use_asyncpg(cls, value: str | None) -> str | None:
        return None if value is None else normalised_database_url(value)

    @field_validator("redis_url")
    @classmethod
    def _name_a_redis(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).scheme not in _REDIS_SCHEMES:
            raise ValueError("starts with redis://, rediss:// or unix://")
        return value

    @field_validator("jwt_key")
    @classmethod
    def _unfold_key(cls, value: SecretStr | None) -> SecretStr | None:
        """A PEM key squeezed onto one line gets its line breaks back."""
        if value is None or not value.get_secret_value().startswith("-----BEGIN"):
            return value
        return SecretStr(value.get_secret_value().replace("\\n", "\n"))

    @field_validator("jwt_jwks_url")
    @classmethod
    def _name_a_key_set(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).scheme not in {"https", "http"}:
            raise ValueError("starts with https:// (http:// only inside a trusted network)")
        return value

    @field_validator("jwt_algorithms")
    @classmethod
    def _trust_one_kind_of_algorithm(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        known = _KEY_PAIR_ALGORITHMS | _SHARED_SECRET_ALGORITHMS
        unknown = [name for name in value if name not in known]
        if unknown or not value:
            raise ValueError(f"names one or more of {', '.join(sorted(known))}")
        if not (set(value) <= _KEY_PAIR_ALGORITHMS or set(value) <= _SHARED_SECRET_ALGORITHMS):
            raise ValueError("mixes HS… with key pairs: a public key would then pass for a secret")
        return value

    @field_validator("data_dir")
    @classmethod
    def _expand_home(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @model_validator(mode="after")
    def _agree_with_each_other(self) -> Self:
        if self.auth == "dev" and not is_loopback(self.host):
            raise SettingsError(
                "UNDERSTUDY_HOST",
                f"{self.host} can be reached from other machines, which UNDERSTUDY_AUTH=dev does"
                " not allow; bind 127.0.0.1, or set UNDERSTUDY_AUTH=jwt with a key.",
            )
        if self.auth == "jwt" and self.jwt_key is None and self.jwt_jwks_url is None:
            raise SettingsError(
                "UNDERSTUDY_JWT_KEY",
                "UNDERSTUDY_AUTH=jwt needs a key to check tokens with;"
                " set UNDERSTUDY_JWT_KEY or UNDERSTUDY_JWT_JWKS_URL.",
            )
        return self

    def require_serving(self) -> None:
        """Raise `SettingsError` when a server that stands alone could not let anybody in."""
        self.require_database()
        if self.auth == "dev" and self.dev_token is None:
            raise SettingsError(
                "UNDERSTUDY_DEV_TOKEN",
                "UNDERSTUDY_AUTH=dev needs the token that callers will send; set it to a long"
                " random word, or use `understudy demo`, which makes one.",
            )

    def require_database(self) -> str:
        """Return the database's address, or raise `SettingsError` when none is set."""
        if self.database_url is None:
            raise SettingsError(
                "UNDERSTUDY_DATABASE_URL",
                "is not set; give postgresql://user:password@host/name,"
                " or use `understudy demo`, which brings its own PostgreSQL.",
            )
        return self.database_url

    def masked(self) -> dict[str, str]:
        """Every effective setting by the name of its variable, secrets hidden, absent ones ``."""
        return {
            PREFIX + name.upper(): _shown(name, getattr(self, name))
            for name in type(self).model_fields
        }


def load_settings(**overrides: Any) -> Settings:
    """Read the environment, lay `overrides` over it (None counts as absent), check the whole.

    Files named like a variable under /run/secrets count as well, after the environment.
    Raises `SettingsError`.
    """
    _refuse_unknown(os.environ)
    given = {name: value for name, value in overrides.items() if value is not None}
    secrets = SECRETS_FOLDER if SECRETS_FOLDER.is_dir() else None
    try:
        return Settings(_secrets_dir=secrets, **given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = PREFIX + str(first["loc"][0]).upper() if first["loc"] else PREFIX.rstrip("_")
        raise SettingsError(name, first["msg"].removeprefix("Value error, ")) from None


def default_data_dir(environ: Mapping[str, str]) -> Path:
    """Where the embedded database lives unless told otherwise."""
    base = environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "understudy"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server bound to `host`."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def normalised_database_url(url: str) -> str:
    """Spell a PostgreSQL address the way SQLAlchemy's asyncpg dialect wants it."""
    parts = urlsplit(url)
    if parts.scheme not in _POSTGRES_SCHEMES:
        raise ValueError("starts with postgresql://; other databases are not supported")
    query = [("ssl" if key == "sslmode" else key, value) for key, value in parse_qsl(parts.query)]
    return _joined("postgresql+asyncpg", parts.netloc, parts.path, query)


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | _READ_ELSEWHERE
    for name in sorted(environ):
        if not name.upper().startswith(PREFIX) or name.upper() in known:
            continue
        near = get_close_matches(name.upper(), known, n=1, cutoff=0.0)
        raise SettingsError(name, f"is no setting of Understudy; did you mean {near[0]}?")


def _shown(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return MASK
    if isinstance(value, tuple):
        return ",".join(str(item) for item in value)
    if name in {"database_url", "redis_url"}:
        return _without_password(str(value))
    return str(value)


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    query = [(key, MASK if key == "password" else value) for key, value in parse_qsl(parts.query)]
    return _joined(parts.scheme, _masked_authority(parts), parts.path, query)


def _masked_authority(parts: SplitResult) -> str:
    if parts.password is None:
        return parts.netloc
    _, _, place = parts.netloc.rpartition("@")
    return f"{parts.username or ''}:{MASK}@{place}"


def _joined(scheme: str, authority: str, path: str, query: list[tuple[str, str]]) -> str:
    # urlunsplit would drop the empty authority that the address of a Unix socket has
    base = f"{scheme}://{authority}{path}"
    return f"{base}?{urlencode(query, safe='/*')}" if query else base

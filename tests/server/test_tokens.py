"""Signed tokens: only the configured algorithms, issuer and keys open the door."""

import hmac
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from joserfc import jws, jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from server.auth import NotAuthenticatedError, authenticator_for
from server.settings import Settings

RSA = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})


def settings(**more: object) -> Settings:
    key = RSA.as_pem(private=False).decode()
    return Settings(auth="jwt", **{"jwt_key": key, **more})


def token(key=RSA, algorithm: str = "RS256", **claims: object) -> str:
    words = {"sub": "hanako", "name": "Hanako", "exp": int(time.time()) + 60, **claims}
    kept = {name: value for name, value in words.items() if value is not None}
    return jwt.encode({"alg": algorithm, "kid": key.kid}, kept, key, algorithms=[algorithm])


async def test_good_token_names_its_caller_and_its_end():
    found = await authenticator_for(settings()).authenticate(f"Bearer {token()}")
    assert (found.caller.subject, found.caller.name) == ("hanako", "Hanako")
    assert not found.caller.owns_everything
    assert found.expires_at is not None


@pytest.mark.parametrize(
    "offered",
    [
        token(exp=int(time.time()) - 3600),
        token(exp=None),
        token(sub=None),
        token(sub=""),
        token(key=OTHER),
        token(algorithm="RS384"),
        "not.a.token",
        "",
    ],
)
async def test_bad_token_is_refused(offered: str):
    with pytest.raises(NotAuthenticatedError):
        await authenticator_for(settings()).authenticate(f"Bearer {offered}")


async def test_token_nested_without_end_is_refused():
    key = OctKey.import_key("a-shared-secret-for-tests-of-32-bytes")
    nested = jws.serialize_compact({"alg": "HS256"}, b"[" * 50_000, key, algorithms=["HS256"])
    authenticator = authenticator_for(
        settings(jwt_key="a-shared-secret-for-tests-of-32-bytes", jwt_algorithms="HS256")
    )
    with pytest.raises(NotAuthenticatedError):
        await authenticator.authenticate(f"Bearer {nested}")


async def test_public_key_never_passes_for_a_shared_secret():
    def part(words: dict[str, object]) -> bytes:
        return urlsafe_b64encode(json.dumps(words).encode()).rstrip(b"=")

    claims = {"sub": "mallory", "exp": int(time.time()) + 60}
    signed = part({"alg": "HS256", "typ": "JWT"}) + b"." + part(claims)
    secret = RSA.as_pem(private=False)
    signature = urlsafe_b64encode(hmac.digest(secret, signed, "sha256")).rstrip(b"=")
    forged = (signed + b"." + signature).decode()
    with pytest.raises(NotAuthenticatedError):
        await authenticator_for(settings()).authenticate(f"Bearer {forged}")


async def test_issuer_and_audience_are_held():
    strict = authenticator_for(settings(jwt_issuer="https://id", jwt_audience="understudy"))
    good = token(iss="https://id", aud="understudy")
    assert (await strict.authenticate(f"Bearer {good}")).caller.subject == "hanako"
    with pytest.raises(NotAuthenticatedError):
        await strict.authenticate(f"Bearer {token(iss='https://other', aud='understudy')}")
    with pytest.raises(NotAuthenticatedError):
        await strict.authenticate(f"Bearer {token(iss='https://id')}")


@pytest.fixture
def key_server() -> Iterator[tuple[str, list[KeySet]]]:
    """An address that serves whatever key set stands in the list."""
    served = [KeySet([RSA])]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(served[0].as_dict(private=False)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/keys", served
    server.shutdown()
    thread.join()
    server.server_close()


async def test_keys_come_from_a_key_set_that_may_rotate(key_server, monkeypatch):
    url, served = key_server
    monkeypatch.setattr("server.auth.JWKS_FLOOR_SECONDS", 0.0)
    authenticator = authenticator_for(settings(jwt_key=None, jwt_jwks_url=url))
    assert (await authenticator.authenticate(f"Bearer {token()}")).caller.subject == "hanako"
    with pytest.raises(NotAuthenticatedError):
        await authenticator.authenticate(f"Bearer {token(key=OTHER)}")
    served[0] = KeySet([RSA, OTHER])
    rotated = await authenticator.authenticate(f"Bearer {token(key=OTHER)}")
    assert rotated.caller.subject == "hanako"

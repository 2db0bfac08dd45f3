"""Signed tokens for servers that run with `AUTH=jwt`."""

import time

from joserfc import jwt
from joserfc.jwk import OctKey

SECRET = "a-shared-secret-for-tests-of-32-bytes"
SIGNED = {
    "UNDERSTUDY_AUTH": "jwt",
    "UNDERSTUDY_JWT_KEY": SECRET,
    "UNDERSTUDY_JWT_ALGORITHMS": "HS256",
}


def token_for(subject: str, seconds: int = 3600) -> str:
    claims = {"sub": subject, "exp": int(time.time()) + seconds}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET), algorithms=["HS256"])

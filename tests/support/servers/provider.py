"""An OpenID provider in a process of its own, that can be told what to say of the next person who comes.

`python -m tests.support.servers.provider PORT` serves it; `OpenIdProvider` starts and tells it. It asks for PKCE, keeps
a code for one use, and signs with a key that it makes at the start.
"""

import base64
import hashlib
import json
import secrets
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
from flask import Flask, request
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.support.servers.processes import free_port
from tests.support.waiting import eventually

CLIENT_ID, CLIENT_SECRET = "turnout", "between-the-two"
SUBJECT = {"sub": "mira-1", "email": "mira@post.example", "email_verified": True, "name": "Mira Sand"}


@dataclass
class OpenIdProvider:
    """`says` is what the next token says; `mood` is what is wrong with it."""

    port: int = field(default_factory=free_port)
    process: subprocess.Popen | None = None

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "OpenIdProvider":
        command = [sys.executable, "-m", "tests.support.servers.provider", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        eventually(self._answers, timeout=20)
        return self

    def says(self, *, mood: str = "", **claims: Any) -> None:
        httpx.post(f"{self.issuer}/says", json={"claims": {**SUBJECT, **claims}, "mood": mood}).raise_for_status()

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.issuer}/.well-known/openid-configuration").status_code == 200
        except httpx.TransportError:
            return False


@dataclass
class _Provider:
    """What the process keeps: its key, what it was told to say, and the codes that are out."""

    issuer: str
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first"}))
    claims: dict[str, Any] = field(default_factory=lambda: dict(SUBJECT))
    mood: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def configuration(self) -> dict[str, object]:
        return {
            "issuer": "https://somebody-else.example" if self.mood == "issuer" else self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def keys(self) -> dict[str, object]:
        return {"keys": [self.key.as_dict(private=False)]}

    def says(self) -> dict[str, object]:
        told = request.get_json()
        self.claims, self.mood = told["claims"], told["mood"]
        return {}

    def authorize(self) -> str:
        """A page with two links, as providers have one."""
        back, state = request.args["redirect_uri"], request.args["state"]
        code = secrets.token_urlsafe(16)
        self.codes[code] = {"nonce": request.args["nonce"], "challenge": request.args["code_challenge"], "back": back}
        assert request.args["code_challenge_method"] == "S256"
        yes, no = urlencode({"code": code, "state": state}), urlencode({"error": "access_denied", "state": state})
        return (
            f'<!doctype html><title>Provider</title><a id="yes" href="{back}?{yes}">Allow</a>'
            f'<a id="no" href="{back}?{no}">Deny</a>'
        )

    def token(self) -> dict[str, object] | tuple[dict[str, object], int]:
        asked = self.codes.pop(request.form["code"], None)
        challenge = _part(hashlib.sha256(request.form["code_verifier"].encode()).digest())
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        is_client = request.headers.get("Authorization") == f"Basic {basic}"
        is_same = asked is not None and (challenge, request.form["redirect_uri"]) == (asked["challenge"], asked["back"])
        if asked is None or not is_client or not is_same:
            return {"error": "invalid_grant"}, 400
        id_token = self.signed(asked["nonce"])
        return {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "id_token": id_token}

    def signed(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": "https://somebody-else.example" if self.mood == "iss" else self.issuer,
            "aud": "another client" if self.mood == "aud" else CLIENT_ID,
            "iat": now,
            "exp": now - 3600 if self.mood == "expired" else now + 300,
            "nonce": "another one" if self.mood == "nonce" else nonce,
            **self.claims,
        }
        if self.mood == "unsigned":
            return ".".join((_part(b'{"alg":"none"}'), _part(json.dumps(claims).encode()), ""))
        if self.mood == "shared":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(CLIENT_SECRET), algorithms=["HS256"])
        key = RSAKey.generate_key(2048, {"kid": "first"}) if self.mood == "key" else self.key
        return jwt.encode({"alg": "RS256", "kid": "first"}, claims, key)


def provider_app(port: int) -> Flask:
    app, own = Flask("provider"), _Provider(f"http://127.0.0.1:{port}")
    app.get("/.well-known/openid-configuration")(own.configuration)
    app.get("/keys")(own.keys)
    app.post("/says")(own.says)
    app.get("/authorize")(own.authorize)
    app.post("/token")(own.token)
    return app


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


if __name__ == "__main__":
    provider_app(int(sys.argv[1])).run(port=int(sys.argv[1]), threaded=True)

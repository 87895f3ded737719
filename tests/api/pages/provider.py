"""An identity provider that really listens on localhost: discovery, authorize, token, keys; it signs real id_tokens."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

CLIENT, SECRET = "matcher", "een-geheim-van-de-proef"


class IdentityProvider(ThreadingHTTPServer):
    """Someone signs in at it as `who`; `claims` and `header` change what it signs, `answers` what a path says."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.key = ECKey.generate_key("P-256", {"kid": "een", "use": "sig"})
        self.signs_with: Any = self.key
        self.now = 0
        self.who: dict[str, Any] = {"sub": "u-1"}
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {"alg": "ES256", "kid": "een"}
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}

    def authorize(self, query: str) -> str:
        """Return where it sends a browser back to, after someone signed in."""
        given = dict(parse_qsl(query))
        assert given["response_type"] == "code"
        assert given["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.codes[code] = given
        return f"{given['redirect_uri']}?{urlencode({'code': code, 'state': given['state']})}"

    def token(self, auth: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Return an id_token for a code that was not used, to who has the secret and the verifier."""
        asked = self.codes.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        proof = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).decode()
        if asked is None or auth != f"Basic {basic}" or proof.rstrip("=") != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "t", "token_type": "Bearer", "id_token": self.id_token(asked["nonce"])}

    def id_token(self, nonce: str) -> str:
        """Return what it signs for this nonce."""
        claims = {
            "iss": self.issuer, "aud": CLIENT, "iat": self.now, "exp": self.now + 300, "nonce": nonce, **self.who,
        } | self.claims  # fmt: skip
        claims = {k: v for k, v in claims.items() if v is not None}
        if self.header["alg"] == "none":
            parts = (json.dumps(part).encode() for part in (self.header, claims))
            return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."
        return jwt.encode(self.header, claims, self.signs_with, algorithms=[self.header["alg"]])

    def told(self, path: str) -> Any:
        """Return what stands at a path, None for nothing."""
        places = {f"{name}_endpoint": f"{self.issuer}/{name}" for name in ("authorization", "token")}
        return {
            "/.well-known/openid-configuration": {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", **places},
            "/keys": KeySet([self.key]).as_dict(private=False),
        }.get(path)


def symmetric(secret: bytes) -> OctKey:
    """Return a key for HS256: what an attacker would sign with, who has the secret or takes the public key for one."""
    return OctKey.import_key(secret)


class _Handler(BaseHTTPRequestHandler):
    server: IdentityProvider

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.server.asked.append(path)
        if path in self.server.answers:
            self._answer(*self.server.answers[path])
        elif path == "/authorization":
            self._answer(302, b"", {"Location": self.server.authorize(urlsplit(self.path).query)})
        elif (told := self.server.told(path)) is not None:
            self._answer(200, json.dumps(told).encode())
        else:
            self._answer(404, b"{}")

    def do_POST(self) -> None:
        self.server.asked.append(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path in self.server.answers:
            self._answer(*self.server.answers[self.path])
            return
        form = {k: v[0] for k, v in parse_qs(body).items()}
        status, told = self.server.token(self.headers.get("Authorization", ""), form)
        self._answer(status, json.dumps(told).encode())

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def listening() -> Iterator[IdentityProvider]:
    """Let a provider listen for a while."""
    with IdentityProvider() as provider:
        thread = threading.Thread(target=provider.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            provider.shutdown()
            thread.join()
